import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InstanceConnection } from '../../src/wire/connection.ts'
import { onEachNode } from '../helpers/node-versions.ts'
import { ShimProcess } from '../helpers/shim.ts'
import { call, startCall } from '../wire/call.ts'

const CODE = `
const text = new TextEncoder()
const ways = {
  describe: (r) => Response.json({ method: r.method, url: r.url, agent: r.headers.get('user-agent') }),
  text: async (r) => new Response(await r.text()),
  json: async (r) => Response.json(await r.json()),
  bytes: async (r) => new Response(await r.arrayBuffer()),
  empty: () => new Response(null),
  noContent: () => new Response(null, { status: 204 }),
  cookies: () => new Response('', { headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2']] }),
  notResponse: () => ({ plain: true }),
  throws: async () => { throw new Error('secret reason') },
  stream: () => new Response(new ReadableStream({ async start(c) { c.enqueue(text.encode('one,')); await new Promise(setImmediate); await new Promise(setImmediate); c.enqueue(text.encode('two')); c.close() } })),
  streamFails: () => new Response(new ReadableStream({ start(c) { c.enqueue(text.encode('one,')); setTimeout(() => c.error(new Error('secret reason')), 5) } })),
  held: (r) => new Response(new ReadableStream({ start(c) { c.enqueue(text.encode('first')) }, cancel() { console.log('body cancelled') } })),
  signal: (r) => new Promise(() => { console.log('listening'); r.signal.addEventListener('abort', () => console.log('aborted', r.signal.reason.name)) }),
  earlyAnswer: () => new Response('without reading'),
  firstChunk: async (r) => { const reader = r.body.getReader(); const { value } = await reader.read(); return new Response(value) },
  uploadCancelled: async (r) => { console.log('reading'); try { await r.text() } catch (error) { console.log('upload', error.name) } },
}
export default { fetch(request) { return ways[new URL(request.url).pathname.slice(1)](request) } }
`

await onEachNode(({ launcher }) => {
  let shim: ShimProcess
  let connection: InstanceConnection
  beforeAll(async () => {
    shim = await ShimProcess.start({ launcher, files: { 'h.mjs': CODE }, entry: 'h.mjs' })
    connection = await shim.connect()
  })
  afterAll(() => shim?.[Symbol.asyncDispose]())

  describe('a fetch handler', () => {
    test('gets method, URL and headers', async () => {
      const answer = await call(connection, {
        method: 'DELETE',
        target: '/describe?a=b',
        headers: { host: 'fn.example.test', 'x-forwarded-proto': 'https', 'user-agent': 'suite' },
      })
      expect(JSON.parse(answer.body.toString())).toEqual({
        method: 'DELETE',
        url: 'https://fn.example.test/describe?a=b',
        agent: 'suite',
      })
    })

    test('gets a URL even when the host is none', async () => {
      const answer = await call(connection, { target: '/describe', headers: { host: 'a b<' } })
      expect(JSON.parse(answer.body.toString()).url).toBe('http://localhost/describe')
    })

    test('an empty host does not make a host of the path', async () => {
      const answer = await call(connection, { target: '/describe', headers: { host: '' } })
      expect(JSON.parse(answer.body.toString()).url).toBe('http://localhost/describe')
    })

    test.each([
      ['text', 'words ž'],
      ['json', '{"a":1}'],
      ['bytes', '\x00\x01\n\r'],
    ])('reads its body as %s and answers in one frame', async (way, body) => {
      const answer = await call(connection, { method: 'POST', target: `/${way}`, body })
      expect(answer.body.toString()).toBe(body)
      expect(answer).toMatchObject({ frames: 1 })
      expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(body)))
    })

    test.each([
      ['empty', 200, ''],
      ['noContent', 204, ''],
      ['notResponse', 200, '{"plain":true}'],
      ['stream', 200, 'one,two'],
      ['earlyAnswer', 200, 'without reading'],
    ])('%s', async (way, status, body) => {
      const answer = await call(connection, { method: 'POST', target: `/${way}`, body: 'x' })
      expect(answer).toMatchObject({ outcome: 'ended', status })
      expect(answer.body.toString()).toBe(body)
    })

    test('may set several cookies', async () => {
      const { rawHeaders } = await call(connection, { target: '/cookies' })
      expect(rawHeaders.filter((value) => /^[ab]=/.test(value))).toEqual(['a=1', 'b=2'])
    })

    test('is not given a method that the Web has none of', async () => {
      expect((await call(connection, { method: 'TRACE', target: '/describe' })).status).toBe(501)
    })

    test('has no body under HEAD', async () => {
      const answer = await call(connection, { method: 'HEAD', target: '/earlyAnswer' })
      expect(answer).toMatchObject({ outcome: 'ended', body: Buffer.alloc(0) })
    })

    test('that throws is a failure, and one whose stream fails is broken off', async () => {
      expect((await call(connection, { target: '/throws' })).outcome).toBe('handler-error')
      const broken = await call(connection, { target: '/streamFails' })
      expect(broken).toMatchObject({ outcome: 'broken-off', status: 200 })
      expect(broken.body.toString()).toBe('one,')
    })

    test('begins before its body has ended', async () => {
      const { stream, answer } = startCall(connection, {
        method: 'POST',
        target: '/firstChunk',
        isOpen: true,
      })
      stream.write(Buffer.from('first'))
      expect((await answer).body.toString()).toBe('first')
    })

    test('sends the first byte when it is there, and its body is cancelled with the request', async () => {
      const { stream, firstBytes } = startCall(connection, { target: '/held' })
      expect((await firstBytes).toString()).toBe('first')
      stream.cancel('caller-gone')
      await shim.line('body cancelled')
    })

    test.each([
      ['timeout', 'TimeoutError'],
      ['caller-gone', 'AbortError'],
    ] as const)('hears of %s by its signal', async (reason, name) => {
      const { stream } = startCall(connection, {
        target: '/signal',
        headers: { 'latchkey-request-id': `req_${reason}` },
      })
      await shim.line(`req_${reason}\x1flistening`)
      stream.cancel(reason)
      expect((await shim.line(`req_${reason}\x1faborted`)).text).toContain(name)
    })

    test('that reads an upload is told when it is cancelled', async () => {
      const { stream } = startCall(connection, {
        method: 'POST',
        target: '/uploadCancelled',
        isOpen: true,
      })
      await shim.line('reading')
      stream.cancel('caller-gone')
      await shim.line('upload AbortError')
    })
  })
})
