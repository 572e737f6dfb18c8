import { type CallBatch, CallMetrics } from './call-metrics.ts'
import type { Connections } from './connections.ts'

/** What a thread has counted since it last told. */
export interface ThreadCounts {
  readonly calls: CallBatch
  readonly connectionsOpened: number
  readonly connectionsClosed: number
  readonly connectionsRefused: number
}

/** What one gateway thread counts until the main thread asks. */
export class ThreadMetrics {
  readonly calls: CallMetrics
  #connections: Connections | undefined
  #opened = 0
  #closed = 0
  #refused = 0

  /** @param send - Given what was counted so far when it becomes too much to keep. */
  constructor(send: (counts: ThreadCounts) => void) {
    this.calls = new CallMetrics((calls) => send(this.#counts(calls, this.#open())))
  }

  watch(connections: Connections): void {
    this.#connections = connections
  }

  take(): ThreadCounts {
    return this.#counts(this.calls.take(), this.#open())
  }

  /** Before the thread ends, and with it what may be left of its connections. */
  takeLast(): ThreadCounts {
    return this.#counts(this.calls.take(), 0)
  }

  #open(): number {
    return this.#connections?.size ?? 0
  }

  #counts(calls: CallBatch, open: number): ThreadCounts {
    const { admitted = 0, refused = 0 } = this.#connections ?? {}
    const closed = admitted - open
    const counts = {
      calls,
      connectionsOpened: admitted - this.#opened,
      connectionsClosed: closed - this.#closed,
      connectionsRefused: refused - this.#refused,
    }
    this.#opened = admitted
    this.#closed = closed
    this.#refused = refused
    return counts
  }
}
