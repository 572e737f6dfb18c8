import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, processEnd, startServer, type TestServer } from '../helpers/server.ts'

const WAIT = { timeout: 60_000, interval: 50 }
const FN = { namespace: NAMESPACE, name: 'worker' }
const WORKER = `exports.handler = async (event) => {
  const request = event.extensions.request
  const ms = Number(request.get('x-ms') ?? 0)
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
  if (request.get('x-fail')) throw new Error('as told')
  return request.get('latchkey-call-id') + ' ' + request.get('latchkey-call-attempt')
}`
const ENV = {
  LATCHKEY_CALL_ATTEMPTS: '2',
  LATCHKEY_CALL_FIRST_DELAY_MS: '10',
  LATCHKEY_CALLS_PARALLEL: '8',
  LATCHKEY_CALLS_PARALLEL_PER_FUNCTION: '8',
}

let server: TestServer
let op: ReturnType<typeof operator>
let endpoint: string
let secret: string

beforeAll(async () => {
  server = await startServer({ env: ENV })
  op = operator(server)
  await op.makeNamespace()
  endpoint = (await op.makeFunction('worker', WORKER)).endpoint
  secret = await op.makeKey('caller', ['worker'])
})
afterAll(() => cleanUp(server))

function later(headers: Record<string, string> = {}): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: { prefer: 'respond-async', 'x-api-key': secret, ...headers },
    body: 'work',
  })
}

async function accepted(headers: Record<string, string> = {}): Promise<string> {
  const answer = await later(headers)
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { id: string }).id
}

async function look(id: string, rest = ''): Promise<Response> {
  const url = `${server.gatewayUrl}/-/calls/${id}${rest}`
  return await fetch(url, { headers: { 'x-api-key': secret } })
}

async function stateOf(id: string): Promise<string> {
  const answer = await look(id).catch(() => undefined)
  return answer === undefined ? 'away' : ((await answer.json()) as { state: string }).state
}

describe('asynchronous calls', () => {
  it('all end, and none is lost, though the data role is killed at any moment', async () => {
    const ids: string[] = []
    let isSending = true
    const senders = Array.from({ length: 4 }, async () => {
      while (isSending) {
        // Who is not answered knows that it may have to send again.
        const answer = await later({ 'x-ms': '20' }).catch(() => undefined)
        const body = (await answer?.json().catch(() => undefined)) as { id?: string } | undefined
        if (body?.id !== undefined) ids.push(body.id)
        else await wait(5)
      }
    })
    for (let round = 0; round < 5; round++) {
      const before = ids.length
      await expect.poll(() => ids.length, WAIT).toBeGreaterThan(before + 10)
      await wait(Math.random() * 50)
      const { data } = server.pids()
      process.kill(data, 'SIGKILL')
      await processEnd(data)
    }
    isSending = false
    await Promise.all(senders)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) await expect.poll(() => stateOf(id), WAIT).toBe('succeeded')
    const [id] = ids
    const result = await look(id!, '/result')
    expect(result.headers.get('latchkey-call-id')).toBe(id)
    expect(await result.text()).toContain(id)
  })

  it('go on at a stop and a start in order', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => accepted({ 'x-ms': '200' })))
    await server.stop()
    server = await startServer({ dataDir: server.dataDir, env: ENV })
    op = operator(server)
    endpoint = (await op.client.functions.get(SCOPE, FN)).endpoint
    for (const id of ids) await expect.poll(() => stateOf(id), WAIT).toBe('succeeded')
  })

  it('that are under way are finished by the threads that they began in', async () => {
    const id = await accepted({ 'x-ms': '1500' })
    await expect.poll(() => stateOf(id), WAIT).toBe('running')
    process.kill(server.pids().supervisor, 'SIGHUP')
    await expect
      .poll(() => server.stderr() + server.stdout(), WAIT)
      .toContain('new gateway threads serve')
    await expect.poll(() => stateOf(id), WAIT).toBe('succeeded')
    expect(await (await look(id, '/result')).text()).toBe(`${id} 1`)
  })

  it('that are dead are listed for operators, who can try them again or delete them', async () => {
    const id = await accepted({ 'x-fail': 'yes', 'x-secret': 'not to be shown' })
    await expect.poll(() => stateOf(id), WAIT).toBe('dead')
    const { count, results } = await op.client.functions.calls(SCOPE, FN, { state: 'dead' })
    expect(count).toBe(1)
    expect(results[0]).toMatchObject({ id, state: 'dead', status: 500, code: 'function_failed' })
    expect(JSON.stringify(results)).not.toMatch(/not to be shown|work"/)
    await op.client.functions.retryCall(SCOPE, FN, id)
    await expect.poll(() => stateOf(id), WAIT).toBe('dead')
    expect((await op.client.functions.call(SCOPE, FN, id)).attempts).toBeGreaterThan(
      results[0]!.attempts,
    )
    await op.client.functions.deleteCall(SCOPE, FN, id)
    expect((await look(id)).status).toBe(404)
    await expect(op.client.functions.call(SCOPE, FN, id)).rejects.toMatchObject({ status: 404 })
  })

  it('are in the metrics', async () => {
    const text = await (await fetch(server.metricsUrl)).text()
    expect(text).toMatch(/latchkey_calls_accepted_total\{[^}]*origin="caller"[^}]*\} [1-9]/)
    expect(text).toMatch(/latchkey_calls\{[^}]*state="succeeded"[^}]*\} [1-9]/)
  })
})
