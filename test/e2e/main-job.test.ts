import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, HELLO, NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import {
  cleanUp,
  isRunning,
  pidOfInstance,
  startServer,
  type TestServer,
} from '../helpers/server.ts'

let server: TestServer
let op: ReturnType<typeof operator>
let endpoint: string

beforeAll(async () => {
  server = await startServer()
  op = operator(server)
  await op.makeNamespace()
  endpoint = (await op.makeFunction('hello', HELLO)).endpoint
  await op.makeFunction('other', HELLO)
})
afterAll(() => cleanUp(server))

/** Calls without a pause until told to stop; the statuses by the moment at which each call was sent. */
function traffic(secret: string, callers = 8) {
  const calls: { sentAtMs: number; status: number }[] = []
  let running = true
  const loops = Array.from({ length: callers }, async () => {
    while (running) {
      const sentAtMs = performance.now()
      calls.push({ sentAtMs, status: await call(endpoint, secret) })
    }
  })
  return {
    calls,
    async reach(count: number): Promise<void> {
      const wanted = calls.length + count
      while (calls.length < wanted) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async stop() {
      running = false
      await Promise.all(loops)
    },
  }
}

function statusesAfter(calls: readonly { sentAtMs: number; status: number }[], atMs: number) {
  return new Set(calls.filter((c) => c.sentAtMs >= atMs).map((c) => c.status))
}

describe('a protected function', () => {
  it('answers a caller with the key, told by name, and nobody else', async () => {
    const secret = await op.makeKey('caller', ['hello'])
    const response = await fetch(`${endpoint}/a/b?c=d`, { headers: { 'x-api-key': secret } })
    expect([response.status, await response.text()]).toEqual([200, 'hello caller'])
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)

    const refused = await fetch(endpoint)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBeTruthy()
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(await refused.json()).toMatchObject({ code: 'key_required', status: 401 })

    const other = await op.client.functions.get(SCOPE, { namespace: NAMESPACE, name: 'other' })
    expect(await call(other.endpoint, secret)).toBe(401)
  })

  it('is shut at once by deleting the key, under load', async () => {
    const secret = await op.makeKey('shortlived', ['hello'])
    const load = traffic(secret)
    await load.reach(300)
    await op.client.keys.delete(SCOPE, 'shortlived')
    const deletedAtMs = performance.now()
    await load.reach(300)
    await load.stop()
    expect(statusesAfter(load.calls, 0)).toEqual(new Set([200, 401]))
    expect(statusesAfter(load.calls, deletedAtMs)).toEqual(new Set([401]))
  })

  it('is shut at once by narrowing the key from either side, under load', async () => {
    const secret = await op.makeKey('narrowed', ['hello', 'other'])
    const load = traffic(secret)
    await load.reach(100)
    const other = [{ name: 'other', namespace: NAMESPACE }]
    await op.client.keys.update(SCOPE, 'narrowed', { functions: other })
    const narrowedAtMs = performance.now()
    await load.reach(100)
    await load.stop()
    expect(statusesAfter(load.calls, narrowedAtMs)).toEqual(new Set([401]))

    const name = { namespace: NAMESPACE, name: 'hello' }
    await op.finished(await op.client.functions.update(SCOPE, name, { keys: ['narrowed'] }))
    expect(await call(endpoint, secret)).toBe(200)
    await op.finished(await op.client.functions.update(SCOPE, name, { keys: [] }))
    expect(await call(endpoint, secret)).toBe(401)
  })

  it('is shut at the moment of expiry, with nothing said to the gateway', async () => {
    const expireMs = Math.ceil(Date.now() / 1000) * 1000 + 2_000
    const secret = await op.makeKey('expiring', ['hello'], new Date(expireMs).toISOString())
    expect(await call(endpoint, secret)).toBe(200)
    while (Date.now() < expireMs) expect([200, 401]).toContain(await call(endpoint, secret))
    for (let i = 0; i < 50; i++) expect(await call(endpoint, secret)).toBe(401)
    expect((await op.client.keys.get(SCOPE, 'expiring')).status).toBe('Expired')
  })

  it('is hidden while disabled, except from callers with a valid key', async () => {
    const secret = await op.makeKey('knowing', ['other'])
    const name = { namespace: NAMESPACE, name: 'other' }
    const other = await op.client.functions.get(SCOPE, name)
    expect(await call(other.endpoint, secret)).toBe(200)
    await op.finished(await op.client.functions.update(SCOPE, name, { disabled: true }))
    expect(await call(other.endpoint, secret)).toBe(503)
    expect(await call(other.endpoint)).toBe(404)
    await op.finished(await op.client.functions.update(SCOPE, name, { disabled: false }))
    expect(await call(other.endpoint, secret)).toBe(200)
  })

  it('is gone once its delete task has finished', async () => {
    const fn = await op.makeFunction('brief', HELLO, { enable_api_key: false })
    expect(await call(fn.endpoint)).toBe(200)
    const name = { namespace: NAMESPACE, name: 'brief' }
    await op.finished(await op.client.functions.delete(SCOPE, name))
    expect(await call(fn.endpoint)).toBe(404)
    await expect(op.client.functions.get(SCOPE, name)).rejects.toMatchObject({ status: 404 })
  })

  it('goes on with the version before when a build or a start fails', async () => {
    const fn = await op.makeFunction('steady', `exports.handler = () => 'one'`, {
      enable_api_key: false,
    })
    const name = { namespace: NAMESPACE, name: 'steady' }
    const broken = [
      [`exports.handler = () => {`, /SyntaxError/],
      [`throw new Error('boom at load')`, /boom at load/],
      [`exports.other = () => 1`, /handler/],
      [`require('no-such-package-here')`, /no-such-package-here/],
    ] as const
    for (const [code, reason] of broken) {
      const { tasks } = await op.client.functions.update(SCOPE, name, { code_text: code })
      const task = await op.client.tasks.wait(tasks[0]!)
      expect(task).toMatchObject({ state: 'ERROR', error: expect.stringMatching(reason) })
      const seen = await op.client.functions.get(SCOPE, name)
      expect(seen).toMatchObject({
        build_status: 'failed',
        build_message: expect.stringMatching(reason),
      })
      expect(await (await fetch(fn.endpoint)).text()).toBe('one')
    }
    const two = { code_text: `exports.handler = () => 'two'` }
    await op.finished(await op.client.functions.update(SCOPE, name, two))
    expect(await (await fetch(fn.endpoint)).text()).toBe('two')
  })

  it('logs what its handler writes, with the request', async () => {
    const code = `exports.handler = () => { console.log('a line'); console.error('a fault'); return '' }`
    const fn = await op.makeFunction('chatty', code, { enable_api_key: false })
    await call(fn.endpoint)
    const name = { namespace: NAMESPACE, name: 'chatty' }
    await expect
      .poll(async () => (await op.client.functions.logs(SCOPE, name)).logs.map((l) => l.Message), {
        timeout: 10_000,
      })
      .toEqual(expect.arrayContaining(['a line', 'a fault']))
  })
})

describe('an instance that ends itself', () => {
  it('is a 502 to its caller, loses no line of its log and is replaced', async () => {
    const code = `exports.handler = (event) => {
      if (event.extensions.request.path !== '/end') return 'here'
      for (let i = 0; i < 5000; i++) console.log('line ' + i)
      process.exit(3)
    }`
    const fn = await op.makeFunction('ending', code, { enable_api_key: false })
    expect(await call(`${fn.endpoint}/end`)).toBe(502)
    expect(await call(fn.endpoint)).toBe(200)
    const name = { namespace: NAMESPACE, name: 'ending' }
    const messages = async () =>
      (await op.client.functions.logs(SCOPE, name, { limit: 10_000 })).logs.map(
        (l) => l.Message ?? '',
      )
    await expect.poll(messages, { timeout: 10_000 }).toContain('instance crashed: exit code 3')
    const lines = (await messages()).filter((message) => message.startsWith('line '))
    expect(lines).toEqual(Array.from({ length: 5000 }, (_, i) => `line ${i}`))
  })
})

describe('stopping', () => {
  it('ends with exit code 0 and leaves no process behind', async () => {
    const own = await startServer()
    const operate = operator(own)
    await operate.makeNamespace()
    const title = `titled-${process.pid}`
    const code = `process.title = '${title}'; exports.handler = () => String(process.pid)`
    const fn = await operate.makeFunction('pid', code, { enable_api_key: false })
    const told = Number(await (await fetch(fn.endpoint)).text())
    const instance = pidOfInstance(title, told)
    const { control, data } = own.pids()
    expect([instance, control, data].map(isRunning)).toEqual([true, true, true])
    expect(await own.stop()).toBe(0)
    expect([instance, control, data].map(isRunning)).toEqual([false, false, false])
    await cleanUp(own)
  })
})
