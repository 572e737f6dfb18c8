import type { ErrorCode } from '../domain/errors.ts'
import { type CallBatch, CallMetrics } from './call-metrics.ts'
import type { Connections } from './connections.ts'

/** Something that a thread has counted since it last told. */
export interface ThreadCounts {
  readonly calls?: CallBatch
  /** Of requests that ended before they were calls, by code. */
  readonly early?: ReadonlyMap<ErrorCode, number>
  readonly connectionsOpened?: number
  readonly connectionsClosed?: number
  readonly connectionsRefused?: number
}

/** What one gateway thread counts until the main thread asks. */
export class ThreadMetrics {
  readonly calls: CallMetrics
  readonly #send: (counts: ThreadCounts) => void
  /** What is on its way, a batch in each turn of the event loop. */
  #outgoing: CallBatch[] = []
  #connections: Connections | undefined
  #opened = 0
  #closed = 0
  #refused = 0

  constructor(send: (counts: ThreadCounts) => void) {
    this.#send = send
    this.calls = new CallMetrics((batches) => {
      this.#outgoing.push(...batches)
      this.#sendNext()
    })
  }

  watch(connections: Connections): void {
    this.#connections = connections
  }

  /** Sends all that was counted, in turns of the event loop; then calls `done`. */
  tell(done: () => void): void {
    this.#send(this.#counts(this.#connections?.size ?? 0))
    this.#outgoing.push(...this.calls.take())
    this.#sendNext(done)
  }

  /** Sends it all now: the thread ends, and with it what may be left of its connections. */
  tellLast(): void {
    this.#send(this.#counts(0))
    for (const calls of [...this.#outgoing.splice(0), ...this.calls.take()]) this.#send({ calls })
  }

  #sendNext(done?: () => void): void {
    const calls = this.#outgoing.shift()
    if (calls === undefined) {
      done?.()
      return
    }
    this.#send({ calls })
    setImmediate(() => this.#sendNext(done))
  }

  #counts(open: number): ThreadCounts {
    const { admitted = 0, refused = 0 } = this.#connections ?? {}
    const closed = admitted - open
    const counts = {
      early: this.calls.takeEarly(),
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
