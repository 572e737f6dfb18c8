import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InstanceConnection } from '../../src/wire/connection.ts'
import { onEachNode } from '../helpers/node-versions.ts'
import { ShimProcess } from '../helpers/shim.ts'
import { call, startCall } from '../wire/call.ts'

const CODE = `
const { Readable, PassThrough } = require('node:stream')
const { pipeline } = require('node:stream/promises')
const ways = {
  send: (q, s) => s.send('<p>'), sendObject: (q, s) => s.send({ a: 1 }), sendBytes: (q, s) => s.send(Buffer.from('x')),
  sendNothing: (q, s) => s.status(404).send(), sendStatus: (q, s) => s.sendStatus(404),
  redirect: (q, s) => s.redirect('/elsewhere?a=ž'), redirectWith: (q, s) => s.redirect(301, '/x'),
  type: (q, s) => { s.type('.css').end('a{}') }, typeOther: (q, s) => { s.type('text/x-own').send('own') },
  setObject: (q, s) => { s.set({ 'X-A': 1, 'x-b': 'two' }); s.end(s.get('x-a') + s.getHeader('X-B')) },
  append: (q, s) => { s.append('x-list', 'a'); s.append('x-list', 'b'); return '' },
  remove: (q, s) => { s.set('x-a', '1').removeHeader('x-a'); return '' },
  writeHead: (q, s) => { s.writeHead(206, { 'content-range': 'bytes 0-1/2' }); s.end('ab') },
  statusCode: (q, s) => { s.statusCode = 203; return '' },
  piped: (q, s) => { Readable.from(['one,', 'two']).pipe(s) },
  pipedReturned: (q, s) => Readable.from(['one,', 'two']).pipe(s),
  pipedLater: async (q, s) => { const through = new PassThrough(); through.pipe(s); setImmediate(() => through.end('late')) },
  pipeline: (q, s) => pipeline(Readable.from(['one,', 'two']), s),
  writtenLater: (q, s) => { s.write('now,'); setImmediate(() => s.end('later')) },
  writtenThenReturned: (q, s) => { s.write('written,'); return 'returned' },
  headFirst: (q, s) => { s.set('x-early', '1').flushHeaders(); setImmediate(() => s.end('late')) },
  setTooLate: (q, s) => { s.write('a'); s.set('x-late', '1') },
  encoded: (q, s) => { s.end('4142', 'hex') },
  held: (q, s) => { s.write('first'); q.signal.addEventListener('abort', () => console.log('gone', q.signal.reason.name)); s.on('close', () => console.log('response closed')) },
  throwLate: () => { setTimeout(() => { throw new Error('late throw') }, 1); return new Promise(() => {}) },
  rejectAside: () => { Promise.reject(new Error('aside')); return new Promise(() => {}) },
  details: (q) => ({ ip: q.ip, protocol: q.protocol, hostname: q.hostname, referer: q.get('Referrer') ?? null, query: q.query }),
  interleaved: async (q, s) => { process.stdout.write('part of ' + q.query.name); await null; await new Promise(setImmediate); process.stdout.write(' ends\\n') },
  bytesLogged: () => { process.stdout.write(Buffer.from('bytes \\u017e\\n')) },
}
setInterval(() => {}, 1000).unref()
exports.handler = (event) => { const { request, response } = event.extensions; return ways[request.path.slice(1)](request, response) }
`

await onEachNode(({ launcher }) => {
  let shim: ShimProcess
  let connection: InstanceConnection
  beforeAll(async () => {
    shim = await ShimProcess.start({ launcher, files: { 'h.js': CODE }, entry: 'h.js' })
    connection = await shim.connect()
  })
  afterAll(() => shim?.[Symbol.asyncDispose]())

  describe('the Express-like response', () => {
    test.each([
      ['send', 200, '<p>', { 'content-type': 'text/html; charset=utf-8', 'content-length': '3' }],
      ['sendObject', 200, '{"a":1}', { 'content-type': 'application/json; charset=utf-8' }],
      ['sendBytes', 200, 'x', { 'content-type': 'application/octet-stream' }],
      ['sendNothing', 404, '', { 'content-length': '0' }],
      ['sendStatus', 404, 'Not Found', { 'content-type': 'text/plain; charset=utf-8' }],
      ['redirect', 302, '', { location: '/elsewhere?a=%C5%BE' }],
      ['redirectWith', 301, '', { location: '/x' }],
      ['type', 200, 'a{}', { 'content-type': 'text/css; charset=utf-8' }],
      ['typeOther', 200, 'own', { 'content-type': 'text/x-own' }],
      ['setObject', 200, '1two', { 'x-a': '1', 'x-b': 'two' }],
      ['writeHead', 206, 'ab', { 'content-range': 'bytes 0-1/2' }],
      ['statusCode', 203, '', {}],
      ['piped', 200, 'one,two', {}],
      ['pipedReturned', 200, 'one,two', {}],
      ['pipedLater', 200, 'late', {}],
      ['pipeline', 200, 'one,two', {}],
      ['writtenLater', 200, 'now,later', {}],
      ['writtenThenReturned', 200, 'written,returned', {}],
      ['headFirst', 200, 'late', { 'x-early': '1' }],
      ['encoded', 200, 'AB', { 'content-length': '2' }],
    ])('%s', async (way, status, body, headers) => {
      const answer = await call(connection, { target: `/${way}` })
      expect(answer).toMatchObject({ outcome: 'ended', status, headers })
      expect(answer.body.toString()).toBe(body)
    })

    test('gives one field for each of several values', async () => {
      const { rawHeaders } = await call(connection, { target: '/append' })
      expect(rawHeaders.filter((_, i) => rawHeaders[i - (i % 2)] === 'x-list')).toEqual([
        'x-list',
        'a',
        'x-list',
        'b',
      ])
      expect((await call(connection, { target: '/remove' })).headers).not.toHaveProperty('x-a')
    })

    test('refuses headers once the head has left', async () => {
      expect((await call(connection, { target: '/setTooLate' })).outcome).toBe('broken-off')
    })

    test('sends the first byte when it is written, and closes when the caller goes', async () => {
      const { stream, firstBytes } = startCall(connection, { target: '/held' })
      expect((await firstBytes).toString()).toBe('first')
      stream.cancel('caller-gone')
      await shim.line('gone AbortError')
      await shim.line('response closed')
    })
  })

  test('the request knows whence it came', async () => {
    const answer = await call(connection, {
      target: '/details?a=1&b=2&b=3&__proto__=x',
      headers: {
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'example.test:8443',
        referer: '/before',
      },
    })
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      ip: '192.0.2.1',
      protocol: 'https',
      hostname: 'example.test',
      referer: '/before',
      query: { a: '1', b: ['2', '3'] },
    })
  })

  describe('an error that no promise of the handler carries', () => {
    test.each([
      ['throwLate', 'late throw'],
      ['rejectAside', 'aside'],
    ])('%s fails its own request, with its id in the log', async (way, message) => {
      const id = `req_${way}`
      const answer = await call(connection, {
        target: `/${way}`,
        headers: { 'latchkey-request-id': id },
      })
      expect(answer.outcome).toBe('handler-error')
      expect((await shim.line(`\x1e${id}\x1f`)).text).toContain(message)
      expect((await call(connection, { target: '/send' })).status).toBe(200)
    })

    test('outside of requests is logged, and the instance goes on', async () => {
      await using own = await ShimProcess.start({
        launcher,
        files: {
          'h.js':
            'setTimeout(() => { throw new Error("nobody asked") }, 1); exports.handler = () => "on"',
        },
        entry: 'h.js',
      })
      expect((await own.line('nobody asked')).text).toMatch(/^Error: nobody asked/)
      expect((await call(await own.connect())).body.toString()).toBe('on')
    })
  })

  describe('log lines', () => {
    test('of two requests never share a line', async () => {
      await Promise.all(
        ['a', 'b'].map((name) =>
          call(connection, {
            target: `/interleaved?name=${name}`,
            headers: { 'latchkey-request-id': `req_${name}` },
          }),
        ),
      )
      for (const name of ['a', 'b']) {
        expect((await shim.line(`part of ${name}`)).text).toBe(`\x1ereq_${name}\x1fpart of ${name}`)
        expect((await shim.line(`req_${name}\x1f ends`)).text).toBe(`\x1ereq_${name}\x1f ends`)
      }
    })

    test('written as bytes stay as they are', async () => {
      await call(connection, {
        target: '/bytesLogged',
        headers: { 'latchkey-request-id': 'req_x' },
      })
      expect((await shim.line('bytes')).text).toBe('\x1ereq_x\x1fbytes ž')
    })
  })
})
