import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keySecretDigest } from '../../src/domain/key-secret.ts'
import type { TestAnswer, TestCall, TestOutcome } from '../../src/domain/test-call.ts'
import { FUNCTIONS, KEYS, startApi, type TestApi } from './api-harness.ts'

const TEST = `${FUNCTIONS}/hello/test`
const ANSWER: TestAnswer = {
  status: 200,
  headers: ['content-type', 'text/plain', 'set-cookie', 'a=b'],
  body: Buffer.from('hello'),
  bodyBytes: 5,
  isWhole: true,
  requestId: 'req_1',
  code: undefined,
  verdict: 'allowed',
  isCold: true,
  durationMs: 12.345,
  queuedMs: 4,
  firstByteMs: undefined,
  instanceId: 'abcd1234',
  versionId: undefined,
}

let api: TestApi
let asked: TestCall | undefined
let outcome: TestOutcome = { kind: 'answered', answer: ANSWER }
let run: (test: TestCall, signal: AbortSignal) => Promise<TestOutcome> = async () => outcome

beforeAll(async () => {
  const test = (call: TestCall, signal: AbortSignal) => {
    asked = call
    return run(call, signal)
  }
  api = await startApi({ deps: { tests: { test } } })
  await api.createDemo()
  await api.taskEnd(await api.createFunction('hello'))
})
afterAll(() => api.close())

const test = (body: object) => api.call('POST', TEST, { body })

describe('a test of a function', () => {
  it('is a call of its endpoint, and answered with all that came of it', async () => {
    const { endpoint } = (await api.call('GET', `${FUNCTIONS}/hello`)).json
    const answer = await test({
      method: 'POST',
      path: '/a?b=1',
      headers: [{ name: 'X-Mine', value: '\t1 ' }],
      body: '{}',
    })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      status: 200,
      headers: [
        { name: 'content-type', value: 'text/plain' },
        { name: 'set-cookie', value: 'a=b' },
      ],
      body: 'hello',
      body_encoding: 'text',
      body_bytes: 5,
      body_truncated: false,
      whole: true,
      request_id: 'req_1',
      code: null,
      verdict: 'allowed',
      cold: true,
      duration_ms: 12.3,
      queued_ms: 4,
      first_byte_ms: null,
      instance: 'abcd1234',
      version_number: null,
    })
    const { pathname, host } = new URL(endpoint)
    expect(asked).toMatchObject({
      keyId: null,
      keyDigest: null,
      method: 'POST',
      url: `${pathname}/a?b=1`,
      target: '/a?b=1',
      fields: `\nhost\n${host}\nx-mine\n1`,
      host,
      proto: 'http',
    })
    expect(String(asked!.body)).toBe('{}')
  })

  it('is a GET of / without a body unless told', async () => {
    await test({})
    expect(asked).toMatchObject({ method: 'GET', target: '/', body: null, keyId: null })
  })

  it('takes a key by its name, and hands its digest to nobody but the data node', async () => {
    const made = await api.call('POST', KEYS, { body: { name: 'caller', functions: [] } })
    const answer = await test({ key: 'caller', body: 'AAH/', body_encoding: 'base64' })
    expect(asked).toMatchObject({ keyDigest: keySecretDigest(made.json.secret) })
    expect([...asked!.body!]).toEqual([0, 1, 255])
    expect(answer.text).not.toContain(asked!.keyDigest!)
    const refused = await test({ key: 'nobody' })
    expect(refused.json).toMatchObject({
      code: 'invalid_body',
      errors: [{ field: 'key', message: 'names a key that does not exist' }],
    })
  })

  it('takes the newer secret of a key that is rotated', async () => {
    await api.call('POST', KEYS, { body: { name: 'turning', functions: [] } })
    const rotated = await api.call('POST', `${KEYS}/turning/rotate`, { body: {} })
    await test({ key: 'turning' })
    expect(asked).toMatchObject({ keyDigest: keySecretDigest(rotated.json.secret) })
  })

  it('is in the audit with key, method and path, and nothing that was sent', async () => {
    const secret = `lk_${'a'.repeat(49)}`
    await test({
      method: 'PUT',
      path: `/in/${secret}?token=hidden`,
      headers: [{ name: 'authorization', value: 'hidden' }],
      body: 'hidden',
      key: 'caller',
    })
    const { text, json } = await api.call('GET', '/cloud/v1/audit?action=function.tested&limit=1')
    expect(json.results[0]).toMatchObject({
      action: 'function.tested',
      entity_name: 'demo/hello',
      after: { key: 'caller', method: 'PUT', path: '/in/lk_[redacted]' },
    })
    expect(text).not.toContain('hidden')
    expect(api.logLines.join('')).not.toContain('hidden')
  })

  it.each<readonly [string, object]>([
    ['path', { path: 'a' }],
    ['path', { path: '/a#b' }],
    ['path', { path: '/a b' }],
    ['path', { path: '/a\r\nx: y' }],
    ['method', { method: 'BREW' }],
    ['body', { body: '*', body_encoding: 'base64' }],
    ...[
      ...['connection', 'Keep-Alive', 'transfer-encoding', 'content-length', 'host', 'te'],
      ...['trailer', 'upgrade', 'expect', 'proxy-authorization', 'x-api-key', 'X_API_Key'],
      ...['latchkey-key-id', 'Latchkey_Key_Id', 'x-forwarded-for', 'forwarded', 'x-real-ip'],
      ...['', 'a b', 'a:', 'a\r\nb', 'ä'],
    ].map((name) => ['headers.0.name', { headers: [{ name, value: '1' }] }] as const),
    ...['a\r\nx-api-key: 1', 'a\nb', 'a\0', '\u{1f511}'].map(
      (value) => ['headers.0.value', { headers: [{ name: 'x-mine', value }] }] as const,
    ),
    ['headers', { headers: Array(101).fill({ name: 'a', value: 'b' }) }],
    ['headers', { headers: Array(10).fill({ name: 'a', value: 'b'.repeat(2000) }) }],
  ])('is refused by field: %s %j', async (field, body) => {
    asked = undefined
    const { status, json } = await test(body)
    expect([status, json.code]).toEqual([400, 'invalid_body'])
    expect(json.errors[0].field).toBe(field)
    expect(asked).toBeUndefined()
  })

  it('shows a binary answer as Base64, and no half character of a cut one', async () => {
    const answered = async (body: Buffer, bodyBytes = body.length) => {
      outcome = { kind: 'answered', answer: { ...ANSWER, body, bodyBytes } }
      return (await test({})).json
    }
    expect(await answered(Buffer.from([0xff, 0]))).toMatchObject({
      body: '/wA=',
      body_encoding: 'base64',
    })
    const cut = Buffer.from('aé€🔑').subarray(0, -1)
    expect(await answered(cut)).toMatchObject({ body_encoding: 'base64', body_truncated: false })
    for (const bytes of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const part = Buffer.from('aé€🔑').subarray(0, bytes)
      const json = await answered(part, 100)
      expect(json).toMatchObject({ body_encoding: 'text', body_truncated: true })
      expect('aé€🔑'.startsWith(json.body), String(bytes)).toBe(true)
    }
    expect(await answered(Buffer.alloc(0))).toMatchObject({ body: '', body_truncated: false })
  })

  it('is 503 without a data node, and when that ends meanwhile', async () => {
    for (const kind of ['no-node', 'interrupted'] as const) {
      outcome = { kind }
      const { status, json } = await test({})
      expect([status, json.code]).toEqual([503, 'no_data_node'])
    }
    outcome = { kind: 'answered', answer: ANSWER }
  })

  it('is not there for a function that is not', async () => {
    const { status } = await api.call('POST', `${FUNCTIONS}/nothing/test`, { body: {} })
    expect(status).toBe(404)
  })

  it('is broken off when who asked has left, and so many run at a time', async () => {
    const signals: AbortSignal[] = []
    const waiting = Promise.withResolvers<void>()
    run = async (_call, signal) => {
      signals.push(signal)
      if (signals.length === 32) waiting.resolve()
      await once(signal, 'abort')
      return { kind: 'interrupted' }
    }
    const base = await api.app.listen({ host: '127.0.0.1', port: 0 })
    const asking = Array.from({ length: 32 }, () => {
      const headers = {
        authorization: `apikey ${api.token}`,
        'content-type': 'application/json',
      }
      const req = request(`${base}${TEST}`, { method: 'POST', headers, agent: false })
      req.on('error', () => {
        // Broken off below.
      })
      req.end('{}')
      return req
    })
    await waiting.promise
    // A refusal of the moment, so the same request may be sent again.
    const again = () =>
      api.call('POST', TEST, { body: {}, headers: { 'idempotency-key': 'full-house' } })
    expect((await again()).json).toMatchObject({ code: 'too_many_tests', status: 429 })
    for (const req of asking) req.destroy()
    await expect.poll(() => signals.every(({ aborted }) => aborted)).toBe(true)
    run = async () => outcome
    await expect.poll(async () => (await again()).status).toBe(200)
  })
})
