import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { percentile } from '../tools/statistics.ts'
import { getRequest, HttpConnection } from './http-connection.ts'
import type { LoadMessage, SteadyWish, StreamResult, StreamWish, Times } from './steady-load.ts'

const HOST = '127.0.0.1'
/** How long the last answers are waited for. */
const PATIENCE_MS = 30_000
const DRAIN_LOOK_MS = 5

/** One request that is on its way. */
interface Flight {
  dueMs: number
  sentMs: number
}

/**
 * Sends each request when it is due, or when the next connection is free; either way its time counts from
 * when it was due. So a server that stops for a moment is charged with every request of that moment, not
 * with the few that happened to be on their way.
 */
class Stream {
  readonly #wish: StreamWish
  readonly #requests: readonly string[]
  readonly #intervalMs: number
  readonly #count: number
  readonly #free: { readonly connection: HttpConnection; readonly flight: Flight }[] = []
  /** Due times of those that found no free connection, oldest first. */
  readonly #waiting: number[] = []
  #waitingFrom = 0
  readonly #connections: HttpConnection[] = []
  readonly #sinceDueMs: Float64Array
  readonly #sinceSentMs: Float64Array
  readonly #lateMs: Float64Array
  #beganMs = 0
  #lastMs = 0
  #begun = 0
  #sent = 0
  #answered = 0
  #failures = 0
  #closed = false

  constructor(wish: StreamWish, seconds: number, port: number) {
    this.#wish = wish
    this.#intervalMs = 1000 / wish.ratePerSecond
    this.#count = Math.floor(wish.ratePerSecond * seconds)
    this.#requests = requestsOf(wish, this.#count, `${HOST}:${port}`)
    this.#sinceDueMs = new Float64Array(this.#count)
    this.#sinceSentMs = new Float64Array(this.#count)
    this.#lateMs = new Float64Array(this.#count)
  }

  async open(port: number): Promise<void> {
    await Promise.all(Array.from({ length: this.#wish.connections }, () => this.#open(port)))
  }

  async #open(port: number): Promise<void> {
    const flight: Flight = { dueMs: 0, sentMs: 0 }
    const connection = new HttpConnection(
      { host: HOST, port },
      (status, _body, isLast) => {
        this.#ended(flight, status === this.#wish.status)
        if (isLast) connection.close()
        else this.#next(connection, flight)
      },
      () => {
        // A server may end a connection after so many requests; only one in use is a failure.
        if (flight.dueMs !== 0) this.#ended(flight, false)
        const index = this.#free.findIndex((one) => one.connection === connection)
        if (index >= 0) this.#free.splice(index, 1)
        // When it cannot be opened again, what is left unanswered tells.
        if (!this.isDone && !this.#closed) this.#open(port).catch(() => {})
      },
    )
    await connection.opened()
    this.#connections.push(connection)
    this.#next(connection, flight)
  }

  begin(nowMs: number): void {
    this.#beganMs = nowMs
  }

  get isDone(): boolean {
    return this.#answered === this.#count
  }

  /** Begins what is due by now. */
  advance(nowMs: number): void {
    while (this.#begun < this.#count) {
      const dueMs = this.#beganMs + this.#begun * this.#intervalMs
      if (dueMs > nowMs) return
      this.#begun += 1
      const free = this.#free.shift()
      if (free === undefined) this.#waiting.push(dueMs)
      else this.#send(free.connection, free.flight, dueMs)
    }
  }

  #next(connection: HttpConnection, flight: Flight): void {
    if (this.#waitingFrom === this.#waiting.length) {
      this.#free.push({ connection, flight })
      return
    }
    this.#send(connection, flight, this.#waiting[this.#waitingFrom++]!)
    if (this.#waitingFrom === this.#waiting.length) {
      this.#waiting.length = 0
      this.#waitingFrom = 0
    }
  }

  #send(connection: HttpConnection, flight: Flight, dueMs: number): void {
    flight.dueMs = dueMs
    flight.sentMs = performance.now()
    connection.send(this.#requests[this.#sent++ % this.#requests.length]!)
  }

  #ended(flight: Flight, isRight: boolean): void {
    const nowMs = performance.now()
    if (!isRight) this.#failures += 1
    this.#sinceDueMs[this.#answered] = nowMs - flight.dueMs
    this.#sinceSentMs[this.#answered] = nowMs - flight.sentMs
    this.#lateMs[this.#answered] = flight.sentMs - flight.dueMs
    this.#answered += 1
    this.#lastMs = nowMs
    flight.dueMs = 0
  }

  result(): StreamResult {
    const unanswered = this.#count - this.#answered
    return {
      requests: this.#count,
      failures: this.#failures + unanswered,
      seconds: (this.#lastMs - this.#beganMs) / 1000,
      sinceDue: timesOf(this.#sinceDueMs.subarray(0, this.#answered)),
      sinceSent: timesOf(this.#sinceSentMs.subarray(0, this.#answered)),
      late: timesOf(this.#lateMs.subarray(0, this.#answered)),
    }
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#connections) connection.close()
  }
}

function requestsOf({ paths, keys }: StreamWish, count: number, host: string): string[] {
  if (keys === 'wrong') {
    return Array.from({ length: count }, (_, i) =>
      getRequest(host, paths[i % paths.length]!, mintKeySecret()),
    )
  }
  const length = Math.max(paths.length, keys.length)
  return Array.from({ length }, (_, i) =>
    getRequest(host, paths[i % paths.length]!, keys[i % keys.length]!),
  )
}

function timesOf(milliseconds: Float64Array): Times {
  const sorted = Array.from(milliseconds.toSorted())
  if (sorted.length === 0) return { p50Us: 0, p99Us: 0, mostUs: 0 }
  return {
    p50Us: percentile(sorted, 50) * 1000,
    p99Us: percentile(sorted, 99) * 1000,
    mostUs: sorted.at(-1)! * 1000,
  }
}

async function run({ port, seconds, streams: wishes, pace }: SteadyWish): Promise<StreamResult[]> {
  const streams = wishes.map((wish) => new Stream(wish, seconds, port))
  for (const stream of streams) await stream.open(port)
  tell({ type: 'begun' })
  const beganMs = performance.now()
  for (const stream of streams) stream.begin(beganMs)
  await sendAll(streams, beganMs + seconds * 1000, pace)
  const untilMs = performance.now() + PATIENCE_MS
  while (streams.some((stream) => !stream.isDone) && performance.now() < untilMs) {
    await delay(DRAIN_LOOK_MS)
  }
  const results = streams.map((stream) => stream.result())
  for (const stream of streams) stream.close()
  return results
}

function sendAll(streams: readonly Stream[], endMs: number, pace: SteadyWish['pace']) {
  return new Promise<void>((resolve) => {
    const turn = (): void => {
      const nowMs = performance.now()
      for (const stream of streams) stream.advance(nowMs)
      if (nowMs >= endMs) resolve()
      else if (pace === 'spin') setImmediate(turn)
      else setTimeout(turn, 1)
    }
    turn()
  })
}

function tell(message: LoadMessage): void {
  process.send?.(message)
}

const [wish] = (await once(process, 'message')) as [SteadyWish]
tell({ type: 'done', results: await run(wish) })
process.disconnect?.()
