import { connect, type Socket } from 'node:net'
import { answerChars, getRequest } from './http-connection.ts'

export interface TrafficOptions {
  /** Where functions are called; connections are spread over all of them. */
  readonly gateways: readonly { readonly host: string; readonly port: number }[]
  readonly connections: number
  /** So many requests are on their way on each connection at a time. */
  readonly ahead: number
  readonly path: string
  readonly key: string
}

/** An answer's status, and when its request was written and its answer read, of `performance.now()`. */
export type OnTrafficAnswer = (status: number, sentAtMs: number, readAtMs: number) => void

const READ_BYTES = 64 * 1024
const CLOSE = /\r\nconnection: *close/i

/** Callers that never rest: each answer is followed by the next request on the same connection. */
export class PipelinedTraffic {
  /** Statuses of all answers. */
  readonly counts = new Map<number, number>()
  readonly #onAnswer: OnTrafficAnswer
  readonly #callers: PipelinedCaller[]
  readonly #looks = new Set<() => void>()
  #failure: Error | undefined

  constructor(options: TrafficOptions, onAnswer: OnTrafficAnswer = () => {}) {
    this.#onAnswer = onAnswer
    const { gateways, connections } = options
    this.#callers = Array.from({ length: connections }, (_, i) => {
      return new PipelinedCaller(gateways[i % gateways.length]!, options, {
        onAnswer: (status, sentAtMs) => this.#count(status, sentAtMs),
        onFailure: (error) => this.#fail(error),
      })
    })
  }

  /** How many answers there were. */
  get answers(): number {
    return this.#callers.reduce((sum, caller) => sum + caller.answers, 0)
  }

  /** Resolves when this is so, looked at after each answer; rejects when no caller can go on. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#failure !== undefined) reject(this.#failure)
        else if (isSo()) resolve()
        else return
        this.#looks.delete(look)
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Resolves when every connection has had so many more answers with this status. */
  async untilEach(status: number, count = 1): Promise<void> {
    const before = this.#callers.map((caller) => caller.countOf(status))
    await this.until(() =>
      this.#callers.every((caller, i) => caller.countOf(status) - before[i]! >= count),
    )
  }

  stop(): void {
    for (const caller of this.#callers) caller.stop()
  }

  #count(status: number, sentAtMs: number): void {
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1)
    this.#onAnswer(status, sentAtMs, performance.now())
    for (const look of this.#looks) look()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const look of this.#looks) look()
  }
}

interface CallerEvents {
  onAnswer(status: number, sentAtMs: number): void
  onFailure(error: Error): void
}

/** More than these in a row without an answer in between are no accident. */
const CONNECTS_MAX = 50

class PipelinedCaller {
  answers = 0
  readonly #where: { readonly host: string; readonly port: number }
  readonly #ahead: number
  readonly #request: string
  readonly #events: CallerEvents
  readonly #byStatus = new Map<number, number>()
  #socket: Socket | undefined
  /** When those were written whose answers are awaited, oldest first. */
  #sentAtMs: number[] = []
  #text = ''
  #connects = 0
  #isStopped = false

  constructor(
    where: { readonly host: string; readonly port: number },
    { path, key, ahead }: TrafficOptions,
    events: CallerEvents,
  ) {
    this.#where = where
    this.#ahead = ahead
    this.#request = getRequest(`${where.host}:${where.port}`, path, key)
    this.#events = events
    this.#connect()
  }

  countOf(status: number): number {
    return this.#byStatus.get(status) ?? 0
  }

  stop(): void {
    this.#isStopped = true
    this.#socket?.destroy()
  }

  #connect(): void {
    this.#connects += 1
    if (this.#connects > CONNECTS_MAX) {
      this.#events.onFailure(new Error(`${JSON.stringify(this.#where)} answers nothing`))
      return
    }
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    const socket = connect({
      ...this.#where,
      noDelay: true,
      onread: {
        buffer,
        callback: (bytes) => {
          if (socket === this.#socket) this.#take(buffer.toString('latin1', 0, bytes))
          return true
        },
      },
    })
    this.#socket = socket
    this.#sentAtMs = []
    this.#text = ''
    socket.on('connect', () => this.#send(this.#ahead))
    socket.on('error', () => {
      // Told by its end; what has no answer was not let through.
    })
    socket.on('close', () => {
      if (socket === this.#socket && !this.#isStopped) setImmediate(() => this.#connect())
    })
  }

  #send(count: number): void {
    const nowMs = performance.now()
    for (let i = 0; i < count; i++) this.#sentAtMs.push(nowMs)
    this.#socket!.write(this.#request.repeat(count), 'latin1')
  }

  #take(chunk: string): void {
    this.#text += chunk
    let read = 0
    let at = 0
    for (;;) {
      const rest = at === 0 ? this.#text : this.#text.slice(at)
      const chars = answerChars(rest)
      if (rest.length < chars) break
      at += chars
      read += 1
      this.#onAnswer(rest)
      if (CLOSE.test(rest.slice(0, rest.indexOf('\r\n\r\n')))) {
        this.#socket!.destroy()
        return
      }
    }
    this.#text = this.#text.slice(at)
    if (read > 0 && !this.#isStopped) this.#send(read)
  }

  #onAnswer(text: string): void {
    const status = Number(text.slice(9, 12))
    this.answers += 1
    this.#connects = 0
    this.#byStatus.set(status, this.countOf(status) + 1)
    this.#events.onAnswer(status, this.#sentAtMs.shift()!)
  }
}
