import { withTimeout } from '../lib/deferred.ts'
import type { KnownNode, NodeStanding, Propagation } from './nodes.ts'

/** A node that vanished without goodbye may still serve: so long it counts as live, */
export const FORGET_AFTER_MS = 60_000
/** unless it has told for how long it may: then so much longer than that. */
const STALE_SLACK_MS = 2_000
/** Longer timers overflow. */
const TIMER_MS_MAX = 2 ** 31 - 1

interface NodeState {
  readonly name: string
  staleAfterMs: number
  /** Which of its processes it is; undefined for one of which only the name is known. */
  boot: string | undefined
  appliedRevision: number
  isConnected: boolean
  counts: boolean
  /** Of `performance.now()`. */
  heardAtMs: number | undefined
  /** When the time began for which it counts without a word, of `performance.now()`. */
  silentSinceMs: number
  /** Ends that time; undefined while it counts whatever it says. */
  timer: NodeJS.Timeout | undefined
}

interface Waiter {
  readonly revision: number
  resolve(): void
}

/** What a node says of itself when it connects. */
export interface JoiningNode extends KnownNode {
  readonly boot: string
  /** What it has on its disk, which its threads need not have applied. */
  readonly revision: number
}

/**
 * Which revision every live node has applied, and who waits for that. A node that may serve without end
 * counts while it is connected, and for a while afterwards. One that stops to serve when it has had no
 * word for some time counts for that time after its own last word, connected or not: it has control's
 * word from no later than that.
 */
export class Acknowledgements {
  readonly #nodes = new Map<string, NodeState>()
  readonly #waiters = new Set<Waiter>()
  readonly #anyWaiters = new Set<() => void>()
  readonly #onNodes: (nodes: readonly KnownNode[]) => Promise<void> | void

  /** @param onNodes resolves when they are kept */
  constructor(
    knownNodes: readonly KnownNode[],
    onNodes: (nodes: readonly KnownNode[]) => Promise<void> | void,
  ) {
    this.#onNodes = onNodes
    for (const { name, staleAfterMs } of knownNodes) this.#limit(this.#add(name, staleAfterMs))
  }

  /**
   * The node is connected: it counts from now on. Resolves when a control process that is started later
   * would know of it, before which it must not be given anything to serve by.
   */
  async join({ name, staleAfterMs, boot, revision }: JoiningNode): Promise<void> {
    const known = this.#nodes.get(name)
    const state = known ?? this.#add(name, staleAfterMs)
    const isNews = known?.staleAfterMs !== staleAfterMs
    state.staleAfterMs = staleAfterMs
    state.boot = boot
    state.isConnected = true
    // Put back to an older state, it has to apply anew what it had once.
    state.appliedRevision = Math.min(state.appliedRevision, revision)
    clearTimeout(state.timer)
    state.timer = undefined
    this.#hear(state)
    if (isNews) await this.#tellNodes()
  }

  /** The node's connection broke: it may be dead or cut off. */
  lose(name: string): void {
    const state = this.#nodes.get(name)
    if (state === undefined) return
    state.isConnected = false
    if (!state.counts) this.#leave(state)
    else if (state.staleAfterMs === 0) this.#limit(state)
  }

  /** The node has stopped serving, unless it is another process that says so. */
  leave(name: string, boot: string): void {
    const state = this.#nodes.get(name)
    if (state !== undefined && (state.boot ?? boot) === boot) this.#leave(state)
  }

  report(name: string, revision: number): void {
    const state = this.#nodes.get(name)
    if (state === undefined) return
    this.#hear(state)
    state.appliedRevision = Math.max(state.appliedRevision, revision)
    this.#settle()
    for (const look of this.#anyWaiters) look()
  }

  /** By name. */
  standings(): NodeStanding[] {
    const nowMs = performance.now()
    const nodes = [...this.#nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return nodes.map((state) => ({
      name: state.name,
      isConnected: state.isConnected,
      counts: state.counts,
      appliedRevision: state.appliedRevision,
      silentMs: state.heardAtMs === undefined ? undefined : nowMs - state.heardAtMs,
      staleAfterMs: state.staleAfterMs,
    }))
  }

  /** Whether somebody waits for this revision, or for a later one. */
  isAwaited(revision: number): boolean {
    return [...this.#waiters].some((waiter) => waiter.revision >= revision)
  }

  async wait(revision: number, timeoutMs: number): Promise<Propagation> {
    if (this.laggards(revision).length > 0) {
      const waiter: Waiter = { revision, resolve: () => {} }
      const everywhere = new Promise<void>((resolve) => {
        waiter.resolve = resolve
      })
      this.#waiters.add(waiter)
      await withTimeout(everywhere, timeoutMs, undefined)
      this.#waiters.delete(waiter)
    }
    return { revision, laggards: this.laggards(revision) }
  }

  /** Names of the nodes that count and have not applied it. */
  laggards(revision: number): string[] {
    return [...this.#nodes.values()]
      .filter((state) => state.counts && state.appliedRevision < revision)
      .map(({ name }) => name)
  }

  /** Whether some node is connected and has applied the revision, if need be after `timeoutMs`. */
  async anyNode(timeoutMs: number, revision = 0): Promise<boolean> {
    const isThere = (node: NodeState) => node.isConnected && node.appliedRevision >= revision
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
    for (const state of this.#nodes.values()) clearTimeout(state.timer)
  }

  #add(name: string, staleAfterMs: number): NodeState {
    const state: NodeState = {
      name,
      staleAfterMs,
      boot: undefined,
      appliedRevision: -1,
      isConnected: false,
      counts: true,
      heardAtMs: undefined,
      silentSinceMs: 0,
      timer: undefined,
    }
    this.#nodes.set(name, state)
    return state
  }

  #hear(state: NodeState): void {
    state.heardAtMs = performance.now()
    state.counts = true
    // Without a limit of its own it counts as long as it is connected.
    if (state.staleAfterMs > 0) this.#limit(state)
  }

  /** From now on it counts for its time without a word. */
  #limit(state: NodeState): void {
    state.silentSinceMs = performance.now()
    if (state.timer === undefined) this.#look(state)
  }

  /** Ends what has been silent for too long; else looks again when that could be. */
  #look(state: NodeState): void {
    const { staleAfterMs, isConnected, silentSinceMs } = state
    const limitMs = staleAfterMs === 0 ? FORGET_AFTER_MS : staleAfterMs + STALE_SLACK_MS
    const leftMs = silentSinceMs + limitMs - performance.now()
    state.timer = undefined
    if (leftMs > 0) {
      state.timer = setTimeout(() => this.#look(state), Math.min(leftMs, TIMER_MS_MAX))
      state.timer.unref()
    } else if (isConnected) {
      state.counts = false
      this.#settle()
    } else this.#leave(state)
  }

  #leave(state: NodeState): void {
    clearTimeout(state.timer)
    if (!this.#nodes.delete(state.name)) return
    void this.#tellNodes()
    this.#settle()
  }

  async #tellNodes(): Promise<void> {
    await this.#onNodes(
      Array.from(this.#nodes.values(), ({ name, staleAfterMs }) => ({ name, staleAfterMs })),
    )
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (this.laggards(waiter.revision).length === 0) waiter.resolve()
    }
  }
}
