import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { call, GatewayUnderTest, RawConnection } from './harness.ts'

const LIMITS = {
  headersTimeoutMs: 1000,
  requestTimeoutMs: 2000,
  keepAliveTimeoutMs: 1000,
  stallTimeoutMs: 3000,
}

let gateway: GatewayUnderTest
let route: Route
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({ limits: LIMITS })
  route = await gateway.addRoute()
  const code = "module.exports.handler = () => 'ok'"
  await gateway.startInstance(route, { 'handler.js': code })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const post = (label: string) =>
  `POST /${label} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n`

/** Sends `text`, then a byte now and then for as long as the other side lets it. */
async function trickle(text: string): Promise<string> {
  using connection = await RawConnection.open(gateway.port)
  connection.send(text)
  const timer = setInterval(() => connection.send('a'), 100)
  connection.socket.once('close', () => clearInterval(timer))
  connection.socket.once('end', () => clearInterval(timer))
  return await connection.all()
}

function expectTimeout(answer: string): void {
  expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/)
  expect(answer).toMatch(/^x-request-id: req_/im)
  expect(answer).toMatch(/^connection: close/im)
  expect(answer).toMatch(/"code":"request_timeout"/)
}

describe('a caller that is slow', () => {
  test('with its head, byte by byte, is answered 408', async () => {
    expectTimeout(await trickle(`GET /${route.label} HTTP/1.1\r\nHost: h\r\nX: `))
  })

  test('with the first byte too', async () => {
    using silent = await RawConnection.open(gateway.port)
    expectTimeout(await silent.all())
  })

  test('with its body, byte by byte, is answered 408', async () => {
    const nobody = await gateway.addRoute()
    expectTimeout(await trickle(post(nobody.label)))
  })

  test('with the head of a later request is answered 408', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await connection.until('200 OK')
    connection.received = ''
    connection.send('GET /')
    expectTimeout(await connection.all())
  })

  test('to ask again loses its connection, and only that', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await connection.all()).toMatch(/^HTTP\/1.1 200 OK(?!.*HTTP\/1.1)/s)
    using next = await RawConnection.open(gateway.port)
    next.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await next.until('200 OK')
  })
})

test('two hundred slow callers at once are all answered 408, and others are served meanwhile', async () => {
  const heads = Array.from({ length: 100 }, () =>
    trickle(`GET /${route.label} HTTP/1.1\r\nHost: h\r\nX: `),
  )
  const nobody = await gateway.addRoute()
  const bodies = Array.from({ length: 100 }, () => trickle(post(nobody.label)))
  let isOver = false
  const all = Promise.all([...heads, ...bodies]).finally(() => {
    isOver = true
  })
  while (!isOver) expect((await call(gateway.port, `/${route.label}`)).status).toBe(200)
  for (const answer of await all) expectTimeout(answer)
})

test('a caller that does not read its answer loses its connection', async () => {
  const endless = await gateway.addRoute()
  const code = `export default { fetch: () => new Response(new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65536)) })) }`
  const instance = await gateway.startInstance(endless, { 'handler.mjs': code })
  const socket = connect(gateway.port, '127.0.0.1')
  socket.on('error', () => {
    // The reset that is waited for.
  })
  socket.pause()
  socket.write(`GET /${endless.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
  await gateway.inFlight(instance, 1)
  await gateway.inFlight(instance, 0)
  socket.destroy()
})
