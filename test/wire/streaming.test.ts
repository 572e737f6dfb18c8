import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { InstanceConnection, RequestStream } from '../../src/wire/connection.ts'
import { ShimProcess } from '../helpers/shim.ts'

const MIB = 1024 * 1024
const BYTES = 64 * MIB
const ROUNDS = 3
const CHUNK = Buffer.alloc(64 * 1024, 'x')
/** V8 lets about 64 MiB of spent buffers stand before it collects them; all rounds are 192 MiB. */
const GROWTH_BYTES_MAX = 128 * MIB

const HANDLER = `
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/down') return new Response(download())
    if (pathname === '/echo') return new Response(request.body)
    let bytes = 0
    for await (const chunk of request.body) bytes += chunk.length
    return Response.json({ bytes })
  },
}
function download() {
  let left = ${BYTES}
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close()
      controller.enqueue(new Uint8Array(65536).fill(120))
      left -= 65536
    },
  })
}
`

describe('64 MiB, three times, with flat memory', () => {
  test.each(['/up', '/down', '/echo'])('%s', async (target) => {
    await using shim = await ShimProcess.start({ files: { 'web.mjs': HANDLER }, entry: 'web.mjs' })
    const connection = await shim.connect()
    const before = peakBytes(shim)
    for (let round = 0; round < ROUNDS; round++) {
      const exchange = open(connection, target)
      await Promise.all([
        target === '/down' ? exchange.stream.end() : upload(exchange),
        exchange.ended,
      ])
      if (target === '/up') expect(exchange.text).toBe(`{"bytes":${BYTES}}`)
      else expect(exchange.received).toBe(BYTES)
    }
    expect(peakBytes(shim) - before).toBeLessThan(GROWTH_BYTES_MAX)
  })

  test('a handler that does not read stops the sender at the window', async () => {
    await using shim = await ShimProcess.start({
      files: { 'web.mjs': 'export const fetch = () => new Promise(() => {})' },
      entry: 'web.mjs',
      method: 'fetch',
    })
    const connection = await shim.connect()
    const exchange = open(connection, '/')
    let sent = 0
    while (exchange.stream.write(CHUNK)) sent += CHUNK.length
    await connection.ping()
    expect(sent).toBeLessThanOrEqual(256 * 1024)
    expect(exchange.stream.write(CHUNK)).toBe(false)
    exchange.stream.cancel('caller-gone')
  })
})

interface OpenExchange {
  readonly stream: RequestStream
  readonly ended: Promise<void>
  received: number
  text: string
  writable(): Promise<void>
}

function open(connection: InstanceConnection, target: string): OpenExchange {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  let wake = () => {}
  const take = (chunk: Buffer | undefined, end: boolean) => {
    if (chunk !== undefined) {
      exchange.received += chunk.length
      if (exchange.received < 100) exchange.text += chunk
      stream.consumed(chunk.length)
    }
    if (end) resolve()
  }
  const stream = connection.request(`POST\n${target}`, undefined, false, {
    onHead: (_status, _headers, body, end) => take(body, end),
    onData: take,
    onWritable: () => wake(),
    onFailure: (kind) => reject(new Error(kind)),
    onLost: () => reject(new Error('lost')),
  })
  const exchange: OpenExchange = {
    stream,
    ended,
    received: 0,
    text: '',
    writable: () =>
      new Promise((resolveWritable) => {
        wake = resolveWritable
      }),
  }
  return exchange
}

async function upload({ stream, writable }: OpenExchange): Promise<void> {
  for (let sent = 0; sent < BYTES; sent += CHUNK.length) {
    if (!stream.write(CHUNK)) await writable()
  }
  stream.end()
}

/** The instance's peak memory so far. */
function peakBytes(shim: ShimProcess): number {
  const status = readFileSync(`/proc/${shim.child.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024
}
