import { withTimeout } from '../lib/deferred.ts'
import type { Propagation } from './nodes.ts'

/** A node that vanished without goodbye may still serve: so long it counts as live. */
export const FORGET_AFTER_MS = 60_000

/** How far a node is that counts as live. */
export interface NodeStanding {
  readonly name: string
  readonly isConnected: boolean
  /** -1 while it has said nothing. */
  readonly appliedRevision: number
}

interface NodeState {
  appliedRevision: number
  /** Runs while the node is not connected. */
  forget: NodeJS.Timeout | undefined
}

interface Waiter {
  readonly revision: number
  resolve(): void
}

/** Which revision every live node has applied, and who waits for that. */
export class Acknowledgements {
  readonly #nodes = new Map<string, NodeState>()
  readonly #waiters = new Set<Waiter>()
  readonly #anyWaiters = new Set<() => void>()
  readonly #onNodes: (names: readonly string[]) => void

  constructor(knownNodes: readonly string[], onNodes: (names: readonly string[]) => void) {
    this.#onNodes = onNodes
    for (const name of knownNodes) {
      this.#nodes.set(name, { appliedRevision: -1, forget: undefined })
      this.lose(name)
    }
  }

  /** The node is connected: it counts until it says goodbye or stays away for long. */
  join(name: string): void {
    const state = this.#nodes.get(name)
    if (state === undefined) {
      this.#nodes.set(name, { appliedRevision: -1, forget: undefined })
      this.#onNodes([...this.#nodes.keys()])
      return
    }
    clearTimeout(state.forget)
    state.forget = undefined
  }

  /** The node's connection broke: it may be dead or cut off. */
  lose(name: string): void {
    const state = this.#nodes.get(name)
    if (state === undefined) return
    clearTimeout(state.forget)
    state.forget = setTimeout(() => this.leave(name), FORGET_AFTER_MS)
    state.forget.unref()
  }

  /** The node has stopped serving. */
  leave(name: string): void {
    clearTimeout(this.#nodes.get(name)?.forget)
    if (!this.#nodes.delete(name)) return
    this.#onNodes([...this.#nodes.keys()])
    this.#settle()
  }

  report(name: string, revision: number): void {
    const state = this.#nodes.get(name)
    if (state === undefined) return
    state.appliedRevision = Math.max(state.appliedRevision, revision)
    this.#settle()
    for (const look of this.#anyWaiters) look()
  }

  standings(): NodeStanding[] {
    return Array.from(this.#nodes, ([name, { forget, appliedRevision }]) => ({
      name,
      isConnected: forget === undefined,
      appliedRevision,
    }))
  }

  async wait(revision: number, timeoutMs: number): Promise<Propagation> {
    if (this.#laggards(revision).length > 0) {
      const waiter: Waiter = { revision, resolve: () => {} }
      const everywhere = new Promise<void>((resolve) => {
        waiter.resolve = resolve
      })
      this.#waiters.add(waiter)
      await withTimeout(everywhere, timeoutMs, undefined)
      this.#waiters.delete(waiter)
    }
    return { revision, laggards: this.#laggards(revision) }
  }

  /** Whether some node is connected and has applied the revision, if need be after `timeoutMs`. */
  async anyNode(timeoutMs: number, revision = 0): Promise<boolean> {
    const isThere = (node: NodeState) =>
      node.forget === undefined && node.appliedRevision >= revision
    const some = () => [...this.#nodes.values()].some(isThere)
    if (some()) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const look = () => {
      if (some()) resolve(true)
    }
    this.#anyWaiters.add(look)
    const found = await withTimeout(promise, timeoutMs, false)
    this.#anyWaiters.delete(look)
    return found
  }

  stop(): void {
    for (const state of this.#nodes.values()) clearTimeout(state.forget)
  }

  #laggards(revision: number): string[] {
    return [...this.#nodes].filter(([, s]) => s.appliedRevision < revision).map(([name]) => name)
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (this.#laggards(waiter.revision).length === 0) waiter.resolve()
    }
  }
}
