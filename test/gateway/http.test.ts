import { Agent } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { answerOf, call, exchangeRaw, GatewayUnderTest, open, RawConnection } from './harness.ts'

/** Answers with what it was asked, so that a test sees which function was reached and with what. */
const MIRROR = `module.exports.handler = ({ data, extensions: { request, response } }) => {
  const [, status] = /^\\/status\\/(\\d+)/.exec(request.path) ?? []
  if (status) response.status(Number(status))
  if (request.path === '/empty') return
  return { name: NAME, method: request.method, url: request.url, data: String(data) }
}`

const LIMITS = {
  bodyBytesMax: 100_000,
  headersTimeoutMs: 1000,
  requestTimeoutMs: 2000,
  keepAliveTimeoutMs: 60_000,
}

let gateway: GatewayUnderTest
let route: Route
let other: Route
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({ domain: 'fns.test', limits: LIMITS })
  route = await gateway.addRoute()
  other = await gateway.addRoute({ requiresKey: true })
  for (const each of [route, other]) {
    const code = MIRROR.replace('NAME', JSON.stringify(each.label))
    await gateway.startInstance(each, { 'handler.js': code })
  }
})
afterAll(() => gateway[Symbol.asyncDispose]())

const raw = (text: string) => exchangeRaw(gateway.port, text)
const statusOf = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1])
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4)

describe('routing', () => {
  test('works by path and by host', async () => {
    const byPath = await call(gateway.port, `/${route.label}/a?b=c`)
    expect(JSON.parse(byPath.text)).toMatchObject({ name: route.label, url: '/a?b=c' })
    const host = `${route.label.toUpperCase()}.FNS.test:80`
    const byHost = await call(gateway.port, '/a?b=c', { headers: { host } })
    expect(JSON.parse(byHost.text)).toMatchObject({ name: route.label, url: '/a?b=c' })
    const headers = { host: `unknown-label.fns.test` }
    expect((await call(gateway.port, `/${route.label}`, { headers })).status).toBe(404)
  })

  test('answers 404 where there is no function', async () => {
    for (const path of ['/', '/nothing', `/${route.label}x`, `/${route.label.toUpperCase()}`]) {
      const answer = await call(gateway.port, path)
      expect(answer.status).toBe(404)
      expect(JSON.parse(answer.text).code).toBe('function_not_found')
    }
  })

  test('no spelling of a path passes from an open function to one that wants a key', async () => {
    const piece = fc.constantFrom(
      ...['/', '//', '/../', '/./', '..', '%2f', '%2F..', '%2e%2e/', ';', '?', '\\', '@', ':'],
      ...['OPEN', 'SECRET', 'http://h/', 'HTTP://SECRET.fns.test/', '%00', 'x', '*'],
    )
    const target = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''))
    // Each on a connection of its own: some targets are refused by the parser, which ends the connection.
    await fc.assert(
      fc.asyncProperty(target, async (text) => {
        const path = text.replaceAll('OPEN', route.label).replaceAll('SECRET', other.label)
        const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
        expect([200, 400, 401, 404]).toContain(statusOf(answer))
        expect(answer).not.toContain(`"name":"${other.label}"`)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a broken request', () => {
  test('behind an unanswered one never gets that one an answer of its own', async () => {
    const slow = await gateway.addRoute()
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${slow.label} HTTP/1.1\r\nHost: h\r\n\r\nbroken\r\n\r\n`)
    expect(await connection.all()).toBe('')
  })

  test('is refused where its key is bad, not where its body is broken', async () => {
    const head = `POST /${other.label} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n`
    expect(statusOf(await raw(`${head}no chunk\r\n`))).toBe(401)
  })
})

describe('limits', () => {
  const post = (headers: string, body: string) =>
    raw(`POST /${route.label} HTTP/1.1\r\nHost: h\r\n${headers}\r\n\r\n${body}`)

  test('headers: too many bytes or too many of them are 431', async () => {
    const long = await raw(
      `GET /${route.label} HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    )
    expect(JSON.parse(bodyOf(long))).toMatchObject({ status: 431, code: 'headers_too_large' })
    const many = await raw(
      `GET /${route.label} HTTP/1.1\r\nHost: h\r\n${'a:\r\n'.repeat(3000)}\r\n`,
    )
    expect(JSON.parse(bodyOf(many))).toMatchObject({ status: 431, code: 'headers_too_large' })
  })

  test('bodies: one byte too many is 413, announced or not', async () => {
    const fits = await post('Content-Length: 100000\r\nConnection: close', 'a'.repeat(100_000))
    expect(statusOf(fits)).toBe(200)
    const announced = await post('Content-Length: 100001', '')
    expect(JSON.parse(bodyOf(announced)).code).toBe('function_body_too_large')
    const chunk = `${(10_000).toString(16)}\r\n${'a'.repeat(10_000)}\r\n`
    const chunked = await post(
      'Transfer-Encoding: chunked',
      `${chunk.repeat(10)}1\r\na\r\n0\r\n\r\n`,
    )
    expect(JSON.parse(bodyOf(chunked)).code).toBe('function_body_too_large')
    expect(chunked).toMatch(/^connection: close/im)
  })

  test('a caller that is refused while it sends can read why', async () => {
    const answer = await post('Content-Length: 5000000', 'a'.repeat(5_000_000))
    expect(JSON.parse(bodyOf(answer)).code).toBe('function_body_too_large')
  })

  test('slow heads and slow bodies are 408', async () => {
    const head = raw(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n`)
    const body = post('Content-Length: 10', 'abc')
    for (const answer of [await head, await body]) {
      expect(statusOf(answer)).toBe(408)
      expect(JSON.parse(bodyOf(answer)).code).toBe('request_timeout')
    }
  })
})

describe('the HTTP around it', () => {
  test('all methods and empty answers keep their form', async () => {
    for (const method of [
      'GET',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'QUERY',
      'PROPFIND',
    ]) {
      const answer = await call(gateway.port, `/${route.label}`, { method })
      expect(JSON.parse(answer.text).method).toBe(method)
    }
    const head = await call(gateway.port, `/${route.label}`, { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
    const empty = await call(gateway.port, `/${route.label}/empty`)
    expect([empty.status, empty.headers['content-length'], empty.text]).toEqual([200, '0', ''])
    const noContent = await call(gateway.port, `/${route.label}/status/204`)
    expect([noContent.status, noContent.headers['content-length']]).toEqual([204, undefined])
    const notModified = await call(gateway.port, `/${route.label}/status/304`)
    expect([notModified.status, notModified.text]).toEqual([304, ''])
  })

  test('a connection carries many requests, a HEAD and empty ones among them', async () => {
    using connection = await RawConnection.open(gateway.port)
    for (const path of ['/', '/status/204', '/status/304', '/empty', '/status/404']) {
      for (const method of ['GET', 'HEAD']) {
        connection.received = ''
        connection.send(`${method} /${route.label}${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
        const isBodyless = method === 'HEAD' || /20|30|empty/.test(path)
        const answer = await connection.until(isBodyless ? /\r\n\r\n$/ : /\}$/)
        expect(answer).toMatch(/^connection: keep-alive/im)
      }
    }
  })

  test('pipelined requests are answered in their order', async () => {
    const ask = (n: number) => `GET /${route.label}/${n} HTTP/1.1\r\nHost: h\r\n`
    const all = [1, 2, 3].map((n) => `${ask(n)}\r\n`).join('')
    const answer = await raw(
      `${all}GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n${ask(4)}Connection: close\r\n\r\n`,
    )
    expect(
      [...answer.matchAll(/"url":"\/(\d)"|"code":"function_not_found"/g)].map((m) => m[1] ?? '-'),
    ).toEqual(['1', '2', '3', '-', '4'])
  })

  test('HTTP/1.0 gets a whole answer and the end of the connection', async () => {
    const answer = await raw(`GET /${route.label} HTTP/1.0\r\n\r\n`)
    expect(statusOf(answer)).toBe(200)
    expect(answer).not.toMatch(/transfer-encoding/i)
    expect(JSON.parse(bodyOf(answer)).name).toBe(route.label)
  })

  test('a caller that asks before it sends is told to go on, or refused at once', async () => {
    const ask = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`
    using accepted = await RawConnection.open(gateway.port)
    accepted.send(ask(`/${route.label}`))
    await accepted.until('100 Continue\r\n\r\n')
    accepted.send('hello')
    expect(await accepted.until('}')).toContain('"data":"hello"')
    using refused = await RawConnection.open(gateway.port)
    refused.send(ask(`/${other.label}`))
    const answer = await refused.until('}')
    expect(statusOf(answer)).toBe(401)
    expect(answer).toMatch(/^connection: close/im)
  })

  test('a body that is refused unread leaves the connection in order', async () => {
    using connection = await RawConnection.open(gateway.port)
    connection.send(
      `POST /${other.label} HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\nGET /${'x'.repeat(25)}`,
    )
    await connection.until('key_required')
    connection.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await connection.until('"name"')).toContain(route.label)
  })

  test('malformed JSON is the caller\u2019s mistake, an exception the function\u2019s, told without its text', async () => {
    const failing = await gateway.addRoute()
    await gateway.startInstance(failing, {
      'handler.js': "module.exports.handler = () => { throw new Error('inner detail') }",
    })
    const malformed = await call(gateway.port, `/${failing.label}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":',
    })
    expect(JSON.parse(malformed.text)).toMatchObject({ status: 400, code: 'invalid_function_json' })
    const thrown = await call(gateway.port, `/${failing.label}`)
    expect(JSON.parse(thrown.text)).toMatchObject({ status: 500, code: 'function_failed' })
    expect(thrown.text).not.toContain('inner detail')
  })

  test('what a function says of the connection goes no further', async () => {
    const rude = await gateway.addRoute()
    await gateway.startInstance(rude, {
      'handler.js': `module.exports.handler = ({ extensions: { response } }) => {
        for (const name of ['Connection', 'Keep-Alive', 'Upgrade', 'Trailer']) response.set(name, 'close')
        response.set('X-Request-Id', 'mine')
        response.set('Set-Cookie', ['a=1', 'b=2'])
        return 'ok'
      }`,
    })
    const agent = new Agent({ keepAlive: true })
    const req = open(gateway.port, `/${rude.label}`, { agent })
    req.end()
    const answer = await answerOf(req)
    agent.destroy()
    expect(answer.headers.connection).toBe('keep-alive')
    for (const name of ['upgrade', 'trailer']) expect(answer.headers).not.toHaveProperty(name)
    expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-z]+$/)
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })
})
