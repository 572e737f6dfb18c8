import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, processEnd, startServer, type TestServer } from '../helpers/server.ts'

const WAIT = { timeout: 60_000, interval: 50 }
const FN = { namespace: NAMESPACE, name: 'clockwork' }
/** Says what it was called with, on a line of its own. */
const CLOCKWORK = `exports.handler = (event) => {
  const { request } = event.extensions
  console.log('ran', JSON.stringify({ id: request.get('latchkey-call-id'), trigger: request.get('latchkey-trigger'),
    url: request.url, type: request.get('content-type'), key: request.get('latchkey-key-id') ?? null, data: event.data }))
}`

let server: TestServer
let op: ReturnType<typeof operator>

beforeAll(async () => {
  server = await startServer()
  op = operator(server)
  await op.makeNamespace()
  // It wants a key of everybody else.
  await op.makeFunction('clockwork', CLOCKWORK, { enable_api_key: true })
})
afterAll(() => cleanUp(server))

async function ended(): Promise<{ id: string; state: string; accepted_at: string }[]> {
  const { results } = await op.client.functions.calls(SCOPE, FN, { limit: 1000 })
  return results.filter(({ state }) => state === 'succeeded')
}

describe('a trigger', () => {
  it('calls its function, without a key, with what it says', async () => {
    await op.client.triggers.create(SCOPE, FN, {
      name: 'by-hand',
      schedule: '0 0 1 1 *',
      timezone: 'Europe/Vienna',
      path: '/work?x=1',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    const { call_id } = await op.client.triggers.run(SCOPE, FN, 'by-hand')
    await expect
      .poll(async () => (await op.client.triggers.get(SCOPE, FN, 'by-hand')).last_run?.state, WAIT)
      .toBe('succeeded')
    const lines = async () => {
      const { logs } = await op.client.functions.logs(SCOPE, FN, { limit: 100 })
      return logs.map(({ Message }) => Message ?? '').filter((line) => line.startsWith('ran '))
    }
    await expect.poll(async () => (await lines()).length, WAIT).toBe(1)
    expect(JSON.parse((await lines())[0]!.slice(4))).toEqual({
      id: call_id,
      trigger: 'by-hand',
      url: '/work?x=1',
      type: 'application/json',
      key: null,
      data: { a: 1 },
    })
    // It is nobody's but the operators'.
    const answer = await fetch(`${server.gatewayUrl}/-/calls/${call_id}`)
    expect(answer.status).toBe(404)
  })

  it('runs once a tick, whichever role is killed meanwhile', async () => {
    const before = (await ended()).length
    await op.client.triggers.create(SCOPE, FN, { name: 'each-second', schedule: '* * * * * *' })
    await expect.poll(async () => (await ended()).length, WAIT).toBeGreaterThan(before + 2)
    for (const role of ['control', 'data', 'control'] as const) {
      const pid = server.pids()[role]
      process.kill(pid, 'SIGKILL')
      await processEnd(pid)
      const now = await expect
        .poll(() => ended().catch(() => undefined), WAIT)
        .toBeTruthy()
        .then(() => ended())
      await expect
        .poll(async () => (await ended().catch(() => [])).length, WAIT)
        .toBeGreaterThan(now.length + 1)
    }
    await op.client.triggers.update(SCOPE, FN, 'each-second', { enabled: false })
    const { last_run } = await op.client.triggers.get(SCOPE, FN, 'each-second')
    expect(last_run!.state).toMatch(/claimed|queued|running|retrying|succeeded/)
    const open = async () => {
      const { results } = await op.client.functions.calls(SCOPE, FN, { limit: 1000 })
      return results.filter(({ state }) => state !== 'succeeded')
    }
    await expect.poll(open, WAIT).toEqual([])
    // Never two in one second that was not made up for: the ids are made of the ticks.
    const ids = (await ended()).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
