import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UsageVerdictsSerializer } from '../../src/client/types.ts'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { call, HELLO, NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, processEnd, startServer, type TestServer } from '../helpers/server.ts'

/** The flush interval and what a loaded machine adds to it. */
const PATIENCE = { timeout: 40_000, interval: 100 }

let server: TestServer
let op: ReturnType<typeof operator>
const endpoints: string[] = []

beforeAll(async () => {
  server = await startServer({ env: { LATCHKEY_GATEWAY_THREADS: '2' } })
  op = operator(server)
  await op.makeNamespace()
  for (const name of ['one', 'two']) endpoints.push((await op.makeFunction(name, HELLO)).endpoint)
})
afterAll(() => cleanUp(server))

/** So many calls, some at a time, over several connections: both threads get some. */
async function calls(count: number, endpoint: string, secret?: string): Promise<number[]> {
  const statuses: number[] = []
  for (let left = count; left > 0; left -= 8) {
    const some = Array.from({ length: Math.min(8, left) }, () => call(endpoint, secret))
    statuses.push(...(await Promise.all(some)))
  }
  return statuses
}

async function requestsOfKey(name: string): Promise<Record<string, number>> {
  const { results } = await op.client.keys.usage(SCOPE, name, { step: 'day', by: 'function' })
  const sums: Record<string, number> = {}
  for (const { function: fn, requests } of results) {
    sums[fn?.name ?? ''] = (sums[fn?.name ?? ''] ?? 0) + requests
  }
  return sums
}

async function verdictsOf(name: string): Promise<Partial<UsageVerdictsSerializer>> {
  const fn = { namespace: NAMESPACE, name }
  const { results } = await op.client.functions.usage(SCOPE, fn, { step: 'day' })
  const sums: Record<string, number> = {}
  for (const { verdicts } of results) {
    for (const [verdict, count] of Object.entries(verdicts)) {
      if (count > 0) sums[verdict] = (sums[verdict] ?? 0) + count
    }
  }
  return sums
}

describe('usage of a running server', () => {
  it('is exact over threads, functions, good keys and bad ones', async () => {
    const both = await op.makeKey('both', ['one', 'two'])
    const single = await op.makeKey('single', ['one'])
    expect((await op.client.keys.get(SCOPE, 'both')).last_used_at).toBeNull()
    const beforeMs = Date.now()
    await calls(100, endpoints[0]!, both)
    await calls(60, endpoints[1]!, both)
    await calls(40, endpoints[0]!, single)
    await calls(30, endpoints[1]!, single)
    await calls(20, endpoints[1]!, 'nonsense')
    await calls(10, endpoints[1]!, mintKeySecret())
    await calls(5, endpoints[1]!)
    const whole = { one: { allowed: 140 }, two: {} }
    whole.two = { allowed: 60, not_granted: 30, malformed: 20, unknown: 10, missing: 5 }
    await expect.poll(() => verdictsOf('one'), PATIENCE).toEqual(whole.one)
    await expect.poll(() => verdictsOf('two'), PATIENCE).toEqual(whole.two)
    expect(await requestsOfKey('both')).toEqual({ one: 100, two: 60 })
    expect(await requestsOfKey('single')).toEqual({ one: 40, two: 30 })
    const used = await op.client.keys.get(SCOPE, 'both')
    expect(used.last_used_function).toEqual({ namespace: NAMESPACE, name: 'two' })
    expect(used.last_used_address).toMatch(/^(127\.0\.0\.1|::1)$/)
    const usedMs = Date.parse(used.last_used_at!)
    expect(usedMs).toBeGreaterThanOrEqual(beforeMs - 1000)
    expect(usedMs).toBeLessThanOrEqual(Date.now())
    // What was refused is no use: the last function that it opened is the first.
    const refused = await op.client.keys.get(SCOPE, 'single')
    expect(refused.last_used_function?.name).toBe('one')
  })

  it('loses nothing and counts nothing twice while control is killed again and again', async () => {
    const secret = await op.makeKey('steady', ['one'])
    let calling = true
    const statuses: number[] = []
    const caller = (async () => {
      while (calling) statuses.push(...(await calls(8, endpoints[0]!, secret)))
    })()
    const isBack = () =>
      op.client.keys.get(SCOPE, 'steady').then(
        () => true,
        () => false,
      )
    for (let kill = 0; kill < 4; kill++) {
      // At the moment of a flush, and at others.
      await untilInterval(kill * 20)
      const { control } = server.pids()
      process.kill(control, 'SIGKILL')
      await processEnd(control)
      await expect.poll(isBack, PATIENCE).toBe(true)
    }
    calling = false
    await caller
    expect(new Set(statuses)).toEqual(new Set([200]))
    await expect.poll(() => requestsOfKey('steady'), PATIENCE).toEqual({ one: statuses.length })
  })

  it('keeps what was flushed when the data role is killed, and goes on', async () => {
    const secret = await op.makeKey('survivor', ['two'])
    await calls(50, endpoints[1]!, secret)
    await expect.poll(() => requestsOfKey('survivor'), PATIENCE).toEqual({ two: 50 })
    const { data } = server.pids()
    process.kill(data, 'SIGKILL')
    await processEnd(data)
    let answered = 0
    const again = async () => {
      const status = await call(endpoints[1]!, secret).catch(() => 0)
      if (status > 0) answered += 1
      return status
    }
    await expect.poll(again, { timeout: 30_000, interval: 200 }).toBe(200)
    await calls(49, endpoints[1]!, secret)
    await expect.poll(() => requestsOfKey('survivor'), PATIENCE).toEqual({ two: 99 + answered })
  })

  it('is whole after a stop in the middle of an interval', async () => {
    const secret = await op.makeKey('stopped', ['one'])
    await calls(33, endpoints[0]!, secret)
    await server.stop()
    server = await startServer({ dataDir: server.dataDir })
    op = operator(server)
    await expect.poll(() => requestsOfKey('stopped'), PATIENCE).toEqual({ one: 33 })
  })
})

/** Resolves so many milliseconds after the moment at which threads send what they counted. */
async function untilInterval(offsetMs: number): Promise<void> {
  const leftMs = 5_000 - (Date.now() % 5_000) + offsetMs
  await new Promise((resolve) => setTimeout(resolve, leftMs))
}
