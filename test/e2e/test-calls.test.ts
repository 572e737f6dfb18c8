import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiError } from '../../src/client/errors.ts'
import type { TestFunctionSerializer } from '../../src/client/types.ts'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import {
  cleanUp,
  processEnd,
  startServer,
  type TestServer,
  tempDataDir,
} from '../helpers/server.ts'

const WAIT = { timeout: 60_000, interval: 50 }
const FN = { namespace: NAMESPACE, name: 'tried' }
const CODE = `exports.handler = async (event) => {
  const request = event.extensions.request
  const path = request.path
  if (path === '/slow') await new Promise((resolve) => setTimeout(resolve, 3000))
  if (path === '/throw') throw new Error('as told')
  if (path === '/binary') return Buffer.from([137, 80, 78, 71, 0, 255])
  console.log('a line of', path)
  return 'for ' + request.get('latchkey-key-name')
}`

let server: TestServer
let op: ReturnType<typeof operator>
let secret: string
let accessLog: string

beforeAll(async () => {
  const dataDir = tempDataDir()
  accessLog = join(dataDir, 'access.log')
  server = await startServer({ dataDir, env: { LATCHKEY_ACCESS_LOG: accessLog } })
  op = operator(server)
  await op.makeNamespace()
  await op.makeFunction(FN.name, CODE)
  secret = await op.makeKey('caller', [FN.name])
  await op.makeKey('stranger', [])
})
afterAll(() => cleanUp(server))

const test = (body: TestFunctionSerializer, signal?: AbortSignal) =>
  op.client.functions.test(SCOPE, FN, body, signal)

const linesOf = (requestId: string) =>
  readFileSync(accessLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.request_id === requestId)

describe('trying a function', () => {
  it('is answered as a caller would be, whatever the key', async () => {
    expect(await test({})).toMatchObject({ status: 401, verdict: 'missing', code: 'key_required' })
    const stranger = await test({ key: 'stranger' })
    expect(stranger).toMatchObject({ status: 401, verdict: 'not-granted', version_number: null })
    const known = await test({ key: 'caller' })
    expect(known).toMatchObject({
      status: 200,
      body: 'for caller',
      body_encoding: 'text',
      verdict: 'allowed',
      code: null,
      version_number: 1,
    })
    await op.client.keys.update(SCOPE, 'caller', { disabled: true })
    expect(await test({ key: 'caller' })).toMatchObject({ status: 401, verdict: 'disabled' })
    await op.client.keys.update(SCOPE, 'caller', { disabled: false })
    const functions = [{ ...FN, methods: ['POST' as const], paths: ['/orders'] }]
    await op.client.keys.update(SCOPE, 'caller', { functions })
    const limited = await test({ key: 'caller' })
    expect(limited).toMatchObject({ status: 403, verdict: 'not-permitted' })
    const fitting = { key: 'caller', method: 'POST', path: '/orders/7' } as const
    expect(await test(fitting)).toMatchObject({ status: 200 })
    await op.client.keys.update(SCOPE, 'caller', { functions: [FN] })
  })

  it('says whether an instance had to be started, also for a data role that was started anew', async () => {
    const before = await test({ key: 'caller' })
    expect(before.cold).toBe(false)
    const { data } = server.pids()
    process.kill(data, 'SIGKILL')
    await processEnd(data)
    const refused: (string | undefined)[] = []
    const answered = () =>
      test({ key: 'caller' }).catch((error: ApiError) => void refused.push(error.code))
    let first = await answered()
    while (first === undefined) {
      await wait(20)
      first = await answered()
    }
    expect(new Set([...refused, 'no_data_node'])).toEqual(new Set(['no_data_node']))
    expect(first).toMatchObject({ status: 200, cold: true })
    expect(first.queued_ms).toBeGreaterThan(0)
    const second = await test({ key: 'caller' })
    expect(second).toMatchObject({ status: 200, cold: false, instance: first.instance })
  })

  it('leads to its lines in the log, in the access log and in the usage', async () => {
    const { request_id } = await test({ key: 'caller', path: '/logged?token=hidden' })
    const logged = async () => {
      const { logs } = await op.client.functions.logs(SCOPE, FN, { request_id })
      return logs.map(({ Message }) => Message)
    }
    await expect.poll(logged, WAIT).toEqual(['a line of /logged'])
    await expect.poll(() => linesOf(request_id), WAIT).toHaveLength(1)
    const [line] = linesOf(request_id)
    expect(line).toMatchObject({ key_name: 'caller', status: 200, test: true })
    expect(JSON.stringify(line)).not.toContain('hidden')
    const used = async () => {
      const { results } = await op.client.keys.usage(SCOPE, 'caller')
      return results.reduce((sum, { verdicts }) => sum + verdicts.allowed, 0)
    }
    await expect.poll(used, WAIT).toBeGreaterThan(0)
  })

  it('shows what is binary, slow, and thrown', async () => {
    const binary = await test({ key: 'caller', path: '/binary' })
    expect(binary).toMatchObject({ body: 'iVBORwD/', body_encoding: 'base64', body_bytes: 6 })
    const thrown = await test({ key: 'caller', path: '/throw' })
    expect(thrown).toMatchObject({ status: 500, code: 'function_failed' })
    const slow = await test({ key: 'caller', path: '/slow' })
    expect(slow.status).toBe(200)
    expect(slow.duration_ms).toBeGreaterThan(2_900)
  })

  it('is broken off when who asked has left', async () => {
    const left = new AbortController()
    const asked = test({ key: 'caller', path: '/slow', method: 'DELETE' }, left.signal)
    asked.catch(() => {})
    // Under way once it is in the audit, and away a moment later.
    const audited = async () => {
      const { results } = await op.client.audit.list({ action: 'function.tested', limit: 1 })
      return results[0]?.after
    }
    await expect.poll(audited, WAIT).toMatchObject({ method: 'DELETE', path: '/slow' })
    await wait(100)
    left.abort()
    await expect(asked).rejects.toThrow()
    const broken = () =>
      readFileSync(accessLog, 'utf8')
        .split('\n')
        .find((line) => line.includes('"method":"DELETE"') && line.includes('"whole":false'))
    await expect.poll(broken, WAIT).toBeDefined()
  })

  it('is not to be had at the gateway, and without the role', async () => {
    const { endpoint } = await op.client.functions.get(SCOPE, FN)
    const { pathname } = new URL(endpoint)
    for (const path of ['/v1/test', '/-/test', `${pathname}/v1/test`]) {
      const answer = await fetch(`${server.gatewayUrl}${path}`, { method: 'POST', body: '{}' })
      expect([401, 404]).toContain(answer.status)
    }
    const roles = [{ project_id: 1, role: 'viewer' as const }]
    const { token } = await op.client.tokens.create({ name: 'viewer', roles })
    const viewer = operator(server, token)
    const refused = await viewer.client.functions
      .test(SCOPE, FN, { key: 'caller' })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect((refused as ApiError).status).toBe(403)
    const answer = await fetch(endpoint, { headers: { 'x-api-key': secret } })
    expect(answer.status).toBe(200)
  })
})
