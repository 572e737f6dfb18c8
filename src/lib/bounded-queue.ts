interface Node<T> {
  readonly item: T
  previous: Node<T> | undefined
  next: Node<T> | undefined
  hasLeft: boolean
}

/** What `push` hands back: takes the item out of the queue wherever it stands; false when it has left. */
export type RemoveFromQueue = () => boolean

/**
 * First in, first out, with a bound. An item can leave from the middle (a caller hung up), which
 * costs no search, and nothing of it stays: with callers that come and go, all that left would wait
 * for the one at the front.
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
    const node: Node<T> = { item, previous: this.#tail, next: undefined, hasLeft: false }
    if (this.#tail === undefined) this.#head = node
    else this.#tail.next = node
    this.#tail = node
    this.#length += 1
    return () => this.#remove(node)
  }

  shift(): T | undefined {
    const node = this.#head
    if (node === undefined) return undefined
    this.#remove(node)
    return node.item
  }

  #remove(node: Node<T>): boolean {
    if (node.hasLeft) return false
    node.hasLeft = true
    const { previous, next } = node
    if (previous === undefined) this.#head = next
    else previous.next = next
    if (next === undefined) this.#tail = previous
    else next.previous = previous
    this.#length -= 1
    return true
  }
}
