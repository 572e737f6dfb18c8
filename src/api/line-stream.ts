import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { watchStall } from './event-stream.ts'

export const JSON_LINES = 'application/x-ndjson'

/** Answers of any length, a JSON value a line. One that was broken off does not end as a whole one does. */
export class LineStreams {
  readonly #open = new Set<AbortController>()

  constructor(app: FastifyInstance) {
    app.addHook('preClose', async () => {
      for (const controller of this.#open) controller.abort()
    })
  }

  /** @param source - Pages of values; its signal tells it that the client is gone or the server stops. */
  send(
    reply: FastifyReply,
    source: (signal: AbortSignal) => AsyncIterable<readonly unknown[]>,
  ): FastifyReply {
    const controller = new AbortController()
    const { signal } = controller
    this.#open.add(controller)
    const stalled = watchStall(reply)
    reply.raw.once('close', () => {
      clearInterval(stalled)
      this.#open.delete(controller)
      controller.abort()
    })
    reply.type(JSON_LINES)
    const lines = linesOf(source(signal), signal)
    return reply.send(Readable.from(lines, { objectMode: false }))
  }
}

async function* linesOf(
  pages: AsyncIterable<readonly unknown[]>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const page of pages) {
    signal.throwIfAborted()
    yield page.map((value) => `${JSON.stringify(value)}\n`).join('')
  }
  signal.throwIfAborted()
}
