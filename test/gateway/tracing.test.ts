import { afterEach, describe, expect, it } from 'vitest'
import type { CallRecord } from '../../src/gateway/call-record.ts'
import { spansOf } from '../../src/gateway/call-spans.ts'
import { readRequestHead } from '../../src/gateway/request-head.ts'
import {
  CallTracer,
  TRACING_BACKLOG_RECORDS,
  type TracingTarget,
} from '../../src/gateway/tracing.ts'
import { Backlog } from '../../src/lib/backlog.ts'
import type { Sampling } from '../../src/observability/sampling.ts'
import { isToBeRecorded } from '../../src/observability/sampling.ts'
import { parseTraceParent } from '../../src/observability/trace-context.ts'
import { newTraceId } from '../../src/observability/trace-ids.ts'
import { call, GatewayUnderTest, until } from './harness.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const PARENT_ID = 'b7ad6b7169203331'
const SAMPLED = `00-${TRACE_ID}-${PARENT_ID}-01`
const UNSAMPLED = `00-${TRACE_ID}-${PARENT_ID}-00`
const ALWAYS: Sampling = { ratio: 1, isParentBased: true }
const NEVER: Sampling = { ratio: 0, isParentBased: false }

function begun(sampling: Sampling, ...rawHeaders: string[]) {
  const head = readRequestHead(['Host', 'h', ...rawHeaders])
  const backlog = new Backlog(TRACING_BACKLOG_RECORDS).buffer
  new CallTracer({ sampling, backlog }, () => {}).begin(head)
  const fields = head.fields.split('\n').slice(1)
  const valuesOf = (name: string) => fields.filter((_, i) => i % 2 === 1 && fields[i - 1] === name)
  return { head, trace: head.trace, sent: valuesOf('traceparent'), state: valuesOf('tracestate') }
}

describe('the place of a call in a trace', () => {
  it('is below the caller, and the function below the call', () => {
    const { trace, sent, state } = begun(ALWAYS, 'traceparent', SAMPLED, 'tracestate', 'a=1')
    expect(trace).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID })
    expect(sent).toEqual([`00-${TRACE_ID}-${trace!.invocationSpanId}-01`])
    expect(state).toEqual(['a=1'])
    expect(new Set([trace!.spanId, trace!.invocationSpanId, PARENT_ID]).size).toBe(3)
  })

  it('is a trace of its own when the caller names none', () => {
    const { trace, sent } = begun(ALWAYS)
    expect(trace!.parentSpanId).toBeUndefined()
    expect(parseTraceParent(sent[0]!)).toEqual({
      traceId: trace!.traceId,
      spanId: trace!.invocationSpanId,
      isSampled: true,
    })
  })

  it.each([
    ['malformed', ['traceparent', 'rubbish']],
    ['repeated', ['traceparent', SAMPLED, 'traceparent', SAMPLED]],
    ['without ids', ['traceparent', `00-${'0'.repeat(32)}-${PARENT_ID}-01`]],
  ])('begins anew when what the caller names is %s', (_what, rawHeaders) => {
    const { trace, sent, state } = begun(ALWAYS, ...rawHeaders, 'tracestate', 'a=1')
    expect(trace!.traceId).not.toBe(TRACE_ID)
    expect(trace!.parentSpanId).toBeUndefined()
    expect(sent).toHaveLength(1)
    expect(parseTraceParent(sent[0]!)!.traceId).toBe(trace!.traceId)
    expect(state).toEqual([])
  })

  it('is passed on as it is when neither the caller nor the gateway records', () => {
    const { trace, sent } = begun(ALWAYS, 'traceparent', UNSAMPLED)
    expect(trace).toBeUndefined()
    expect(sent).toEqual([UNSAMPLED])
  })

  it('says that nothing is recorded when the gateway does not, so that functions do not either', () => {
    expect(parseTraceParent(begun(NEVER).sent[0]!)!.isSampled).toBe(false)
    const { sent, trace } = begun(NEVER, 'traceparent', SAMPLED)
    expect(trace).toBeUndefined()
    expect(parseTraceParent(sent[0]!)).toMatchObject({ traceId: TRACE_ID, isSampled: false })
  })

  it('leaves alone the values of other headers that read like names', () => {
    const { head } = begun(ALWAYS, 'x-a', 'traceparent', 'x-b', 'c', 'traceparent', SAMPLED)
    expect(head.fields).toContain('\nx-a\ntraceparent\nx-b\nc')
  })
})

it('records the share of traces that is asked for, and the same ones again', () => {
  const ids = Array.from({ length: 4000 }, newTraceId)
  const quarter = { ratio: 0.25, isParentBased: true }
  const recorded = ids.filter((id) => isToBeRecorded(quarter, id, undefined))
  expect(recorded.length / ids.length).toBeGreaterThan(0.2)
  expect(recorded.length / ids.length).toBeLessThan(0.3)
  const half = { ratio: 0.5, isParentBased: false }
  expect(recorded.every((id) => isToBeRecorded(half, id, undefined))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
})

describe('the gateway', () => {
  let gateway: GatewayUnderTest | undefined
  afterEach(async () => {
    await gateway?.[Symbol.asyncDispose]()
    gateway = undefined
  })

  const ECHO = {
    'handler.js': `exports.handler = async ({ extensions }) => {
      const { traceparent = '', tracestate = '' } = extensions.request.headers
      return JSON.stringify({ traceparent, tracestate })
    }`,
  }

  async function start(sampling?: Sampling) {
    const records: CallRecord[] = []
    const backlog = new Backlog(TRACING_BACKLOG_RECORDS)
    const take: TracingTarget['take'] = (batch) => {
      records.push(...batch)
      backlog.remove(batch.length)
    }
    gateway = await GatewayUnderTest.start(
      sampling === undefined ? {} : { tracing: { sampling, backlog, take } },
    )
    const route = await gateway.addRoute()
    await gateway.startInstance(route, ECHO)
    const ask = async (headers: Record<string, string> = {}) => {
      const { text } = await call(gateway!.port, `/${route.label}/x?secret=1`, { headers })
      return JSON.parse(JSON.parse(text).body ?? text)
    }
    return { gateway, route, records, ask }
  }

  it('passes on what the caller sends when nothing is traced, and adds nothing', async () => {
    const { ask } = await start()
    expect(await ask({ traceparent: SAMPLED, tracestate: 'a=1' })).toEqual({
      traceparent: SAMPLED,
      tracestate: 'a=1',
    })
    expect(await ask()).toEqual({ traceparent: '', tracestate: '' })
  })

  it('records a call, and its function is told of the span that it belongs to', async () => {
    const { ask, records, route } = await start(ALWAYS)
    const seen = await ask({ traceparent: SAMPLED })
    await until(() => records.length === 1)
    const [server, invocation] = spansOf(records[0]!)
    expect(server).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: PARENT_ID,
      kind: 'server',
      name: `GET ${route.namespace}/${route.name}`,
      isError: false,
    })
    expect(server!.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.path': `/${route.label}/x`,
      'client.address': '127.0.0.1',
      'latchkey.verdict': 'missing',
    })
    expect(invocation).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: server!.spanId,
      kind: 'client',
    })
    expect(seen.traceparent).toBe(`00-${TRACE_ID}-${invocation!.spanId}-01`)
  })

  it('records nothing of a call that is not sampled', async () => {
    const { ask, records, gateway } = await start(ALWAYS)
    await ask({ traceparent: UNSAMPLED })
    await ask({ traceparent: SAMPLED })
    await gateway.threads.stop(0)
    expect(records).toHaveLength(1)
  })

  it('records what it refuses, as an error only when that is its own', async () => {
    const { records, gateway } = await start(ALWAYS)
    await call(gateway.port, '/nowhere')
    await until(() => records.length === 1)
    const [server, ...others] = spansOf(records[0]!)
    expect(others).toEqual([])
    expect(server).toMatchObject({ name: 'GET', isError: false })
    expect(server!.attributes).toMatchObject({ 'error.type': 'function_not_found' })
  })
})
