import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { exchangeRaw, GatewayUnderTest, RawConnection, type RunningInstance } from './harness.ts'

/**
 * `/hold` waits until somebody asks for `/free`; `/stream` answers without a known length; anything else
 * is mirrored.
 */
const HANDLER = `
const held = []
export default { async fetch(request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/hold') await new Promise((resolve) => held.push(resolve))
  if (pathname === '/free') for (const resolve of held.splice(0)) resolve()
  if (pathname === '/break') return new Response(new ReadableStream({
    start(c) { c.enqueue(new TextEncoder().encode('first ')); setTimeout(() => c.error(new Error('x')), 50) },
  }))
  if (pathname === '/stream') return new Response(new ReadableStream({
    start(c) { c.enqueue(new TextEncoder().encode('first ')); setTimeout(() => {
      c.enqueue(new TextEncoder().encode('last')); c.close() }, 20) },
  }))
  return new Response('[' + pathname + ' ' + (await request.text()) + ']')
} }`

let gateway: GatewayUnderTest
let route: Route
let closed: Route
let instance: RunningInstance
beforeAll(async () => {
  gateway = await GatewayUnderTest.start()
  route = await gateway.addRoute()
  closed = await gateway.addRoute({ requiresKey: true })
  instance = await gateway.startInstance(route, { 'handler.mjs': HANDLER }, 100)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const raw = (text: string) => exchangeRaw(gateway.port, text)
const get = (path: string, more = '') =>
  `GET /${route.label}${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`
/** The beginning of a request, whose body is longer. */
const half = () =>
  `POST /${route.label}/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf`
const post = (path: string, body: string, more = '') =>
  `POST /${route.label}${path} HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`
const LAST = 'Connection: close\r\n'
/** The statuses of all answers in a text, and what the functions have said, in order. */
const statusesOf = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((m) => Number(m[1]))
const saidIn = (text: string) =>
  [...text.matchAll(/\[(\/\S*) ([^\]]*)\]/g)].map((m) => `${m[1]}:${m[2]}`)

describe('pipelined requests', () => {
  test('are answered in their order, a slow one before a fast one', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(get('/hold') + get('/second') + post('/third', 'x', LAST))
    await gateway.inFlight(instance, 1)
    using other = await RawConnection.open(gateway.port)
    other.send(get('/look', LAST))
    await other.all()
    expect(connection.received).toBe('')
    await raw(get('/free', LAST))
    const answers = await connection.all()
    expect(statusesOf(answers)).toEqual([200, 200, 200])
    expect(saidIn(answers)).toEqual(['/hold:', '/second:', '/third:x'])
  })

  test('may have bodies of both kinds between them', async () => {
    const chunked = `POST /${route.label}/b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n`
    const answers = await raw(
      post('/a', 'GET / HTTP/1.1') + chunked + get('/c') + post('/d', 'z', LAST),
    )
    expect(statusesOf(answers)).toEqual([200, 200, 200, 200])
    expect(saidIn(answers)).toEqual(['/a:GET / HTTP/1.1', '/b:abcde', '/c:', '/d:z'])
  })

  test('go on behind one that is refused, with its body or without', async () => {
    const refused = `POST /${closed.label} HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n${get('').slice(0, 30).padEnd(30)}`
    const nowhere = 'GET /none HTTP/1.1\r\nHost: h\r\n\r\n'
    const requests = [get('/a'), refused, get('/b'), nowhere, get('/c', LAST)]
    const answers = await raw(requests.join(''))
    expect(statusesOf(answers)).toEqual([200, 401, 200, 404, 200])
    expect(saidIn(answers)).toEqual(['/a:', '/b:', '/c:'])
  })

  test('end with one that ends the connection: what is behind it is not looked at', async () => {
    const answers = await raw(get('/a') + get('/b', LAST) + get('/c'))
    expect(saidIn(answers)).toEqual(['/a:', '/b:'])
  })

  test('each have their own boundaries when an answer has no known length', async () => {
    const answers = await raw(get('/stream') + get('/b', LAST))
    expect(statusesOf(answers)).toEqual([200, 200])
    expect(answers).toMatch(/first .*last\r\n0\r\n\r\nHTTP\/1\.1 200/s)
  })

  test('are all read when they come byte by byte', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.socket.setNoDelay(true)
    for (const byte of get('/a') + post('/b', 'xy') + get('/c', LAST)) {
      connection.send(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(saidIn(await connection.all())).toEqual(['/a:', '/b:xy', '/c:'])
  })

  test('a hundred of them are a hundred answers', async () => {
    const requests = Array.from({ length: 100 }, (_, i) => get(`/${i}`, i === 99 ? LAST : ''))
    const answers = await raw(requests.join(''))
    expect(saidIn(answers)).toEqual(requests.map((_, i) => `/${i}:`))
  })

  test('that lose their caller are cancelled, the one that waits behind too', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(get('/hold') + get('/hold'))
    await gateway.inFlight(instance, 2)
    connection.socket.resetAndDestroy()
    await gateway.inFlight(instance, 0)
  })

  test('a connection that is cut in the middle of a body cancels its call and harms no other', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(half())
    await gateway.inFlight(instance, 1)
    connection.socket.destroy()
    await gateway.inFlight(instance, 0)
    expect(saidIn(await raw(get('/a', LAST)))).toEqual(['/a:'])
  })
})

describe('a caller that ends its side', () => {
  test('after its last answer gets the end of the connection', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(get('/a') + get('/b'))
    await connection.until('[/b ]')
    connection.socket.end()
    expect(saidIn(await connection.all())).toEqual(['/a:', '/b:'])
  })

  test('before an answer has left: its call is cancelled, and the connection ends', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(get('/hold'))
    await gateway.inFlight(instance, 1)
    connection.socket.end()
    await connection.all()
    await gateway.inFlight(instance, 0)
  })

  test('in the middle of a body is told so or cut off, never taken for whole', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(half())
    await gateway.inFlight(instance, 1)
    connection.socket.end()
    expect(saidIn(await connection.all())).toEqual([])
    await gateway.inFlight(instance, 0)
  })
})

describe('HTTP/1.0', () => {
  const old = (path: string, more = '') => `GET /${route.label}${path} HTTP/1.0\r\n${more}\r\n`

  test('ends the connection with the answer, needs no Host, and what is behind it is not looked at', async () => {
    const answer = await raw(old('/a') + old('/b'))
    expect(saidIn(answer)).toEqual(['/a:'])
    expect(answer).toMatch(/^connection: close\r\n/im)
  })

  test('keeps the connection when it is asked to and the length is known', async () => {
    const keep = 'Connection: keep-alive\r\n'
    const answers = await raw(old('/a', keep) + old('/b', keep) + old('/c'))
    expect(saidIn(answers)).toEqual(['/a:', '/b:', '/c:'])
    expect(answers.match(/^connection: keep-alive\r\n/gim)).toHaveLength(2)
  })

  test('gets an answer without a known length in one piece that the end of the connection ends', async () => {
    for (const more of ['', 'Connection: keep-alive\r\n']) {
      const answer = await raw(old('/stream', more))
      expect(answer).not.toMatch(/transfer-encoding/i)
      expect(answer).toMatch(/^connection: close\r\n/im)
      expect(answer.endsWith('\r\n\r\nfirst last')).toBe(true)
    }
  })

  test('sees by a reset that such an answer was broken off', async () => {
    using connection = await RawConnection.open(gateway.port)
    let code = ''
    connection.socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? ''
    })
    connection.send(old('/break'))
    await connection.all()
    expect(code).toBe('ECONNRESET')
  })

  test('may send a body of known length, is never told to go on, and may not send chunks', async () => {
    const body = (more: string) => `POST /${route.label}/a HTTP/1.0\r\n${more}\r\n`
    const sent = await raw(`${body('Content-Length: 2\r\nExpect: 100-continue\r\n')}xy`)
    expect(saidIn(sent)).toEqual(['/a:xy'])
    expect(sent).not.toContain('100 Continue')
    const chunks = await raw(`${body('Transfer-Encoding: chunked\r\n')}0\r\n\r\n`)
    expect(statusesOf(chunks)).toEqual([400])
  })

  test('is refused like any other without a key, on a connection that ends', async () => {
    const answer = await raw(`GET /${closed.label} HTTP/1.0\r\n\r\n`)
    expect(statusesOf(answer)).toEqual([401])
    expect(answer).toMatch(/^connection: close\r\n/im)
  })

  test('HEAD has the length and no body', async () => {
    const answer = await raw(`HEAD /${route.label}/a HTTP/1.0\r\n\r\n`)
    expect(statusesOf(answer)).toEqual([200])
    expect(answer.endsWith('\r\n\r\n')).toBe(true)
  })
})
