import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { METRICS } from '../../src/observability/metrics.ts'
import { type Family, parseExposition, sumOf } from '../helpers/exposition.ts'
import { call, HELLO, operator } from '../helpers/operator.ts'
import { cleanUp, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }
const REQUESTS = 'latchkey_requests_total'

let servers: TestServer[] = []
afterEach(async () => {
  // The data directory is that of the first one.
  for (const server of servers.reverse()) await server.stop()
  await Promise.all(servers.map(cleanUp))
  servers = []
})

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

async function scrapeText({ metricsUrl }: TestServer, accept = 'text/plain'): Promise<string> {
  const answer = await fetch(metricsUrl, { headers: { accept } })
  expect(answer.status).toBe(200)
  return answer.text()
}

async function scrape(server: TestServer): Promise<Map<string, Family>> {
  return parseExposition(await scrapeText(server))
}

/** A function that wants a key, the key, and where it answers. */
async function makeHello(server: TestServer) {
  const ops = operator(server)
  await ops.makeNamespace()
  const { endpoint } = await ops.makeFunction('hello', HELLO)
  const secret = await ops.makeKey('the-shop', ['hello'])
  return { endpoint: endpoint!, secret }
}

const named = { project: '1', region: '1', namespace: 'tests', function: 'hello' }

it('tells exactly what callers did, and what both roles and the feed are up to', async () => {
  const server = await start()
  const { endpoint, secret } = await makeHello(server)
  for (let i = 0; i < 7; i++) expect(await call(endpoint, secret)).toBe(200)
  for (let i = 0; i < 3; i++) expect(await call(endpoint)).toBe(401)
  for (let i = 0; i < 2; i++) expect(await call(endpoint, 'lk_wrong')).toBe(401)
  expect(await call(`${server.gatewayUrl}/nobody-there`)).toBe(404)

  await expect.poll(async () => sumOf(await scrape(server), REQUESTS), PATIENCE).toBe(13)
  const families = await scrape(server)
  const value = (name: string, labels: Record<string, string> = {}) => sumOf(families, name, labels)
  expect(value(REQUESTS, { ...named, verdict: 'allowed', status: '2xx' })).toBe(7)
  expect(value(REQUESTS, { ...named, verdict: 'missing', status: '4xx' })).toBe(3)
  expect(value(REQUESTS, { ...named, verdict: 'malformed', status: '4xx' })).toBe(2)
  expect(value(REQUESTS, { function: '', status: '4xx' })).toBe(1)
  expect(value('latchkey_request_duration_seconds_count', named)).toBe(7)
  expect(value('latchkey_gateway_answers_total', { ...named, code: 'key_required' })).toBe(5)

  for (const process of ['supervisor', 'control', 'data']) {
    expect(value('latchkey_up', { process })).toBe(1)
    expect(value('process_resident_memory_bytes', { process })).toBeGreaterThan(1e6)
  }
  expect(value('latchkey_instance_starts_total', { ...named, result: 'ready' })).toBe(1)
  expect(value('latchkey_instances', { ...named, state: 'ready' })).toBe(1)
  expect(value('latchkey_keys')).toBe(1)
  expect(value('latchkey_key_grants')).toBe(1)
  expect(value('latchkey_functions')).toBe(1)
  expect(value('latchkey_revision')).toBe(value('latchkey_control_revision'))
  expect(value('latchkey_feed_connected')).toBe(1)
  expect(value('latchkey_node_connected')).toBe(1)
  expect(value('latchkey_change_propagation_seconds_count')).toBeGreaterThanOrEqual(4)
  expect(value('latchkey_build_duration_seconds_count', { result: 'built' })).toBe(1)
  expect(value('latchkey_tasks', { state: 'FINISHED' })).toBe(2)
  const route = '/cloud/v1/faas/keys/:project_id/:region_id'
  expect(value('latchkey_api_request_duration_seconds_count', { method: 'POST', route })).toBe(1)
  expect(value('latchkey_database_bytes')).toBeGreaterThan(4096)
})

it('tells of cold starts, waits, and how instances end', async () => {
  const server = await start({ env: { LATCHKEY_IDLE_TIMEOUT_SECONDS: '1' } })
  const { endpoint, secret } = await makeHello(server)
  const crash = `module.exports = { handler: () => process.exit(3) }`
  const crashing = await operator(server).makeFunction('crash', crash, { enable_api_key: false })
  const value = async (name: string, labels: Record<string, string> = {}) =>
    sumOf(await scrape(server), name, labels)
  const idle = () => value('latchkey_instance_ends_total', { reason: 'idle' })
  // Both were started once, to see whether they do.
  await expect.poll(idle, PATIENCE).toBe(2)
  expect(await call(endpoint, secret)).toBe(200)
  expect(await call(crashing.endpoint!)).toBe(502)
  await expect.poll(() => value(REQUESTS), PATIENCE).toBe(2)
  expect(await value('latchkey_cold_requests_total', named)).toBe(1)
  expect(await value('latchkey_request_queue_seconds_count', named)).toBe(1)
  expect(await value('latchkey_instance_starts_total', { result: 'ready' })).toBe(4)
  expect(await value('latchkey_instance_start_seconds_count')).toBe(4)
  await expect
    .poll(() => value('latchkey_instance_ends_total', { reason: 'crashed' }), PATIENCE)
    .toBe(1)
  expect(await value('latchkey_gateway_answers_total', { code: 'instance_lost' })).toBe(1)
  await expect.poll(idle, PATIENCE).toBe(3)
  expect(await value('latchkey_instances')).toBe(0)
})

it('tells only what docs/metrics.md lists, with the type and labels it has there', async () => {
  const server = await start()
  const { endpoint, secret } = await makeHello(server)
  expect(await call(endpoint, secret)).toBe(200)
  await expect.poll(async () => sumOf(await scrape(server), REQUESTS), PATIENCE).toBe(1)
  const known = new Map(Object.values(METRICS).map((metric) => [metric.name as string, metric]))
  for (const { name, type, help, series } of (await scrape(server)).values()) {
    const metric = known.get(name)
    expect(metric, name).toMatchObject({ type, help })
    const { le: _, ...labels } = series[0]!.labels
    expect(Object.keys(labels).sort(), name).toEqual([...metric!.labels].sort())
  }
  const openMetrics = await scrapeText(server, 'application/openmetrics-text')
  expect(sumOf(parseExposition(openMetrics), REQUESTS)).toBe(1)
})

it('holds no secret, wherever a caller put one', async () => {
  const server = await start()
  const { endpoint, secret } = await makeHello(server)
  expect(await call(`${endpoint}/${secret}?key=${secret}`, secret)).toBe(200)
  expect(await call(`${server.gatewayUrl}/${secret}`)).toBe(404)
  const planted = { 'x-planted': secret, 'user-agent': secret, host: `${secret}.example` }
  await fetch(endpoint, { headers: planted })
  await fetch(`${server.apiUrl}/cloud/${secret}`, { method: 'PUT' })
  await expect.poll(async () => sumOf(await scrape(server), REQUESTS), PATIENCE).toBe(3)
  const text = await scrapeText(server)
  for (const word of [
    secret,
    secret.slice(3, 30),
    TEST_TOKEN,
    TEST_TOKEN.split('$')[1]!,
    'the-shop',
  ]) {
    expect(text).not.toContain(word)
  }
})

it('goes on for either role while the other one is dead, and counts on', async () => {
  const server = await start()
  const { endpoint, secret } = await makeHello(server)
  expect(await call(endpoint, secret)).toBe(200)
  const before = server.pids()

  process.kill(before.control, 'SIGSTOP')
  expect(sumOf(await scrape(server), 'latchkey_up', { process: 'control' })).toBe(0)
  process.kill(before.control, 'SIGKILL')
  expect(await call(endpoint, secret)).toBe(200)
  const without = async () => {
    const families = await scrape(server)
    expect(sumOf(families, 'latchkey_up', { process: 'data' })).toBe(1)
    return sumOf(families, REQUESTS)
  }
  await expect.poll(without, PATIENCE).toBe(2)
  const isUp = async (process: string) => sumOf(await scrape(server), 'latchkey_up', { process })
  await expect.poll(() => isUp('control'), PATIENCE).toBe(1)
  expect(server.pids().control).not.toBe(before.control)

  process.kill(before.data, 'SIGKILL')
  await expect
    .poll(async () => sumOf(await scrape(server), 'latchkey_control_revision'), PATIENCE)
    .toBeGreaterThan(0)
  await expect.poll(() => isUp('data'), PATIENCE).toBe(1)
})

it('is told by each role on its own when they run apart', async () => {
  const control = await start({ args: ['--role', 'control'] })
  const { dataDir } = control
  const data = await start({ dataDir, args: ['--role', 'data'] })
  const { endpoint, secret } = await makeHello({ ...control, gatewayUrl: data.gatewayUrl })
  const path = new URL(endpoint).pathname
  expect(await call(`${data.gatewayUrl}${path}`, secret)).toBe(200)
  await expect.poll(async () => sumOf(await scrape(data), REQUESTS), PATIENCE).toBe(1)
  const [ofControl, ofData] = [await scrape(control), await scrape(data)]
  expect(ofControl.has(REQUESTS)).toBe(false)
  expect(ofControl.has('latchkey_tasks')).toBe(true)
  expect(ofData.has('latchkey_tasks')).toBe(false)
  expect(sumOf(ofData, 'latchkey_up', { process: 'control' })).toBe(0)
})

it('is not there when it is switched off', async () => {
  const server = await start({ env: { LATCHKEY_METRICS_PORT: 'off' } })
  expect(server.metricsUrl).toBe('')
  const path = join(server.dataDir, 'run', 'serve.json')
  expect(existsSync(path) && readFileSync(path, 'utf8')).not.toContain('metrics')
  expect(server.stdout()).not.toContain('metrics')
})
