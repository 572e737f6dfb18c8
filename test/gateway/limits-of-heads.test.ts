import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { call, exchangeRaw, GatewayUnderTest, RawConnection } from './harness.ts'

const LIMITS = { headerBytesMax: 16 * 1024, headerCountMax: 50, uriBytesMax: 4096 }

let gateway: GatewayUnderTest
let route: Route
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({ limits: LIMITS })
  route = await gateway.addRoute()
  const code = 'module.exports.handler = ({ extensions: { request } }) => request.url'
  await gateway.startInstance(route, { 'handler.js': code })
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** What a caller gets for the bytes; the next caller must be served after them. */
async function answerTo(text: string): Promise<{ status: number; code: string; raw: string }> {
  const raw = await exchangeRaw(gateway.port, text)
  expect((await call(gateway.port, `/${route.label}`)).status).toBe(200)
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(raw)?.[1])
  const [, code = ''] = /"code":"(\w+)"/.exec(raw) ?? []
  return { status, code, raw }
}

const get = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${headers}\r\n`

describe('the length of the target', () => {
  const targetOf = (bytes: number) => `/${route.label}/`.padEnd(bytes, 'a')

  test('is bounded to the byte: one more is 414', async () => {
    const longest = await answerTo(get(targetOf(4096)))
    expect(longest.status).toBe(200)
    const longer = await answerTo(get(targetOf(4097)))
    expect(longer).toMatchObject({ status: 414, code: 'uri_too_long' })
    expect(longer.raw).toMatch(/^x-request-id: req_/im)
    expect(longer.raw).toMatch(/^connection: close/im)
  })

  test('counts the query too, and is told to callers of functions that are not there', async () => {
    const query = await answerTo(get(`/${route.label}?${'q'.repeat(5000)}`))
    expect(query.status).toBe(414)
    const nowhere = await answerTo(get('/nothing'.padEnd(5000, 'a')))
    expect(nowhere.status).toBe(414)
  })

  test('is 414 too where it breaks the limit of the whole head, whatever comes before it', async () => {
    expect(await answerTo(get(targetOf(20_000)))).toMatchObject({ status: 414 })
    expect(await answerTo(get(targetOf(1_000_000)))).toMatchObject({ status: 414 })
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await connection.until('200 OK')
    connection.received = ''
    connection.send(get(targetOf(100_000)))
    expect(await connection.all()).toMatch(/^HTTP\/1.1 414 .*"uri_too_long"/s)
  })
})

describe('headers', () => {
  // Host and Connection are two of them.
  const many = (count: number) => 'x-a: 1\r\n'.repeat(count - 2)

  test('may be as many as the limit says: one more is 431', async () => {
    expect((await answerTo(get(`/${route.label}`, many(50)))).status).toBe(200)
    const more = await answerTo(get(`/${route.label}`, many(51)))
    expect(more).toMatchObject({ status: 431, code: 'headers_too_large' })
    expect(more.raw).toMatch(/^connection: close/im)
  })

  test.each([
    ['a huge name', () => `${'n'.repeat(20_000)}: 1\r\n`],
    ['a huge value', () => `x: ${'v'.repeat(20_000)}\r\n`],
    ['a value of a million bytes', () => `x: ${'v'.repeat(1_000_000)}\r\n`],
    ['a value that looks like a request', () => `x: GET /${'v'.repeat(20_000)}\r\n`],
    ['thousands of them', () => 'a:\r\n'.repeat(100_000)],
  ])('%s is 431, which a caller that still sends can read', async (_title, headers) => {
    const answer = await answerTo(get(`/${route.label}`, headers()))
    expect(answer).toMatchObject({ status: 431, code: 'headers_too_large' })
  })

  test('behind a body are bounded too', async () => {
    const head = `POST /${route.label} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n`
    const answer = await exchangeRaw(
      gateway.port,
      `${head}1\r\na\r\n0\r\nx: ${'v'.repeat(20_000)}\r\n\r\n`,
    )
    expect(answer).not.toMatch(/^HTTP\/1.1 2/)
    expect((await call(gateway.port, `/${route.label}`)).status).toBe(200)
  })
})

describe('bytes that are no request', () => {
  test.each([
    ['NULs', '\0'.repeat(100_000)],
    ['a NUL in the target', get('/a\0b')],
    ['a NUL in a name', get('/', 'a\0b: 1\r\n')],
    ['a method without end', 'G'.repeat(1_000_000)],
    ['line ends only', '\r\n'.repeat(1000)],
    ['a version of ten digits', 'GET / HTTP/1.1000000000\r\n\r\n'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(500, '\xaa')],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['bytes of every kind', String.fromCharCode(...Array(256).keys()).repeat(1000)],
    ['a chunk size without end', `${post()}${'0'.repeat(100_000)}`],
    ['chunk extensions without end', `${post()}1;${'x'.repeat(100_000)}`],
    ['a chunk of 2^64 bytes', `${post()}10000000000000000\r\n`],
  ])('%s: no answer but a refusal', async (title, text) => {
    const sent = text.replaceAll('LABEL', route.label)
    using connection = await RawConnection.open(gateway.port)
    connection.send(sent)
    connection.socket.end()
    const answer = await connection.all()
    if (answer !== '') expect([400, 413, 431], title).toContain(Number(answer.slice(9, 12)))
    expect((await call(gateway.port, `/${route.label}`)).status).toBe(200)
  })

  function post() {
    return 'POST /LABEL HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
  }
})
