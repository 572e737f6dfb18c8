import { connect } from 'node:http2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyEntry, Route } from '../../src/domain/routes.ts'
import { KEY_EXPIRES, soonExpiry } from '../../src/gateway/key-expiry.ts'
import { makeCertificate, pairOf } from '../helpers/certificates.ts'
import { call, GatewayUnderTest } from './harness.ts'
import { KeyMaker } from './verdict-keys.ts'

const DAY_MS = 86_400_000
/** To the second, as the header has it. */
const inDays = (days: number) => Math.floor(Date.now() / 1000) * 1000 + days * DAY_MS
const textOf = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

const HANDLER = `module.exports.handler = ({ extensions: { request, response } }) => {
  response.set('latchkey-key-expires', 'forged')
  response.set('Latchkey-Anything', 'forged')
  response.set('x-mine', 'mine')
  if (request.path === '/fail') throw new Error('on purpose')
  if (request.path === '/own') response.set('Access-Control-Expose-Headers', 'x-mine')
  return 'ok'
}`

let gateway: GatewayUnderTest
let route: Route
beforeAll(async () => {
  gateway = await GatewayUnderTest.start()
  route = await gateway.addRoute({ requiresKey: true })
  await gateway.startInstance(route, { 'handler.js': HANDLER })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function secretOf(members: Partial<KeyEntry> = {}): Promise<string> {
  return (await gateway.addKey([route.functionId], members)).secret
}

async function answerTo(secret: string, path = '/', headers: Record<string, string> = {}) {
  const all = secret === '' ? headers : { 'x-api-key': secret, ...headers }
  return await call(gateway.port, `/${route.label}${path}`, { headers: all })
}

describe('an answer to a key that ends within 30 days', () => {
  test('says when, and others do not', async () => {
    const soon = inDays(29)
    const answer = await answerTo(await secretOf({ expireMs: soon }))
    expect([answer.status, answer.headers[KEY_EXPIRES]]).toEqual([200, textOf(soon)])
    for (const expireMs of [null, inDays(31)]) {
      const other = await answerTo(await secretOf({ expireMs }))
      expect(other.status).toBe(200)
      expect(other.headers).not.toHaveProperty(KEY_EXPIRES)
    }
  })

  test('says it of the secret that was used: of the old one of a rotation its own end', async () => {
    const oldExpireMs = inDays(2)
    const keys = new KeyMaker(gateway, [route.functionId], route.namespaceId)
    const { own, old } = await keys.rotated({ oldExpireMs })
    expect((await answerTo(old)).headers[KEY_EXPIRES]).toBe(textOf(oldExpireMs))
    expect((await answerTo(own)).headers).not.toHaveProperty(KEY_EXPIRES)
  })

  test('says it on errors too, once the key has opened the function', async () => {
    const expireMs = inDays(1)
    const secret = await secretOf({ expireMs })
    const failed = await answerTo(secret, '/fail')
    expect([failed.status, failed.headers[KEY_EXPIRES]]).toEqual([500, textOf(expireMs)])
    const unbuilt = await gateway.addRoute({ requiresKey: true, version: null })
    const other = await gateway.addKey([unbuilt.functionId], { expireMs })
    const headers = { 'x-api-key': other.secret }
    const notReady = await call(gateway.port, `/${unbuilt.label}`, { headers })
    expect([notReady.status, notReady.headers[KEY_EXPIRES]]).toEqual([503, textOf(expireMs)])
  })

  test('says nothing to whom the function was not opened', async () => {
    const expireMs = inDays(1)
    const limited = [{ id: route.functionId, methods: ['POST'], paths: [] }]
    const refused = [
      '',
      await secretOf({ expireMs: Date.now() - 1 }),
      await secretOf({ expireMs, isDisabled: true }),
      (await gateway.addKey([], { expireMs })).secret,
      (await gateway.addKey([], { expireMs, limited })).secret,
    ]
    for (const secret of refused) {
      const answer = await answerTo(secret)
      expect([401, 403]).toContain(answer.status)
      expect(answer.headers).not.toHaveProperty(KEY_EXPIRES)
    }
  })

  test('can be read by a page, unless the function names itself what may be', async () => {
    const secret = await secretOf({ expireMs: inDays(1) })
    const exposed = async (path: string) =>
      (await answerTo(secret, path, { origin: 'https://page.example' })).headers[
        'access-control-expose-headers'
      ]
    expect(await exposed('/')).toBe(`x-request-id, ${KEY_EXPIRES}`)
    expect(await exposed('/fail')).toBe(`x-request-id, ${KEY_EXPIRES}`)
    expect(await exposed('/own')).toBe('x-mine')
  })

  test('says it over HTTP/2 as well', async () => {
    const made = await makeCertificate(['localhost'])
    const pairs = [pairOf(made, ['localhost'])]
    const tls = { pairs, minVersion: 'TLSv1.2', ticketKeys: Buffer.alloc(48, 1) } as const
    await using secure = await GatewayUnderTest.start({ tls })
    const open = await secure.addRoute({ version: null })
    const expireMs = inDays(3)
    const { secret } = await secure.addKey([open.functionId], { expireMs })
    const client = connect(`https://localhost:${secure.port}`, { ca: made.cert })
    const stream = client.request({ ':path': `/${open.label}`, 'x-api-key': secret })
    const told = await new Promise((resolve) =>
      stream.on('response', (headers) => resolve(headers[KEY_EXPIRES])),
    )
    client.destroy()
    expect(told).toBe(textOf(expireMs))
  })
})

test('a function can say nothing that begins with latchkey-', async () => {
  const { headers } = await answerTo(await secretOf())
  expect(headers['x-mine']).toBe('mine')
  expect(JSON.stringify(headers)).not.toContain('forged')
})

test('the text is made once for a key, and never says more than there is', () => {
  const key = { id: 'k', name: 'k', expireMs: 1_999, isAwaited: false }
  expect(soonExpiry(key, 0)).toBe('1970-01-01T00:00:01Z')
  expect(soonExpiry(key, 1_999 - 30 * DAY_MS)).toBe('1970-01-01T00:00:01Z')
  expect(soonExpiry(key, 1_998 - 30 * DAY_MS)).toBeUndefined()
  expect(soonExpiry({ ...key, expireMs: null }, 0)).toBeUndefined()
  expect(soonExpiry({ ...key, expireMs: Number.MAX_VALUE }, 0)).toBeUndefined()
})
