import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerOf, call, GatewayUnderTest, open, RawConnection } from './harness.ts'
import { MAKES_64_MIB, READS_AFTER_GO, standstill } from './streaming-cases.ts'

const MIB = 1024 * 1024

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({ limits: { bodyBytesMax: 256 * MIB } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function deploy(code: string, entry = 'handler.mjs') {
  const route = await gateway.addRoute()
  const instance = await gateway.startInstance(route, { [entry]: code })
  return { route, instance, path: `/${route.label}` }
}

const ECHO = 'export default { fetch: (request) => new Response(request.body) }'

/** Sends so many MiB, reads them back, and compares by digest. */
async function echo(path: string, mebibytes: number) {
  const sent = createHash('sha256')
  const received = createHash('sha256')
  const random = randomBytes(2 * MIB)
  const chunks = function* () {
    for (let i = 0; i < mebibytes; i++) {
      const chunk = random.subarray(i, i + MIB)
      sent.update(chunk)
      yield chunk
    }
  }
  const req = open(gateway.port, path, { method: 'POST' })
  Readable.from(chunks()).pipe(req)
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  let peakBytes = 0
  for await (const chunk of res as AsyncIterable<Buffer>) {
    received.update(chunk)
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss)
  }
  return { sent: sent.digest('hex'), received: received.digest('hex'), peakBytes }
}

describe('bodies', () => {
  test('pass bit by bit in both directions at once, in memory that does not grow with them', async () => {
    const { path } = await deploy(ECHO)
    const small = await echo(path, 64)
    const large = await echo(path, 256)
    for (const { sent, received } of [small, large]) expect(received).toBe(sent)
    // The test's client shares the process with the gateway; keeping either body would take 192 MiB more.
    expect(large.peakBytes - small.peakBytes).toBeLessThan(128 * MIB)
  })

  test('of every size around the edges of frames and windows come back as they were', async () => {
    const { path } = await deploy(ECHO)
    const edges = [0, 1, 4095, 4096, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 300_000]
    for (const size of edges) {
      const body = randomBytes(size)
      const answer = await call(gateway.port, path, { method: 'POST', body })
      expect(answer.status).toBe(200)
      expect(answer.body.equals(body)).toBe(true)
      const chunked = open(gateway.port, path, { method: 'POST' })
      for (let at = 0; at < size; at += 50_000) chunked.write(body.subarray(at, at + 50_000))
      chunked.end()
      expect((await answerOf(chunked)).body.equals(body)).toBe(true)
    }
  })

  test('wait in the function while the caller does not read, and disturb no other call', async () => {
    const { path, instance } = await deploy(MAKES_64_MIB)
    using lazy = await RawConnection.open(gateway.port)
    lazy.socket.pause()
    lazy.send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
    const made = async () => Number((await call(gateway.port, `${path}/made`)).text)
    // Windows of gateway, frames and sockets; far from the 64 MiB that it would make.
    expect(await standstill(made)).toBeLessThan(20 * MIB)
    lazy.socket.destroy()
    await gateway.inFlight(instance, 0)
  })

  test('wait at the caller while the function does not read', async () => {
    const { path } = await deploy(READS_AFTER_GO)
    const req = open(gateway.port, path, { method: 'POST' })
    let written = 0
    let isFull = false
    const chunk = Buffer.alloc(MIB)
    while (!isFull && written < 50) {
      written += 1
      if (req.write(chunk)) continue
      isFull =
        (await Promise.race([once(req, 'drain'), call(gateway.port, '/nothing')])) === undefined
      // A drain that has not come after several answers on other connections will not come.
      const others = async () => {
        for (let i = 0; i < 100; i++) await call(gateway.port, '/nothing')
        return 'full'
      }
      isFull =
        req.writableNeedDrain && (await Promise.race([once(req, 'drain'), others()])) === 'full'
    }
    expect(written).toBeLessThan(50)
    await call(gateway.port, `${path}/go`)
    req.end()
    expect((await answerOf(req)).text).toBe(String(written * MIB))
  })
})

describe('a stream', () => {
  test('leaves as it is written: head and first piece before the function goes on', async () => {
    const { path } = await deploy(`
      let release
      const released = new Promise((resolve) => { release = resolve })
      export default { async fetch(request) {
        if (request.url.endsWith('/go')) return release(), new Response('ok')
        return new Response(new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode('first'))
            await released
            controller.enqueue(new TextEncoder().encode('last'))
            controller.close()
          },
        }))
      } }`)
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await connection.until('first')).not.toContain('last')
    await call(gateway.port, `${path}/go`)
    await connection.until('last\r\n0\r\n\r\n')
  })

  test('that breaks in the function is cut off for the caller, never ended in order', async () => {
    const { path } = await deploy(`
      export default { fetch: () => new Response(new ReadableStream({
        pull(controller) {
          if (this.begun) throw new Error('broken')
          this.begun = true
          controller.enqueue(new TextEncoder().encode('part'))
        },
      })) }`)
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
    const answer = await connection.all()
    expect(answer).not.toMatch(/\r\n0\r\n\r\n$/)
  })

  test('of a caller who leaves is cancelled in the function, and its slot is free again', async () => {
    const { path, instance } = await deploy(`
      export default { fetch(request) {
        request.signal.addEventListener('abort', () => console.log('caller gone'))
        return new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(1)) }))
      } }`)
    const connection = await RawConnection.open(gateway.port)
    connection.send(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await connection.until('\r\n\r\n')
    connection.socket.destroy()
    await instance.shim.line('caller gone')
    await gateway.inFlight(instance, 0)
  })

  test('so is a call that has no answer yet, alone or pipelined behind another', async () => {
    const { path, instance } = await deploy(
      `module.exports.handler = ({ extensions: { request } }) => {
        request.signal.addEventListener('abort', () => console.log('gone', request.path))
        return new Promise(() => {})
      }`,
      'handler.js',
    )
    const connection = await RawConnection.open(gateway.port)
    for (const part of ['/one', '/two']) {
      connection.send(`GET ${path}${part} HTTP/1.1\r\nHost: h\r\n\r\n`)
    }
    await gateway.inFlight(instance, 2)
    connection.socket.destroy()
    await instance.shim.line('gone /one')
    await instance.shim.line('gone /two')
    await gateway.inFlight(instance, 0)
  })
})
