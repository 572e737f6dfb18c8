import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keySecretDigest } from '../../src/domain/key-secret.ts'
import type { Route } from '../../src/domain/routes.ts'
import {
  TEST_ANSWER_BYTES_MAX,
  type TestCall,
  type TestHeader,
  type TestOutcome,
  testFields,
} from '../../src/domain/test-call.ts'
import { Backlog } from '../../src/lib/backlog.ts'
import { call, GatewayUnderTest, until } from './harness.ts'

const FUNCTION = `
let left = 0
export async function fetch(request) {
  const url = new URL(request.url)
  if (url.pathname === '/left') return Response.json({ left })
  if (url.pathname === '/throw') throw new Error('as told')
  if (url.pathname === '/hang') {
    request.signal.addEventListener('abort', () => { left += 1 })
    await new Promise(() => {})
  }
  if (url.pathname === '/huge') return new Response(Buffer.alloc(3_000_000, 'é'))
  if (url.pathname === '/stream') {
    return new Response(new ReadableStream({
      async start(controller) {
        for (const part of ['one ', 'two ', 'three']) {
          controller.enqueue(new TextEncoder().encode(part))
          await new Promise(setImmediate)
        }
        controller.close()
      }
    }))
  }
  if (url.pathname === '/endless') {
    return new Response(new ReadableStream({
      start(controller) { controller.enqueue(new TextEncoder().encode('begun')) }
    }))
  }
  return Response.json({
    method: request.method,
    path: url.pathname + url.search,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  }, { headers: { 'x-own': 'yes', 'set-cookie': 'a=b' } })
}
`

let gateway: GatewayUnderTest

const lines: string[] = []
const uses: unknown[] = []

beforeAll(async () => {
  gateway = await GatewayUnderTest.start({
    accessLog: {
      withQuery: false,
      backlog: new Backlog(1_000_000),
      take: (bytes) => void lines.push(...Buffer.from(bytes).toString().trim().split('\n')),
    },
    onFirstUse: (use) => void uses.push(use),
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function makeFunction(overrides: Partial<Route> = {}) {
  const route = await gateway.addRoute({ requiresKey: true, ...overrides })
  await gateway.startInstance(route, { 'handler.mjs': FUNCTION })
  return route
}

interface Asked {
  readonly method?: string
  readonly target?: string
  readonly headers?: readonly TestHeader[]
  readonly body?: string
  readonly key?: { readonly keyId: string; readonly digest: string }
  readonly signal?: AbortSignal
}

function testOf(route: Route, asked: Asked = {}): TestCall {
  const { method = 'GET', target = '/', headers = [], body, key } = asked
  const host = 'faas.example.org'
  return {
    functionId: route.functionId,
    keyId: key?.keyId ?? null,
    keyDigest: key?.digest ?? null,
    method,
    url: `/${route.label}${target}`,
    target,
    fields: testFields(host, headers),
    host,
    address: '192.0.2.7',
    proto: 'https',
    body: body === undefined ? null : Buffer.from(body),
  }
}

async function test(route: Route, asked: Asked = {}) {
  const signal = asked.signal ?? new AbortController().signal
  return answerOf(await gateway.threads.test(testOf(route, asked), signal))
}

function answerOf(outcome: TestOutcome) {
  if (outcome.kind !== 'answered') throw new Error(outcome.kind)
  const { answer } = outcome
  const text = Buffer.from(answer.body).toString()
  const headers: Record<string, string> = {}
  for (let i = 0; i < answer.headers.length; i += 2) {
    headers[answer.headers[i]!] = answer.headers[i + 1]!
  }
  return { ...answer, text, headers }
}

describe('a test of a function', () => {
  it('reaches it as a call of the key would, without a secret', async () => {
    const route = await makeFunction()
    const { key } = await gateway.addKey([route.functionId])
    const answer = await test(route, {
      method: 'POST',
      target: '/a/b?x=1',
      headers: [{ name: 'X-Mine', value: ' yes ' }],
      body: 'hello',
      key,
    })
    expect(answer).toMatchObject({
      status: 200,
      isWhole: true,
      code: undefined,
      verdict: 'allowed',
      versionId: route.version!.id,
      headers: { 'x-own': 'yes', 'set-cookie': 'a=b', 'x-request-id': answer.requestId },
    })
    const seen = JSON.parse(answer.text)
    expect(seen).toMatchObject({ method: 'POST', path: '/a/b?x=1', body: 'hello' })
    expect(seen.headers).toMatchObject({
      host: 'faas.example.org',
      'x-mine': 'yes',
      'content-length': '5',
      'latchkey-key-id': key.keyId,
      'latchkey-key-name': key.name,
      'latchkey-request-id': answer.requestId,
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-proto': 'https',
    })
    expect(seen.headers).not.toHaveProperty('latchkey-call-id')
    expect(answer.firstByteMs).toBeGreaterThan(0)
    expect(answer.durationMs).toBeGreaterThanOrEqual(answer.firstByteMs! - 1)
  })

  it('is judged as a caller with that key is', async () => {
    const route = await makeFunction()
    const other = await makeFunction()
    const { functionId: id } = route
    const limited = { id, methods: ['POST'], paths: ['/orders'] }
    const cases = [
      [undefined, 'missing', 401, 'key_required'],
      [{}, 'allowed', 200, undefined],
      [{ isDisabled: true }, 'disabled', 401, 'key_required'],
      [{ expireMs: 1 }, 'expired', 401, 'key_required'],
      [{ notBeforeMs: Date.now() + 3_600_000 }, 'not-yet', 401, 'key_required'],
      [{ functionIds: [other.functionId] }, 'not-granted', 401, 'key_required'],
      [{ functionIds: [], limited: [limited] }, 'not-permitted', 403, 'key_not_permitted'],
    ] as const
    for (const [overrides, verdict, status, code] of cases) {
      const made = overrides && (await gateway.addKey([id], overrides))
      const answer = await test(route, made && { key: made.key })
      expect(answer, verdict).toMatchObject({ verdict, status, code })
      const headers: Record<string, string> = made ? { 'x-api-key': made.secret } : {}
      const real = await call(gateway.port, `/${route.label}`, { headers })
      expect([real.status, JSON.parse(real.text).code], verdict).toEqual([status, code])
    }
    const { key } = await gateway.addKey([], { limited: [limited] })
    const asked = { method: 'POST', target: '/orders/7', key }
    expect(await test(route, asked)).toMatchObject({ status: 200, verdict: 'allowed' })
  })

  it('is refused with a key that was deleted or has another secret meanwhile', async () => {
    const route = await makeFunction()
    const { key } = await gateway.addKey([route.functionId])
    const stranger = { keyId: key.keyId, digest: keySecretDigest('another') }
    expect(await test(route, { key: stranger })).toMatchObject({ status: 401, verdict: 'unknown' })
    await gateway.change({ removedKeyIds: [key.keyId] })
    expect(await test(route, { key })).toMatchObject({ status: 401, verdict: 'unknown' })
  })

  it('meets what every call meets before the function', async () => {
    const disabled = await makeFunction({ disabled: true })
    const { key } = await gateway.addKey([disabled.functionId])
    expect(await test(disabled, { key })).toMatchObject({ status: 503, code: 'function_disabled' })
    expect(await test(disabled)).toMatchObject({ status: 404, code: 'function_not_found' })
    const unbuilt = await gateway.addRoute({ version: null })
    expect(await test(unbuilt)).toMatchObject({ status: 503, code: 'function_not_ready' })
    const open = await makeFunction({ requiresKey: false, bodyBytesMax: 10 })
    const body = 'x'.repeat(11)
    const large = await test(open, { method: 'POST', body })
    expect(large).toMatchObject({ status: 413, code: 'function_body_too_large' })
    const target = `/${'x'.repeat(60_000)}`
    expect(await test(open, { target })).toMatchObject({ status: 414, verdict: undefined })
    const origin = [
      { name: 'origin', value: 'https://a.example' },
      { name: 'access-control-request-method', value: 'GET' },
    ]
    expect(await test(open, { method: 'OPTIONS', headers: origin })).toMatchObject({ status: 204 })
  })

  it('says that it had to wait for a start, and that the next did not', async () => {
    const route = await gateway.addRoute()
    const first = test(route)
    await gateway.message((m) => m.type === 'demand' && m.functionId === route.functionId)
    await gateway.startInstance(route, { 'handler.mjs': FUNCTION })
    const answer = await first
    expect(answer).toMatchObject({ status: 200, isCold: true })
    expect(answer.queuedMs).toBeGreaterThan(0)
    expect(await test(route)).toMatchObject({ isCold: false, instanceId: answer.instanceId })
  })

  it('has the streams and the failures of functions', async () => {
    const route = await makeFunction({ requiresKey: false, timeoutMs: 1_000 })
    expect(await test(route, { target: '/stream' })).toMatchObject({ text: 'one two three' })
    const thrown = await test(route, { target: '/throw' })
    expect(thrown).toMatchObject({ status: 500, code: 'function_failed', isWhole: true })
    const head = await test(route, { method: 'HEAD', target: '/x' })
    expect(head).toMatchObject({ status: 200, text: '', isWhole: true })
    const huge = await test(route, { target: '/huge' })
    expect(huge).toMatchObject({ status: 200, bodyBytes: 3_000_000, isWhole: true })
    expect(huge.body.byteLength).toBe(TEST_ANSWER_BYTES_MAX)
    const endless = await test(route, { target: '/endless' })
    expect(endless).toMatchObject({ status: 200, text: 'begun', isWhole: false })
  })

  it('is broken off in the function when nobody waits any more', async () => {
    const route = await gateway.addRoute()
    const instance = await gateway.startInstance(route, { 'handler.mjs': FUNCTION })
    const left = new AbortController()
    const hanging = test(route, { target: '/hang', signal: left.signal })
    const told = async () => (await test(route, { target: '/left' })).text
    await gateway.inFlight(instance, 1)
    left.abort()
    expect(await hanging).toMatchObject({ status: 0, isWhole: false })
    await expect.poll(told, { timeout: 30_000 }).toBe('{"left":1}')
  })

  it('is in the access log, marked, and in the usage, from nowhere', async () => {
    const route = await makeFunction()
    const { key } = await gateway.addKey([route.functionId])
    const { requestId } = await test(route, { key, target: '/x?secret=1' })
    await expect.poll(() => lines.find((line) => line.includes(requestId))).toBeDefined()
    const line = JSON.parse(lines.find((one) => one.includes(requestId))!)
    expect(line).toMatchObject({
      path: `/${route.label}/x`,
      key_name: key.name,
      client: '192.0.2.7',
      test: true,
    })
    await expect
      .poll(() => gateway.usage.flatMap(({ texts }) => texts), { timeout: 20_000 })
      .toContain(key.keyId)
    const addresses = gateway.usage.flatMap((batch) => batch.addresses ?? [])
    expect(addresses.filter(({ keyId }) => keyId === key.keyId)).toEqual([])
  })

  it('is no first use of a new secret', async () => {
    const route = await makeFunction()
    const { key, secret } = await gateway.addKey([route.functionId], { isAwaited: true })
    expect(await test(route, { key })).toMatchObject({ status: 200 })
    expect(uses).toEqual([])
    await call(gateway.port, `/${route.label}`, { headers: { 'x-api-key': secret } })
    await until(() => uses.length === 1)
  })
})
