import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/domain/errors.ts'
import type { KeyVerdict } from '../../src/domain/key-verdict.ts'
import { type CallBatch, CallMetrics } from '../../src/gateway/call-metrics.ts'
import { CallTotals } from '../../src/gateway/call-totals.ts'
import type { EndedCall } from '../../src/gateway/ended-call.ts'
import { GatewayMetrics } from '../../src/gateway/gateway-metrics.ts'
import { type ThreadCounts, ThreadMetrics } from '../../src/gateway/thread-metrics.ts'
import { GONE_MS } from '../../src/observability/by-function.ts'
import { renderExposition } from '../../src/observability/exposition.ts'
import type { MetricPart } from '../../src/observability/metric-parts.ts'
import { type Family, parseExposition, sumOf } from '../helpers/exposition.ts'
import { call, exchangeRaw, type GatewayTestOptions, GatewayUnderTest, routeOf } from './harness.ts'

const noBatch = () => {
  throw new Error('nothing was to be sent')
}

/** A call as an observer sees it, of which only what metrics read is real. */
function ended(overrides: Partial<EndedCall> = {}): EndedCall {
  const call: Partial<EndedCall> = {
    route: undefined,
    verdict: undefined,
    status: 200,
    code: undefined,
    isWhole: true,
    bytesReceived: 0,
    bytesSent: 0,
    durationMs: 1,
    gatheredMs: 0,
    queuedMs: 0,
    isCold: false,
    instanceId: undefined,
    ...overrides,
  }
  return call as EndedCall
}

async function exposed(parts: Iterable<MetricPart>): Promise<Map<string, Family>> {
  return parseExposition((await renderExposition([...parts, UP], 'text')).body)
}

/** So that there is something even when nothing was counted. */
const UP: MetricPart = { metric: 'up', samples: [{ labels: ['test'], value: 1 }] }

function totalsOf(...batches: (readonly CallBatch[])[]): CallTotals {
  return addTo(new CallTotals(), ...batches)
}

function addTo(totals: CallTotals, ...batches: (readonly CallBatch[])[]): CallTotals {
  for (const batch of batches.flat()) totals.add(batch)
  return totals
}

describe('the calls of a thread', () => {
  it('are counted by function, verdict and class of the status', async () => {
    const metrics = new CallMetrics(noBatch)
    const [one, two] = [routeOf(), routeOf()]
    const cases: [typeof one | undefined, KeyVerdict | undefined, number][] = [
      [one, 'allowed', 200],
      [one, 'allowed', 204],
      [two, 'allowed', 503],
      [one, 'missing', 401],
      [undefined, undefined, 404],
      [one, 'allowed', 0],
    ]
    for (const [route, verdict, status] of cases) metrics.ended(ended({ route, verdict, status }))
    const families = await exposed(totalsOf(metrics.take()).parts())
    const count = (labels: Record<string, string>) =>
      sumOf(families, 'latchkey_requests_total', labels)
    expect(count({})).toBe(6)
    expect(count({ function: one.name, verdict: 'allowed', status: '2xx' })).toBe(2)
    expect(count({ function: one.name, verdict: 'allowed', status: 'none' })).toBe(1)
    expect(count({ function: one.name, verdict: 'missing', status: '4xx' })).toBe(1)
    expect(count({ function: two.name, verdict: 'allowed', status: '5xx' })).toBe(1)
    expect(count({ function: '', verdict: 'unchecked', status: '4xx' })).toBe(1)
    expect(families.get('latchkey_requests_total')!.series).toHaveLength(5)
  })

  it('have a latency only where an instance was given them', async () => {
    const metrics = new CallMetrics(noBatch)
    const route = routeOf()
    metrics.ended(ended({ route, durationMs: 30, queuedMs: 20, isCold: true, instanceId: 'a' }))
    metrics.ended(ended({ route, durationMs: 10, instanceId: 'a' }))
    metrics.ended(ended({ route, durationMs: 5000, status: 401, code: 'key_required' }))
    const families = await exposed(totalsOf(metrics.take()).parts())
    const duration = 'latchkey_request_duration_seconds'
    expect(sumOf(families, `${duration}_count`)).toBe(2)
    expect(sumOf(families, `${duration}_sum`)).toBeCloseTo(0.04)
    expect(sumOf(families, `${duration}_bucket`, { le: '0.01' })).toBe(1)
    expect(sumOf(families, 'latchkey_request_queue_seconds_count')).toBe(1)
    expect(sumOf(families, 'latchkey_cold_requests_total')).toBe(1)
    expect(sumOf(families, 'latchkey_gateway_answers_total', { code: 'key_required' })).toBe(1)
  })

  it('are handed over once, and counted on where they were', async () => {
    const metrics = new CallMetrics(noBatch)
    const route = routeOf()
    metrics.ended(ended({ route, bytesSent: 10 }))
    const first = metrics.take()
    metrics.ended(ended({ route, bytesSent: 5 }))
    const totals = totalsOf(first, metrics.take(), metrics.take())
    const families = await exposed(totals.parts())
    expect(sumOf(families, 'latchkey_requests_total')).toBe(2)
    expect(sumOf(families, 'latchkey_response_body_bytes_total')).toBe(15)
  })

  it('of more functions than are kept are sent before anyone asks, none twice and none lost', async () => {
    const totals = new CallTotals()
    let sent = 0
    const metrics = new CallMetrics((batches) => {
      sent += 1
      addTo(totals, batches)
    })
    const routes = Array.from({ length: 20_000 }, () => routeOf())
    for (const route of [...routes, ...routes]) metrics.ended(ended({ route }))
    expect(sent).toBe(2)
    addTo(totals, metrics.take())
    const families = await exposed(totals.parts())
    expect(sumOf(families, 'latchkey_requests_total')).toBe(40_000)
    expect(families.get('latchkey_requests_total')!.series).toHaveLength(20_000)
  })

  it('of a function that is gone stay for a while and go then, and go on when it is made again', async () => {
    const metrics = new CallMetrics(noBatch)
    const route = routeOf()
    metrics.ended(ended({ route }))
    const totals = totalsOf(metrics.take())
    const count = async () => sumOf(await exposed(totals.parts()), 'latchkey_requests_total')
    totals.prune(new Set(), 1000)
    totals.prune(new Set(), 1000 + GONE_MS - 1)
    expect(await count()).toBe(1)
    metrics.ended(ended({ route: { ...route, functionId: 'made-again' } }))
    addTo(totals, metrics.take())
    totals.prune(new Set([route.label]), 1000 + GONE_MS)
    expect(await count()).toBe(2)
    totals.prune(new Set(), 2000 + GONE_MS)
    totals.prune(new Set(), 2000 + 2 * GONE_MS)
    expect(await count()).toBe(0)
  })
})

describe('the counts of a thread', () => {
  it('are told a batch in each turn, and what is left of them at once when it ends', async () => {
    const totals = new CallTotals()
    let sent = 0
    const metrics = new ThreadMetrics(({ calls }) => {
      if (calls === undefined) return
      sent += 1
      totals.add(calls)
    })
    const count = async () => sumOf(await exposed(totals.parts()), REQUESTS)
    const end = (functions: number) => {
      for (let i = 0; i < functions; i++) metrics.calls.ended(ended({ route: routeOf() }))
    }
    end(1000)
    const told = new Promise<void>((resolve) => metrics.tell(resolve))
    expect(sent).toBe(1)
    await told
    expect(await count()).toBe(1000)
    end(500)
    metrics.tell(() => {})
    end(1)
    metrics.tellLast()
    expect(await count()).toBe(1501)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await count()).toBe(1501)
  })
})

const REQUESTS = 'latchkey_requests_total'
const PATIENCE = { timeout: 30_000 }
const HELLO = { 'handler.js': 'module.exports = { handler: () => "hello" }' }

/** Real threads, whose counts are gathered as the data role does. */
async function startCounted(options: GatewayTestOptions) {
  const metrics = new GatewayMetrics(() => new Set())
  const onCounts = (counts: ThreadCounts) => metrics.add(counts)
  const gateway = await GatewayUnderTest.start({ ...options, onCounts })
  const scrape = async (): Promise<Map<string, Family>> => {
    expect(await gateway.threads.count(30_000)).toBe(0)
    return exposed(metrics.parts())
  }
  return { gateway, scrape, metrics }
}

describe('gateway threads', () => {
  it('tell together exactly what callers have done', async () => {
    const { gateway, scrape } = await startCounted({ count: 2 })
    await using _ = gateway
    const route = await gateway.addRoute({ requiresKey: true })
    const { secret } = await gateway.addKey([route.functionId])
    await gateway.startInstance(route, HELLO)
    const path = `/${route.label}/x`
    for (let i = 0; i < 20; i++) {
      await call(gateway.port, path, { headers: { 'x-api-key': secret } })
      await call(gateway.port, path)
      await call(gateway.port, path, { headers: { 'x-api-key': `lk_${'x'.repeat(49)}` } })
      await call(gateway.port, `/nobody-${i}`)
    }
    await exchangeRaw(gateway.port, 'no HTTP\r\n\r\n')
    // The thread may learn a moment after the caller that an answer has ended.
    await expect.poll(async () => sumOf(await scrape(), REQUESTS), PATIENCE).toBe(80)
    const unparsed = 'latchkey_unparsed_requests_total'
    await expect.poll(async () => sumOf(await scrape(), unparsed), PATIENCE).toBe(1)
    const families = await scrape()
    const requests = (verdict: string, status: string) =>
      sumOf(families, 'latchkey_requests_total', { verdict, status })
    expect(requests('allowed', '2xx')).toBe(20)
    expect(requests('missing', '4xx')).toBe(20)
    expect(requests('malformed', '4xx')).toBe(20)
    expect(requests('unchecked', '4xx')).toBe(20)
    expect(families.get('latchkey_requests_total')!.series).toHaveLength(4)
    expect(sumOf(families, 'latchkey_request_duration_seconds_count')).toBe(20)
    expect(
      sumOf(families, 'latchkey_response_body_bytes_total', { function: route.name }),
    ).toBeGreaterThan(100)
    expect(sumOf(families, 'latchkey_gateway_connections_accepted_total')).toBe(81)
    const code: ErrorCode = 'malformed_request'
    expect(sumOf(families, unparsed, { code })).toBe(1)
    expect(JSON.stringify([...families])).not.toContain('nobody')
  })

  it('leave what they counted behind when they end', async () => {
    const { gateway, metrics } = await startCounted({ count: 2 })
    await using _ = gateway
    for (let i = 0; i < 10; i++) await call(gateway.port, '/nobody')
    await gateway.threads.stop(0)
    const families = await exposed(metrics.parts())
    expect(sumOf(families, 'latchkey_requests_total')).toBe(10)
    expect(sumOf(families, 'latchkey_gateway_connections_open')).toBe(0)
  })

  it('never count backwards while they are replaced', async () => {
    const { gateway, scrape } = await startCounted({ isReplaceable: true })
    await using _ = gateway
    for (let i = 0; i < 5; i++) await call(gateway.port, '/nobody')
    await gateway.threads.replace()
    for (let i = 0; i < 5; i++) await call(gateway.port, '/nobody')
    await expect.poll(async () => sumOf(await scrape(), REQUESTS), PATIENCE).toBe(10)
  })
})
