import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { exchangeRaw, GatewayUnderTest, RawConnection } from './harness.ts'

const SERVER_MAX = 100_000
const OWN_MAX = 70_000
const CHUNK = 10_000

let gateway: GatewayUnderTest
let small: Route
let large: Route
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({ limits: { bodyBytesMax: SERVER_MAX } })
  small = await gateway.addRoute({ bodyBytesMax: OWN_MAX })
  large = await gateway.addRoute({ bodyBytesMax: 10 * SERVER_MAX })
  const code = 'module.exports.handler = ({ data }) => String(data.length)'
  for (const route of [small, large]) await gateway.startInstance(route, { 'handler.js': code })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const head = (route: Route, headers: string) =>
  `POST /${route.label} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: text/plain\r\n${headers}\r\n\r\n`
const announced = (route: Route, bytes: number) =>
  exchangeRaw(gateway.port, head(route, `Content-Length: ${bytes}`) + 'a'.repeat(bytes))
const chunked = (route: Route, bytes: number) => {
  const sizes = [...Array<number>(Math.floor(bytes / CHUNK)).fill(CHUNK), bytes % CHUNK]
  const chunks = sizes.filter(Boolean).map((n) => `${n.toString(16)}\r\n${'a'.repeat(n)}\r\n`)
  const body = `${chunks.join('')}0\r\n\r\n`
  return exchangeRaw(gateway.port, head(route, 'Transfer-Encoding: chunked') + body)
}

function expectTooLarge(answer: string): void {
  expect(answer).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/)
  expect(answer).toMatch(/^connection: close/im)
  expect(answer).toMatch(/"code":"function_body_too_large"/)
}

describe.each([
  ['announced', announced],
  ['in chunks', chunked],
])('a body that comes %s', (_title, send) => {
  test('may be as large as the function takes: one byte more is 413', async () => {
    expect(await send(small, OWN_MAX)).toMatch(/^HTTP\/1.1 200 OK.*\r\n\r\n70000$/s)
    expectTooLarge(await send(small, OWN_MAX + 1))
  })

  test('is bounded by the server whatever the function takes', async () => {
    expect(await send(large, SERVER_MAX)).toMatch(/^HTTP\/1.1 200 OK.*\r\n\r\n100000$/s)
    expectTooLarge(await send(large, SERVER_MAX + 1))
  })

  test('is refused while the caller still sends it', async () => {
    expectTooLarge(await send(small, 20 * SERVER_MAX))
  })
})

describe('a caller that goes on sending behind its answer', () => {
  const piece = `${CHUNK.toString(16)}\r\n${'a'.repeat(CHUNK)}\r\n`
  /** Sends much more than may be sent, and only then begins to read. */
  async function sendOn(connection: RawConnection): Promise<void> {
    connection.socket.pause()
    for (let i = 0; i < 300; i++) {
      await new Promise((resolve) => connection.socket.write(piece, resolve))
    }
    connection.socket.resume()
  }

  test('can read why its body was refused, to the last byte', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(head(small, 'Transfer-Encoding: chunked'))
    await sendOn(connection)
    const answer = await connection.all()
    expectTooLarge(answer)
    const [, length, body] = /^content-length: (\d+)\r\n.*\r\n\r\n(.*)$/ims.exec(answer)!
    expect(body).toHaveLength(Number(length))
  })

  test('is not read from for ever', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(head(small, 'Transfer-Encoding: chunked') + piece.repeat(8))
    const timer = setInterval(() => connection.send(piece), 20)
    connection.socket.once('close', () => clearInterval(timer))
    await connection.until('}')
    // Half open, as it never ends its own side.
    connection.socket.allowHalfOpen = true
    await connection.all()
  })

  test('can read what its function answered before the body was too large', async () => {
    const route = await gateway.addRoute({ bodyBytesMax: OWN_MAX })
    const code = "export default { fetch: () => new Response('early') }"
    await gateway.startInstance(route, { 'handler.mjs': code })
    using connection = await RawConnection.open(gateway.port)
    connection.send(
      `POST /${route.label} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    await connection.until('early')
    await sendOn(connection)
    expect(await connection.all()).toMatch(/^HTTP\/1.1 200 OK.*early$/s)
  })
})

test('a caller that asks before it sends is told at once', async () => {
  using connection = await RawConnection.open(gateway.port)
  connection.send(head(small, `Expect: 100-continue\r\nContent-Length: ${OWN_MAX + 1}`))
  expectTooLarge(await connection.until('}'))
})

test('what a function takes can be changed while it runs', async () => {
  const route = await gateway.addRoute({ bodyBytesMax: 10 })
  const code = 'module.exports.handler = ({ data }) => String(data.length)'
  await gateway.startInstance(route, { 'handler.js': code })
  expectTooLarge(await announced(route, 11))
  await gateway.change({ routes: [{ ...route, bodyBytesMax: 11 }] })
  expect(await announced(route, 11)).toMatch(/^HTTP\/1.1 200 OK/)
  expectTooLarge(await chunked(route, 12))
  await gateway.change({ routes: [{ ...route, bodyBytesMax: 0 }] })
  expect(await chunked(route, SERVER_MAX)).toMatch(/^HTTP\/1.1 200 OK/)
})
