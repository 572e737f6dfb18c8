interface Node<T> {
  readonly item: T
  next: Node<T> | undefined
  removed: boolean
}

/** What `push` hands back: takes the item out of the queue wherever it stands; false when it has left. */
export type RemoveFromQueue = () => boolean

/**
 * First in, first out, with a bound. An item can leave from the middle (a caller hung up);
 * a removed node is skipped when it reaches the front, so nothing is ever searched.
 */
export class BoundedQueue<T> {
  readonly #capacity: number
  #head: Node<T> | undefined
  #tail: Node<T> | undefined
  #length = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get length(): number {
    return this.#length
  }

  /** Undefined when the queue is full. */
  push(item: T): RemoveFromQueue | undefined {
    if (this.#length >= this.#capacity) return undefined
    const node: Node<T> = { item, next: undefined, removed: false }
    if (this.#tail === undefined) this.#head = node
    else this.#tail.next = node
    this.#tail = node
    this.#length += 1
    return () => {
      if (node.removed) return false
      node.removed = true
      this.#length -= 1
      return true
    }
  }

  shift(): T | undefined {
    for (let node = this.#head; node !== undefined; node = node.next) {
      this.#head = node.next
      if (this.#head === undefined) this.#tail = undefined
      if (node.removed) continue
      node.removed = true
      this.#length -= 1
      return node.item
    }
    return undefined
  }
}
