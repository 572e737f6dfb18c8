import type { Server } from 'node:http'
import { type CallBatch, CallMetrics } from './call-metrics.ts'

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
  #opened = 0
  #closed = 0
  #refused = 0

  /** @param send - Given what was counted so far when it becomes too much to keep. */
  constructor(send: (counts: ThreadCounts) => void) {
    this.calls = new CallMetrics((calls) => send(this.#counts(calls)))
  }

  watch(server: Server): void {
    const onClose = (): void => {
      this.#closed += 1
    }
    server.on('connection', (socket) => {
      this.#opened += 1
      socket.once('close', onClose)
    })
    server.on('drop', () => {
      this.#refused += 1
    })
  }

  take(): ThreadCounts {
    return this.#counts(this.calls.take())
  }

  #counts(calls: CallBatch): ThreadCounts {
    const counts = {
      calls,
      connectionsOpened: this.#opened,
      connectionsClosed: this.#closed,
      connectionsRefused: this.#refused,
    }
    this.#opened = 0
    this.#closed = 0
    this.#refused = 0
    return counts
  }
}
