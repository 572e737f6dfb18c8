import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PipelinedTraffic } from '../../bench/load/pipelined-traffic.ts'
import { type Cluster, nodeEnv, startCluster } from '../helpers/cluster.ts'
import { call, operator, SCOPE } from '../helpers/operator.ts'
import { revokeUnderTraffic } from '../helpers/revocation.ts'
import { launch, TEST_TOKEN } from '../helpers/server.ts'

const HELLO = `exports.handler = () => 'hello'`
const WAIT = { timeout: 30_000, interval: 50 }
const ENV = {
  LATCHKEY_GATEWAY_THREADS: '2',
  LATCHKEY_REQUESTS_PER_CONNECTION_MAX: '0',
  LATCHKEY_SPARE_INSTANCES: '0',
  LATCHKEY_PROPAGATION_TIMEOUT_SECONDS: '2',
}

let cluster: Cluster
let op: ReturnType<typeof operator>
let path: string

async function start(names: readonly string[], env: Record<string, string>): Promise<void> {
  cluster = await startCluster(names, env)
  op = operator(cluster.control)
  await op.makeNamespace()
  const { endpoint } = await op.makeFunction('hello', HELLO, {
    autoscaling: { min_instances: 1, max_instances: 1 },
  })
  path = new URL(endpoint!).pathname
}

/** Of a call to each node. */
function statuses(key: string): Promise<number[]> {
  return Promise.all(cluster.nodes.map(({ gatewayUrl }) => call(`${gatewayUrl}${path}`, key)))
}

/** Answers with the header that says where the change is in force. */
async function remove(name: string): Promise<string | null> {
  const answer = await fetch(`${cluster.control.apiUrl}/cloud/v1/faas/keys/1/1/${name}`, {
    method: 'DELETE',
    headers: { authorization: `apikey ${TEST_TOKEN}` },
  })
  expect(answer.status).toBe(204)
  return answer.headers.get('latchkey-propagation')
}

async function standingOf(key: string, node: string) {
  const { nodes } = await op.client.keys.propagation(SCOPE, key)
  return nodes.find(({ name }) => name === node)!
}

describe('on three data nodes', () => {
  beforeAll(() => start(['node-a', 'node-b', 'node-c'], ENV), 180_000)
  afterAll(() => cluster.stop())

  it('a function that is deployed answers on each', async () => {
    const key = await op.makeKey('caller', ['hello'])
    expect(await statuses(key)).toEqual([200, 200, 200])
    const { state, nodes } = await op.client.keys.propagation(SCOPE, 'caller')
    expect([
      state,
      nodes.map(({ name, connected, applied }) => [name, connected, applied]),
    ]).toEqual([
      'applied',
      [
        ['node-a', true, true],
        ['node-b', true, true],
        ['node-c', true, true],
      ],
    ])
  })

  it('none of 100,000 requests passes after the answer', { timeout: 300_000 }, async () => {
    const key = await op.makeKey('deleted', ['hello'])
    const gateways = cluster.nodes.map(({ gatewayUrl }) => gatewayUrl)
    let told: string | null = null
    const after = await revokeUnderTraffic(
      { gateways, path, key, connections: 6, requests: 100_000 },
      async () => {
        told = await remove('deleted')
      },
    )
    expect(told).toMatch(/^revision=\d+; applied$/)
    expect(after.sent).toBeGreaterThanOrEqual(100_000)
    expect([...after.statuses]).toEqual([[401, after.sent]])
  })

  it('the answer names one that is stopped, and it applies the change when it goes on', async () => {
    const key = await op.makeKey('stopped', ['hello'])
    const stopped = cluster.pid(cluster.nodes[1]!, 'data')
    process.kill(stopped, 'SIGSTOP')
    try {
      const told = await remove('stopped')
      expect(told).toMatch(/^revision=\d+; lagging=node-b$/)
      const page = await op.client.keys.propagation(SCOPE, 'stopped')
      expect(page).toMatchObject({ deleted: true, state: 'lagging', revision: revisionOf(told!) })
      const applied = page.nodes.map(({ name, applied }) => [name, applied])
      expect(applied).toEqual([
        ['node-a', true],
        ['node-b', false],
        ['node-c', true],
      ])
      expect(await laggardsInAudit(revisionOf(told!))).toEqual(['node-b'])
    } finally {
      process.kill(stopped, 'SIGCONT')
    }
    const state = async () => (await op.client.keys.propagation(SCOPE, 'stopped')).state
    await expect.poll(state, WAIT).toBe('applied')
    expect(await statuses(key)).toEqual([401, 401, 401])
  })

  it('a node by the name of another is refused', async () => {
    const twin = launch({
      args: ['--role', 'data'],
      env: { ...ENV, ...nodeEnv(cluster.control, 'node-a') },
    })
    const [code] = await once(twin.process, 'exit')
    expect([code, twin.stderr()]).toEqual([
      78,
      expect.stringContaining('Another data node is connected to control by the name node-a'),
    ])
    rmSync(twin.dataDir, { recursive: true, force: true })
    const { state } = await op.client.keys.propagation(SCOPE, 'caller')
    expect(state).toBe('applied')
  })
})

describe('a data node that may serve for three seconds without control', () => {
  beforeAll(() => start(['near', 'far'], { ...ENV, LATCHKEY_STALENESS_SECONDS_MAX: '3' }), 180_000)
  afterAll(() => cluster.stop())

  it('refuses everybody when control is silent for longer, says why, and serves when it is back', async () => {
    const key = await op.makeKey('cut-off', ['hello'])
    await expect.poll(() => statuses(key), WAIT).toEqual([200, 200])
    const control = cluster.pid(cluster.control, 'control')
    process.kill(control, 'SIGSTOP')
    const [near] = cluster.nodes
    try {
      await expect.poll(() => statuses(key), WAIT).toEqual([503, 503])
      const answer = await fetch(`${near!.gatewayUrl}${path}`, { headers: { 'x-api-key': key } })
      expect(await answer.json()).toMatchObject({ code: 'stale' })
      const ready = await fetch(near!.metricsUrl.replace('/metrics', '/readyz'))
      expect(ready.status).toBe(503)
      expect(await ready.json()).toMatchObject({
        status: 'not ready',
        message: expect.stringContaining('control has not confirmed'),
      })
    } finally {
      process.kill(control, 'SIGCONT')
    }
    await expect.poll(() => statuses(key), WAIT).toEqual([200, 200])
  })

  it('is not waited for once it has been stopped for longer, and lets nothing pass when it wakes', async () => {
    const key = await op.makeKey('slept', ['hello'])
    await expect.poll(() => statuses(key), WAIT).toEqual([200, 200])
    const sleeper = cluster.nodes[1]!
    const pid = cluster.pid(sleeper, 'data')
    const { hostname: host, port } = new URL(sleeper.gatewayUrl)
    const gateways = [{ host, port: Number(port) }]
    process.kill(pid, 'SIGSTOP')
    try {
      const counts = async () => (await standingOf('slept', 'far')).counts
      await expect.poll(counts, WAIT).toBe(false)
      expect(await remove('slept')).toMatch(/^revision=\d+; applied$/)
      // Its callers have waited for it, and are the first that it sees.
      const traffic = new PipelinedTraffic({ gateways, connections: 8, ahead: 16, path, key })
      process.kill(pid, 'SIGCONT')
      await traffic.untilEach(401, 20)
      traffic.stop()
      expect([...traffic.counts.keys()].filter((status) => status !== 503)).toEqual([401])
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await expect.poll(async () => (await standingOf('slept', 'far')).applied, WAIT).toBe(true)
  })
})

function revisionOf(told: string): number {
  return Number(/^revision=(\d+);/.exec(told)![1])
}

async function laggardsInAudit(revision: number): Promise<unknown> {
  const answer = await fetch(`${cluster.control.apiUrl}/cloud/v1/audit?limit=20`, {
    headers: { authorization: `apikey ${TEST_TOKEN}` },
  })
  const { results } = (await answer.json()) as {
    results: { action: string; revision: number; after: { laggards: unknown } }[]
  }
  return results.find((row) => row.action === 'change.lagged' && row.revision === revision)?.after
    .laggards
}
