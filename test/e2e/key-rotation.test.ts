import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HELLO, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, processEnd, startServer, type TestServer } from '../helpers/server.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }
const RATE_PER_SECOND = 1_000
/** Beyond that a slow machine is given time: what is lost is counted, not how fast it went. */
const IN_FLIGHT_MAX = 200

let server: TestServer
let op: ReturnType<typeof operator>
let endpoint: string

beforeAll(async () => {
  server = await startServer({ env: { LATCHKEY_TRUSTED_PROXIES: '127.0.0.1' } })
  op = operator(server)
  await op.makeNamespace()
  endpoint = (
    await op.makeFunction('hello', HELLO, { autoscaling: { min_instances: 1, max_instances: 2 } })
  ).endpoint
})
afterAll(() => cleanUp(server))

const rotationOf = async (name: string) => (await op.client.keys.get(SCOPE, name)).rotation

/** Requests of two clients, alternating, until it is stopped. */
class Traffic {
  readonly secrets: { early: string; late: string }
  readonly statuses = new Map<number, number>()
  ended = 0
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #running: Promise<void>
  readonly #inFlight = new Map<string, number>()
  #begun = 0
  #isStopping = false

  constructor(secrets: { early: string; late: string }) {
    this.secrets = secrets
    this.#running = this.#run()
  }

  /** Resolves when so many more have been answered. */
  async more(count: number): Promise<void> {
    const wanted = this.ended + count
    await expect.poll(() => this.ended, PATIENCE).toBeGreaterThanOrEqual(wanted)
  }

  /** Resolves when nothing is on its way with this secret. */
  async without(secret: string): Promise<void> {
    await expect.poll(() => this.#inFlight.get(secret) ?? 0, PATIENCE).toBe(0)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
    this.#agent.destroy()
  }

  #count(secret: string, change: number): void {
    this.#inFlight.set(secret, (this.#inFlight.get(secret) ?? 0) + change)
  }

  async #run(): Promise<void> {
    let dueFromMs = performance.now()
    while (!this.#isStopping) {
      const nowMs = performance.now()
      const due = Math.floor(((nowMs - dueFromMs) * RATE_PER_SECOND) / 1000)
      dueFromMs += (due * 1000) / RATE_PER_SECOND
      for (let i = 0; i < due && this.#begun - this.ended < IN_FLIGHT_MAX; i++) void this.#one()
      await wait(5)
    }
    await expect.poll(() => this.ended, PATIENCE).toBe(this.#begun)
  }

  async #one(): Promise<void> {
    const { early, late } = this.secrets
    this.#begun += 1
    const secret = this.#begun % 2 === 0 ? early : late
    this.#count(secret, 1)
    const status = await statusOf(secret, this.#agent)
    this.#count(secret, -1)
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    this.ended += 1
  }
}

/** 0 for a request that got no answer. */
function statusOf(
  secret: string,
  agent: Agent | false = false,
  headers: Record<string, string> = { 'x-api-key': secret },
): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(endpoint, { agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode!))
    })
    sent.once('error', () => resolve(0))
    sent.end()
  })
}

/** Each on a connection of its own: every thread gets some. */
async function statusesOf(secret: string, count = 60): Promise<Set<number>> {
  const statuses = new Set<number>()
  for (let i = 0; i < count; i += 10) {
    const some = Array.from({ length: 10 }, () => statusOf(secret))
    for (const status of await Promise.all(some)) statuses.add(status)
  }
  return statuses
}

describe('rotating a key under traffic', () => {
  it('loses no request, however late a client switches, and ends the old secret everywhere', async () => {
    const first = await op.makeKey('steady', ['hello'])
    const traffic = new Traffic({ early: first, late: first })
    await traffic.more(1000)
    const { secret: second } = await op.client.keys.rotate(SCOPE, 'steady', { grace_seconds: 3600 })
    await traffic.more(500)
    expect(await rotationOf('steady')).toMatchObject({ new_used_at: null })
    traffic.secrets.early = second
    await traffic.more(1000)
    await expect
      .poll(() => rotationOf('steady'), PATIENCE)
      .toMatchObject({ new_used_at: expect.any(String) })
    await traffic.more(1000)
    traffic.secrets.late = second
    await traffic.without(first)
    await op.client.keys.finishRotation(SCOPE, 'steady')
    expect(await statusesOf(first)).toEqual(new Set([401]))
    await traffic.more(500)
    await traffic.stop()
    expect(Object.fromEntries(traffic.statuses)).toEqual({ 200: traffic.ended })
    expect(await statusesOf(second)).toEqual(new Set([200]))
    expect(await rotationOf('steady')).toBeNull()
  })

  it('loses no request when it is canceled, and ends the new secret everywhere', async () => {
    const first = await op.makeKey('regretted', ['hello'])
    const traffic = new Traffic({ early: first, late: first })
    await traffic.more(300)
    const { secret: second } = await op.client.keys.rotate(SCOPE, 'regretted')
    await traffic.more(300)
    await op.client.keys.cancelRotation(SCOPE, 'regretted')
    expect(await statusesOf(second)).toEqual(new Set([401]))
    await traffic.more(300)
    await traffic.stop()
    expect(Object.fromEntries(traffic.statuses)).toEqual({ 200: traffic.ended })
  })

  it('replaces a new secret that nobody used without a word to users of the old one', async () => {
    const first = await op.makeKey('twice', ['hello'])
    const traffic = new Traffic({ early: first, late: first })
    await traffic.more(300)
    const { secret: lost } = await op.client.keys.rotate(SCOPE, 'twice')
    const { secret: kept } = await op.client.keys.rotate(SCOPE, 'twice', { replace: true })
    traffic.secrets.early = kept
    await traffic.more(300)
    await traffic.stop()
    expect(Object.fromEntries(traffic.statuses)).toEqual({ 200: traffic.ended })
    expect(await statusesOf(lost)).toEqual(new Set([401]))
  })
})

describe('a first use of a new secret', () => {
  it('ends an old one that has no grace', async () => {
    const first = await op.makeKey('abrupt', ['hello'])
    const { secret: second } = await op.client.keys.rotate(SCOPE, 'abrupt', { grace_seconds: 0 })
    expect(await statusesOf(first)).toEqual(new Set([200]))
    expect(await statusOf(second)).toBe(200)
    await expect.poll(() => statusOf(first), PATIENCE).toBe(401)
    expect(await statusesOf(first)).toEqual(new Set([401]))
    expect(await rotationOf('abrupt')).toBeNull()
  })

  it('is not lost when control is killed', async () => {
    const first = await op.makeKey('headless', ['hello'])
    const { secret: second } = await op.client.keys.rotate(SCOPE, 'headless', { grace_seconds: 0 })
    const { control } = server.pids()
    // It takes nothing any more, and then it is gone.
    process.kill(control, 'SIGSTOP')
    expect(await statusOf(second)).toBe(200)
    expect(await statusesOf(first)).toEqual(new Set([200]))
    process.kill(control, 'SIGKILL')
    await processEnd(control)
    await expect.poll(() => statusOf(first), PATIENCE).toBe(401)
    expect(await statusOf(second)).toBe(200)
    // The next control hears its nodes before it serves operators.
    await expect.poll(() => rotationOf('headless'), PATIENCE).toBeNull()
  })

  it('is told again when the data role was killed before control knew', async () => {
    const first = await op.makeKey('amnesic', ['hello'])
    const { secret: second } = await op.client.keys.rotate(SCOPE, 'amnesic', { grace_seconds: 0 })
    const { control, data } = server.pids()
    process.kill(control, 'SIGSTOP')
    expect(await statusOf(second)).toBe(200)
    process.kill(data, 'SIGKILL')
    await processEnd(data)
    process.kill(control, 'SIGCONT')
    await expect.poll(() => statusOf(second), PATIENCE).toBe(200)
    await expect.poll(() => statusOf(first), PATIENCE).toBe(401)
  })
})

it('keeps from where a key was used and tells of new addresses once, over kills and restarts', async () => {
  const secret = await op.makeKey('traveled', ['hello'])
  // From several connections, so that both threads see each.
  const from = async (address: string) => {
    const headers = { 'x-api-key': secret, 'x-forwarded-for': address }
    const calls = Array.from({ length: 8 }, () => statusOf(secret, false, headers))
    return new Set(await Promise.all(calls))
  }
  const addresses = async () => {
    const { results } = await op.client.keys.addresses(SCOPE, 'traveled')
    return results.map(({ address }) => address)
  }
  const ok = new Set([200])
  expect(await from('198.51.100.1')).toEqual(ok)
  await expect.poll(addresses, PATIENCE).toEqual(['198.51.100.1'])
  for (const address of ['198.51.100.2', '2001:db8::1', '2001:db8::2']) {
    expect(await from(address)).toEqual(ok)
  }
  await expect.poll(addresses, PATIENCE).toHaveLength(3)
  for (const role of ['data', 'control'] as const) {
    const pid = server.pids()[role]
    process.kill(pid, 'SIGKILL')
    await processEnd(pid)
  }
  await expect.poll(() => statusOf(secret), PATIENCE).toBe(200)
  for (const address of ['198.51.100.1', '198.51.100.2', '2001:db8::3', '198.51.100.4']) {
    expect(await from(address)).toEqual(ok)
  }
  await expect.poll(addresses, PATIENCE).toContain('198.51.100.4')
  const { results } = await op.client.notifications.list({ type: ['key.new-address'] })
  const told = results.filter((one) => one.key_name === 'traveled')
  expect(told.map(({ data }) => (data as { address: string }).address).sort()).toEqual([
    // The tests' own, while it was tried whether the server is back.
    ...(await addresses()).filter((address) => /^(127\.|::\/64)/.test(address)),
    '198.51.100.2',
    '198.51.100.4',
    '2001:db8::/64',
  ])
})
