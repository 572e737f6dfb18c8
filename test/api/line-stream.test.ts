import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LineStreams } from '../../src/api/line-stream.ts'
import { deferred } from '../../src/lib/deferred.ts'

let app: FastifyInstance
let ended: ReturnType<typeof deferred<void>>
let pages: number

/** More than any buffer on the way holds. */
async function* endless(): AsyncGenerator<readonly unknown[]> {
  try {
    for (;;) {
      pages += 1
      yield [{ text: 'x'.repeat(100_000) }]
    }
  } finally {
    ended.resolve()
  }
}

beforeEach(async () => {
  ended = deferred<void>()
  pages = 0
  app = fastify()
  const streams = new LineStreams(app)
  app.get('/few', (_request, reply) =>
    streams.send(reply, async function* () {
      yield [{ a: 1 }, { a: '\n' }]
      yield []
      yield [3]
    }),
  )
  app.get('/endless', (_request, reply) => streams.send(reply, endless))
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

async function get(path: string): Promise<[ClientRequest, IncomingMessage]> {
  const { port } = app.server.address() as AddressInfo
  const client = request({ host: '127.0.0.1', port, path }).end()
  const [response] = await once(client, 'response')
  return [client, response]
}

describe('an answer of lines', () => {
  it('has a value a line', async () => {
    const [, response] = await get('/few')
    expect(response.headers['content-type']).toBe('application/x-ndjson')
    expect((await response.toArray()).join('')).toBe('{"a":1}\n{"a":"\\n"}\n3\n')
  })

  it('is made no further than it is read, and not at all once its reader is gone', async () => {
    const [client, response] = await get('/endless')
    await once(response, 'readable')
    response.on('error', () => {})
    client.destroy()
    await ended.promise
    expect(pages).toBeLessThan(1000)
  })

  it('is broken off when the server stops, so that nobody takes it for whole', async () => {
    const [, response] = await get('/endless')
    const read = response.resume().toArray()
    const closed = app.close()
    await expect(read).rejects.toThrow('aborted')
    await ended.promise
    await closed
  })
})
