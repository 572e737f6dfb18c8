import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import type { TlsMaterial } from '../../src/gateway/certificate-watch.ts'
import type { GatewayLimits } from '../../src/gateway/limits.ts'
import { makeCertificate, pairOf } from '../helpers/certificates.ts'
import { END_STREAM, FRAME, FrameConnection, literalHeaders } from '../helpers/http2-frames.ts'
import { GatewayUnderTest } from './harness.ts'
import { MAKES_64_MIB, READS_AFTER_GO, standstill } from './streaming-cases.ts'

const MIB = 1024 * 1024
const NO_ERROR = 0
const PROTOCOL_ERROR = 1
const INTERNAL_ERROR = 2
const CANCEL = 8
const ENHANCE_YOUR_CALM = 11

const LIMITS: Partial<GatewayLimits> = {
  bodyBytesMax: 64 * MIB,
  headerBytesMax: 8192,
  headerCountMax: 50,
}

const MIRROR = `module.exports.handler = ({ data, extensions: { request, response } }) => {
  const [, status] = /^\\/status\\/(\\d+)/.exec(request.path) ?? []
  if (status) response.status(Number(status))
  response.set('set-cookie', ['a=1', 'b=2'])
  return { method: request.method, url: request.url, headers: request.headers, data: String(data) }
}`
const ECHO = 'export default { fetch: (request) => new Response(request.body) }'

/** Tells a GET how many whole bodies it has read. */
const COUNT_WHOLE = `let whole = 0
export default { async fetch(request) {
  if (request.method === 'GET') return new Response(String(whole))
  await request.text()
  whole += 1
  return new Response('')
} }`

let ca: string
let tls: TlsMaterial
let gateway: GatewayUnderTest
let route: Route
beforeAll(async () => {
  const made = await makeCertificate(['localhost'])
  ca = made.cert
  tls = {
    pairs: [pairOf(made, ['localhost'])],
    minVersion: 'TLSv1.2',
    ticketKeys: Buffer.alloc(48, 1),
  }
  gateway = await GatewayUnderTest.start({ tls, limits: LIMITS })
  route = await gateway.addRoute()
  await gateway.startInstance(route, { 'handler.js': MIRROR }, 100)
})
afterAll(() => gateway[Symbol.asyncDispose]())

class Session implements Disposable {
  readonly client: ClientHttp2Session

  constructor(port = gateway.port) {
    this.client = connect(`https://localhost:${port}`, { ca })
    this.client.on('error', () => {
      // Being cut off is what some tests expect.
    })
  }

  open(path: string, headers: OutgoingHttpHeaders = {}, endStream = true): ClientHttp2Stream {
    const stream = this.client.request({ ':path': path, ...headers }, { endStream })
    stream.on('error', () => {
      // Likewise; `rstCode` says how it ended.
    })
    return stream
  }

  async call(path: string, headers: OutgoingHttpHeaders = {}, body?: Buffer | string) {
    const stream = this.open(path, headers, body === undefined)
    if (body !== undefined) stream.end(body)
    return await answerOf(stream)
  }

  [Symbol.dispose](): void {
    this.client.destroy()
  }
}

interface Answer {
  /** Undefined when the stream was reset without an answer. */
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly rstCode: number
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  let headers: IncomingHttpHeaders & { ':status'?: number | undefined } = {}
  stream.on('response', (received) => {
    headers = received
  })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!stream.closed) await new Promise((resolve) => stream.on('close', resolve))
  const text = Buffer.concat(chunks).toString()
  return { status: headers[':status'], headers, text, rstCode: stream.rstCode }
}

async function deploy(code: string, entry = 'handler.mjs', slots = 100) {
  const made = await gateway.addRoute()
  const instance = await gateway.startInstance(made, { [entry]: code }, slots)
  return { route: made, instance, path: `/${made.label}` }
}

describe('a request', () => {
  test('reaches the function as one of HTTP/1.1 would', async () => {
    using session = new Session()
    const answer = await session.call(
      `/${route.label}/a?b=c`,
      { ':method': 'POST', 'x-own': 'caf\u00e9', cookie: ['a=1', 'b=2'], te: 'trailers' },
      'hello',
    )
    expect(answer.status).toBe(200)
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    const seen = JSON.parse(answer.text)
    expect(seen).toMatchObject({ method: 'POST', url: '/a?b=c', data: 'hello' })
    expect(seen.headers).toMatchObject({
      host: `localhost:${gateway.port}`,
      cookie: 'a=1; b=2',
      'x-own': 'caf\u00e9',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '127.0.0.1',
    })
    for (const name of ['te', 'transfer-encoding', ':path', ':authority']) {
      expect(seen.headers).not.toHaveProperty([name])
    }
  })

  test('wants its key like any other', async () => {
    const closed = await gateway.addRoute({ requiresKey: true })
    const { secret } = await gateway.addKey([closed.functionId])
    await gateway.startInstance(closed, { 'handler.js': MIRROR })
    using session = new Session()
    const refused = await session.call(`/${closed.label}`)
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([401, 'key_required'])
    expect(refused.headers['www-authenticate']).toMatch(/^ApiKey /)
    expect((await session.call(`/${closed.label}`, { 'x-api-key': secret })).status).toBe(200)
  })

  test('that is refused with its body unread gets the answer, and the others of the connection go on', async () => {
    const closed = await gateway.addRoute({ requiresKey: true })
    using session = new Session()
    const body = Buffer.alloc(4 * MIB)
    const refused = await session.call(`/${closed.label}`, { ':method': 'POST' }, body)
    expect(refused).toMatchObject({ status: 401, rstCode: NO_ERROR })
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })

  test('without a body in its answer is answered whole: HEAD, 204, 304, 205', async () => {
    using session = new Session()
    const head = await session.call(`/${route.label}`, { ':method': 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '', rstCode: NO_ERROR })
    for (const status of [204, 205, 304]) {
      const answer = await session.call(`/${route.label}/status/${status}`)
      expect(answer).toMatchObject({ status, text: '', rstCode: NO_ERROR })
    }
  })

  test('that asks before it sends is told to go on', async () => {
    using session = new Session()
    const stream = session.open(
      `/${route.label}`,
      { ':method': 'POST', expect: '100-continue' },
      false,
    )
    await once(stream, 'continue')
    stream.end('later')
    expect(JSON.parse((await answerOf(stream)).text).data).toBe('later')
  })

  test('is one of a hundred at the same time on a connection, each with its own answer', async () => {
    using session = new Session()
    const calls = Array.from({ length: 100 }, (_, i) => session.call(`/${route.label}/${i}`))
    const urls = (await Promise.all(calls)).map(({ text }) => JSON.parse(text).url)
    expect(urls).toEqual(calls.map((_, i) => `/${i}`))
  })
})

describe('bodies', () => {
  test('pass in both directions at once', async () => {
    const { path } = await deploy(ECHO)
    using session = new Session()
    const stream = session.open(path, { ':method': 'POST' }, false)
    const [sent, received] = [createHash('sha256'), createHash('sha256')]
    const random = randomBytes(2 * MIB)
    const chunks = function* () {
      for (let i = 0; i < 48; i++) {
        const chunk = random.subarray(i, i + MIB)
        sent.update(chunk)
        yield chunk
      }
    }
    Readable.from(chunks()).pipe(stream)
    for await (const chunk of stream as AsyncIterable<Buffer>) received.update(chunk)
    expect(received.digest('hex')).toBe(sent.digest('hex'))
  })

  test('of every size around the edges of frames and windows come back as they were', async () => {
    const { path } = await deploy(ECHO)
    using session = new Session()
    for (const size of [0, 1, 16_384, 16_385, 65_535, 65_536, 262_144, 262_145]) {
      const body = randomBytes(size)
      for (const headers of [{}, { 'content-length': size }]) {
        const stream = session.open(path, { ':method': 'POST', ...headers }, false)
        stream.end(body)
        const back = Buffer.concat(await stream.toArray())
        expect(back.equals(body)).toBe(true)
      }
    }
  })

  test('wait in the function while the caller does not read, and hold up no other stream', async () => {
    const { path } = await deploy(MAKES_64_MIB)
    using session = new Session()
    const lazy = session.open(path)
    await once(lazy, 'response')
    lazy.pause()
    const made = async () => Number((await session.call(`${path}/made`)).text)
    expect(await standstill(made)).toBeLessThan(20 * MIB)
  })

  test('wait at the caller while the function does not read', async () => {
    const { path } = await deploy(READS_AFTER_GO)
    using session = new Session()
    const stream = session.open(path, { ':method': 'POST' }, false)
    const chunk = Buffer.alloc(256 * 1024)
    let sent = 0
    let taken = 0
    for (let i = 0; i < 32; i++) {
      sent += chunk.length
      stream.write(chunk, () => {
        taken += chunk.length
      })
    }
    for (let i = 0; i < 50; i++) await session.call(`/${route.label}`)
    expect(taken).toBeLessThan(2 * MIB)
    await session.call(`${path}/go`)
    stream.end()
    expect((await answerOf(stream)).text).toBe(String(sent))
  })

  test('that are too large are refused, announced or not', async () => {
    const { path } = await deploy(ECHO)
    using session = new Session()
    const announced = session.open(path, { ':method': 'POST', 'content-length': 65 * MIB }, false)
    expect((await answerOf(announced)).status).toBe(413)
    const { path: slow } = await deploy(
      `export default { async fetch(request) { for await (const _ of request.body); return new Response('') } }`,
    )
    const answer = await session.call(slow, { ':method': 'POST' }, Buffer.alloc(65 * MIB))
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'function_body_too_large'])
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })

  test('that do not arrive in time are answered 408', async () => {
    await using other = await GatewayUnderTest.start({
      tls,
      limits: { ...LIMITS, headersTimeoutMs: 1000, requestTimeoutMs: 1000 },
    })
    const made = await other.addRoute()
    const instance = await other.startInstance(made, { 'handler.mjs': COUNT_WHOLE })
    using session = new Session(other.port)
    const stream = session.open(`/${made.label}`, { ':method': 'POST' }, false)
    stream.write('a part')
    const answer = await answerOf(stream)
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([408, 'request_timeout'])
    await other.inFlight(instance, 0)
  })
})

describe('the end of a stream', () => {
  const SLOW = `export default { fetch(request) {
    return new Promise((resolve) => request.signal.addEventListener('abort', () => console.log('cancelled')))
  } }`

  test('by the caller reaches the function as a cancel, before and in the answer', async () => {
    const { path, instance } = await deploy(SLOW)
    const streaming = await deploy(
      `export default { fetch: () => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(9)) })) }`,
    )
    using session = new Session()
    const waiting = session.open(path)
    await gateway.inFlight(instance, 1)
    waiting.close(CANCEL)
    await gateway.inFlight(instance, 0)
    const begun = session.open(streaming.path)
    await once(begun, 'data')
    begun.close(CANCEL)
    await gateway.inFlight(streaming.instance, 0)
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })

  test('by the end of its connection does too', async () => {
    const { path, instance } = await deploy(SLOW)
    const session = new Session()
    for (let i = 0; i < 3; i++) session.open(path)
    await gateway.inFlight(instance, 3)
    session.client.destroy()
    await gateway.inFlight(instance, 0)
  })

  test('without an error in the middle of the body is not the end of the body', async () => {
    const { path, instance } = await deploy(COUNT_WHOLE)
    using connection = await FrameConnection.open(gateway.port)
    connection.request(1, [...HEAD(path), [':method', 'POST']], 0)
    connection.send(FRAME.data, 0, 1, 'half')
    await gateway.inFlight(instance, 1)
    connection.send(FRAME.reset, 0, 1, Buffer.from([0, 0, 0, NO_ERROR]))
    await gateway.inFlight(instance, 0)
    using session = new Session()
    expect((await session.call(path)).text).toBe('0')
  })

  test('by a function that breaks off in its answer is seen by the caller', async () => {
    const { path } = await deploy(`export default { fetch: () => new Response(new ReadableStream({
      start(c) { c.enqueue(new Uint8Array(9)); setTimeout(() => c.error(new Error('x')), 20) },
    })) }`)
    using session = new Session()
    const answer = await session.call(path)
    expect(answer.status).toBe(200)
    expect(answer.rstCode).not.toBe(NO_ERROR)
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })
})

/** What every request has, but for its method. */
const HEAD = (path: string): [string, string][] => [
  [':scheme', 'https'],
  [':path', path],
  [':authority', 'localhost'],
]

describe('requests that could mean two things', () => {
  const get: [string, string] = [':method', 'GET']

  for (const [title, host, status] of [
    ['an authority and an equal host are one', 'localhost', 200],
    ['an authority and another host are refused', 'other', 400],
  ] as const) {
    test(title, async () => {
      using session = new Session()
      const headers = { ':authority': 'localhost', host }
      expect((await session.call(`/${route.label}`, headers)).status).toBe(status)
    })
  }

  const cases: Record<string, (readonly [string, string])[]> = {
    Connection: [['connection', 'close']],
    'Keep-Alive': [['keep-alive', '5']],
    'Transfer-Encoding': [['transfer-encoding', 'chunked']],
    Upgrade: [['upgrade', 'h2c']],
    'TE for anything but trailers': [['te', 'gzip']],
    'a name in upper case': [['X-Own', '1']],
    'an authority that ends in a path': [[':authority', 'h/a']],
    'two paths': [[':path', '/other']],
    'a pseudo-header that is unknown': [[':own', '1']],
    'two lengths': [
      ['content-length', '1'],
      ['content-length', '2'],
    ],
    'a length without a body': [['content-length', '5']],
  }
  for (const [title, headers] of Object.entries(cases)) {
    test(`${title}: the stream is reset, and no function sees it`, async () => {
      const { path, instance } = await deploy(MIRROR, 'handler.js')
      using connection = await FrameConnection.open(gateway.port)
      connection.request(1, [get, ...HEAD(path), ...headers])
      expect(await connection.refusal(1)).toBe(PROTOCOL_ERROR)
      expect(gateway.slots.inFlight(instance.slot)).toBe(0)
    })
  }

  test('a header that would become two is left out', async () => {
    using connection = await FrameConnection.open(gateway.port)
    const { path } = await deploy(
      `module.exports.handler = (event) => event.extensions.request.headers`,
      'handler.js',
    )
    connection.request(1, [
      get,
      ...HEAD(path),
      ['x-first', 'a\nx-injected\nb'],
      ['x-second', 'a\rb'],
      ['x-third', 'a\0b'],
      ['x\nx-injected', 'b'],
      ['x-last', '1'],
    ])
    const answer = await connection.frame(({ type }) => type === FRAME.data)
    const seen = JSON.parse(answer!.payload.toString())
    expect(Object.keys(seen).filter((name) => /^x-(?!forwarded)/.test(name))).toEqual(['x-last'])
  })

  test('a body longer or shorter than its length is refused', async () => {
    const { path } = await deploy(COUNT_WHOLE)
    for (const body of ['four', 'sixsix']) {
      using connection = await FrameConnection.open(gateway.port)
      const length: [string, string] = ['content-length', '5']
      connection.request(1, [[':method', 'POST'], ...HEAD(path), length], 0)
      connection.send(FRAME.data, END_STREAM, 1, body)
      expect([PROTOCOL_ERROR, INTERNAL_ERROR]).toContain(await connection.refusal(1))
    }
    using session = new Session()
    expect((await session.call(path)).text).toBe('0')
  })

  test('tunnels are refused', async () => {
    using session = new Session()
    const stream = session.client.request({ ':method': 'CONNECT', ':authority': 'h:80' })
    stream.on('error', () => {})
    const answer = await answerOf(stream)
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([501, 'upgrade_not_supported'])
  })
})

describe('the limits', () => {
  test('on headers are answered 431, and the connection goes on', async () => {
    using session = new Session()
    const long = await session.call(`/${route.label}`, { 'x-long': 'x'.repeat(9000) })
    expect([long.status, JSON.parse(long.text).code]).toEqual([431, 'headers_too_large'])
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`x-${i}`, '']))
    expect((await session.call(`/${route.label}`, many)).status).toBe(431)
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })

  test('on headers far beyond them reset the stream', async () => {
    using session = new Session()
    // The limit holds as soon as the caller has confirmed that it knows of it.
    await session.call(`/${route.label}`)
    const answer = await session.call(`/${route.label}`, { 'x-long': 'x'.repeat(40_000) })
    expect(answer).toMatchObject({ status: undefined, rstCode: ENHANCE_YOUR_CALM })
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })

  test('on streams at a time are told, and hold against who does not listen', async () => {
    const { path, instance } = await deploy(
      'export default { fetch: () => new Promise(() => {}) }',
      'handler.mjs',
      200,
    )
    using connection = await FrameConnection.open(gateway.port)
    for (let i = 0; i < 150; i++) connection.request(2 * i + 1, [[':method', 'GET'], ...HEAD(path)])
    await connection.frame(({ type }) => type === FRAME.reset || type === FRAME.goaway)
    expect(gateway.slots.inFlight(instance.slot)).toBeLessThanOrEqual(100)
    connection.socket.destroy()
    await gateway.inFlight(instance, 0)
  })

  test('on streams that are opened to be reset end the connection', async () => {
    using connection = await FrameConnection.open(gateway.port)
    for (let i = 0; i < 3000 && !connection.socket.destroyed; i++) {
      connection.request(2 * i + 1, [[':method', 'GET'], ...HEAD(`/${route.label}`)])
      connection.send(FRAME.reset, 0, 2 * i + 1, Buffer.from([0, 0, 0, CANCEL]))
    }
    await connection.closed()
    using session = new Session()
    expect((await session.call(`/${route.label}`)).status).toBe(200)
  })

  test('on frames that begin a head and never end it end the connection', async () => {
    using connection = await FrameConnection.open(gateway.port)
    const part = literalHeaders([['x-own', 'a']])
    connection.send(FRAME.headers, 0, 1, literalHeaders([[':method', 'GET'], ...HEAD('/')]))
    for (let i = 0; i < 1000; i++) connection.send(FRAME.continuation, 0, 1, part)
    await connection.closed()
  })

  test('on settings and pings whose answers nobody reads end the connection', async () => {
    for (const [type, payload] of [
      [FRAME.settings, ''],
      [FRAME.ping, '12345678'],
    ] as const) {
      using connection = await FrameConnection.open(gateway.port)
      connection.socket.pause()
      // Until it is cut off: buffers on the way take some of the answers.
      while (!connection.socket.destroyed) {
        for (let i = 0; i < 10_000; i++) connection.send(type, 0, 0, payload)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  })

  test('on the time for headers hold for a connection that never asks', async () => {
    await using other = await GatewayUnderTest.start({
      tls,
      limits: { ...LIMITS, headersTimeoutMs: 1000 },
    })
    using silent = await FrameConnection.open(other.port)
    const pings = setInterval(() => silent.send(FRAME.ping, 0, 0, '12345678'), 50)
    await silent.closed()
    clearInterval(pings)
  })

  test('on requests per connection and on idle time end it in good order', async () => {
    const limits = { ...LIMITS, requestsPerConnectionMax: 3, keepAliveTimeoutMs: 300 }
    await using other = await GatewayUnderTest.start({ tls, limits })
    const made = await other.addRoute()
    await other.startInstance(made, { 'handler.js': MIRROR })
    using session = new Session(other.port)
    const ended = once(session.client, 'close')
    const goaway = once(session.client, 'goaway')
    for (let i = 0; i < 3; i++) expect((await session.call(`/${made.label}`)).status).toBe(200)
    expect((await goaway)[0]).toBe(NO_ERROR)
    await ended
    using idle = new Session(other.port)
    await idle.call(`/${made.label}`)
    await once(idle.client, 'close')
  })
})

describe('a stop', () => {
  /** A stream whose answer has begun, and all of that answer. */
  async function openEcho(other: GatewayUnderTest, session: Session) {
    const made = await other.addRoute()
    await other.startInstance(made, { 'handler.mjs': ECHO })
    const stream = session.open(`/${made.label}`, { ':method': 'POST' }, false)
    stream.write('first ')
    await once(stream, 'response')
    return { stream, whole: answerOf(stream) }
  }

  test('sends GOAWAY, lets what is in flight end, and ends the connection', async () => {
    await using other = await GatewayUnderTest.start({ tls, limits: LIMITS })
    using session = new Session(other.port)
    const { stream, whole } = await openEcho(other, session)
    const goaway = once(session.client, 'goaway')
    const closed = once(session.client, 'close')
    const stopped = other.threads.stop(60_000)
    expect((await goaway)[0]).toBe(NO_ERROR)
    stream.end('last')
    expect(await whole).toMatchObject({ text: 'first last', rstCode: NO_ERROR })
    await Promise.all([closed, stopped])
  })

  test('cuts off what does not end in time, so that no part looks like the whole', async () => {
    await using other = await GatewayUnderTest.start({ tls, limits: LIMITS })
    using session = new Session(other.port)
    const { whole } = await openEcho(other, session)
    await other.threads.stop(0)
    expect((await whole).rstCode).not.toBe(NO_ERROR)
  })
})
