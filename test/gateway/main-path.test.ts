import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, GatewayUnderTest } from './harness.ts'

const ECHO = `module.exports.handler = (event) => {
  const { request } = event.extension ?? event.extensions
  return { method: request.method, url: request.url, headers: request.headers, data: event.data }
}`

describe('a request', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start()
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  test('with a key reaches the function, which sees who called but never the secret', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    const { secret, key } = await gateway.addKey([route.functionId])
    await gateway.startInstance(route, { 'handler.js': ECHO })
    const answer = await call(gateway.port, `/${route.label}/a/b?c=d`, {
      method: 'POST',
      headers: { 'X-API-Key': secret, 'content-type': 'application/json', 'x-own': 'yes' },
      body: '{"a":1}',
    })
    expect(answer.text).not.toContain(secret)
    expect(answer.status).toBe(200)
    const seen = JSON.parse(answer.text)
    expect(seen).toMatchObject({ method: 'POST', url: '/a/b?c=d', data: { a: 1 } })
    expect(seen.headers).toMatchObject({
      'latchkey-key-id': key.keyId,
      'latchkey-key-name': key.name,
      'latchkey-request-id': answer.headers['x-request-id'],
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${gateway.port}`,
      'x-own': 'yes',
      'content-length': '7',
    })
    expect(seen.headers).not.toHaveProperty('connection')
  })
})
