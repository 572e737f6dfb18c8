import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { withTimeout } from '../lib/deferred.ts'

/** One event of a stream of server-sent events. */
export interface ServerEvent {
  readonly event: string
  /** What a client that connects again sends as `Last-Event-ID`. */
  readonly id?: string
  readonly data: string
}

export const EVENT_STREAM = 'text/event-stream'
/** Proxies close connections that say nothing for a minute. */
const HEARTBEAT_MS = 15_000
const RETRY_MS = 1_000
/** Who reads nothing for so long is let go; it can ask again for what it lacks. */
const PATIENCE_MS = 30_000

/** Whether the client asks for events: it names their type, and before JSON. */
export function wantsEvents(request: FastifyRequest): boolean {
  const accepted = request.headers.accept ?? ''
  const [events, json] = [accepted.indexOf(EVENT_STREAM), accepted.indexOf('application/json')]
  return events !== -1 && (json === -1 || events < json)
}

/** The id of the last event that the client has seen. */
export function lastEventId(request: FastifyRequest): string | undefined {
  const id = request.headers['last-event-id']
  return typeof id === 'string' ? id : undefined
}

/** The streams of one app: they end when it closes, for otherwise it would wait for them. */
export class EventStreams {
  readonly #open = new Set<AbortController>()

  constructor(app: FastifyInstance) {
    app.addHook('preClose', async () => {
      for (const controller of this.#open) controller.abort()
    })
  }

  /**
   * Answers with events as they come.
   * @param source - Is given a signal that tells it to end: the client is gone or the server stops.
   */
  async send(
    reply: FastifyReply,
    source: (signal: AbortSignal) => Promise<AsyncIterable<ServerEvent>>,
  ): Promise<FastifyReply> {
    const controller = new AbortController()
    const events = await source(controller.signal)
    this.#open.add(controller)
    const stalled = watchStall(reply)
    reply.raw.once('close', () => {
      clearInterval(stalled)
      this.#open.delete(controller)
      controller.abort()
    })
    reply.type(EVENT_STREAM).header('x-accel-buffering', 'no')
    return reply.send(Readable.from(framed(events), { objectMode: false }))
  }
}

/** Bounds how long a reader holds its place without reading; what waits for it is one event at most. */
export function watchStall({ raw }: FastifyReply): NodeJS.Timeout {
  let written = -1
  return setInterval(() => {
    const bytes = raw.socket?.bytesWritten ?? 0
    if (raw.writableNeedDrain && bytes === written) raw.destroy()
    written = bytes
  }, PATIENCE_MS).unref()
}

async function* framed(events: AsyncIterable<ServerEvent>): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`
  const iterator = events[Symbol.asyncIterator]()
  let next = iterator.next()
  for (;;) {
    const got = await withTimeout(next, HEARTBEAT_MS, undefined)
    if (got === undefined) yield ': nothing new\n\n'
    else if (got.done) return
    else {
      yield frame(got.value)
      next = iterator.next()
    }
  }
}

function frame({ event, id, data }: ServerEvent): string {
  const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`])]
  for (const line of data.split(/\r\n|\r|\n/)) lines.push(`data: ${line}`)
  return `${lines.join('\n')}\n\n`
}
