import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { until } from '../gateway/harness.ts'
import { call, NAMESPACE, operator } from '../helpers/operator.ts'
import { OtlpCollector, type ReceivedSpan } from '../helpers/otlp-collector.ts'
import { cleanUp, launch, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

/** Says what it can see of the server's tracing. */
const SEEN = `exports.handler = (event) => JSON.stringify({
  traceparent: event.extensions.request.get('traceparent'),
  environment: Object.keys(process.env).filter((name) => name.startsWith('OTEL_')),
})`
const COLLECTOR_SECRET = 'a-secret-of-the-collector'

describe('with an access log on standard output and a collector of traces', () => {
  let collector: OtlpCollector
  let server: TestServer
  let endpoint: string
  let secret: string
  let apiSecret: string
  const unknownKey = mintKeySecret()

  beforeAll(async () => {
    collector = await OtlpCollector.start()
    server = await startServer({
      env: {
        LATCHKEY_ACCESS_LOG: 'stdout',
        LATCHKEY_ACCESS_LOG_QUERY: 'true',
        LATCHKEY_GATEWAY_THREADS: '2',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=${COLLECTOR_SECRET}`,
        OTEL_SERVICE_NAME: 'the-service',
        OTEL_BSP_SCHEDULE_DELAY: '50',
      },
    })
    const op = operator(server)
    await op.makeNamespace()
    endpoint = (await op.makeFunction('seen', SEEN)).endpoint
    secret = await op.makeKey('tester', ['seen'])
    ;[, apiSecret] = TEST_TOKEN.split('$') as [string, string]
  })
  afterAll(async () => {
    await cleanUp(server)
    await collector.stop()
  })

  const linesOf = (): Record<string, unknown>[] =>
    server
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))

  it('sends the spans of a call, and the function knows the span that it is called by', async () => {
    const response = await fetch(endpoint, { headers: { 'x-api-key': secret } })
    const requestId = response.headers.get('x-request-id')
    const seen = (await response.json()) as { traceparent: string; environment: string[] }
    const of = (span: ReceivedSpan) => span.attributes['latchkey.request.id'] === requestId
    await until(() => collector.spans.some(of))
    const root = collector.spans.find(of)!
    const family = collector.spans.filter((span) => span.traceId === root.traceId)
    const invocation = family.find((span) => span.name === `invoke ${NAMESPACE}/seen`)!
    expect(root).toMatchObject({ name: `GET ${NAMESPACE}/seen`, kind: 2, status: 0 })
    expect(root.parentSpanId).toBeUndefined()
    expect(root.resource).toMatchObject({ 'service.name': 'the-service', 'latchkey.role': 'data' })
    expect(invocation).toMatchObject({ kind: 3, parentSpanId: root.spanId })
    for (const span of family.filter((span) => span !== root)) {
      expect(span.parentSpanId).toBe(root.spanId)
      expect(span.startMs).toBeGreaterThanOrEqual(root.startMs)
      expect(span.endMs).toBeLessThanOrEqual(root.endMs + 0.001)
    }
    expect(seen.traceparent).toBe(`00-${root.traceId}-${invocation.spanId}-01`)
    expect(seen.environment).toEqual([])
    await until(() => linesOf().some((line) => line.request_id === requestId))
    expect(linesOf().find((line) => line.request_id === requestId)).toMatchObject({
      trace_id: root.traceId,
      key_name: 'tester',
      status: 200,
    })
  })

  it('sends spans of the REST API and of builds, and what the collector wants to see', async () => {
    const route = 'POST /cloud/v1/faas/keys/:project_id/:region_id'
    await until(() => collector.named(route).length > 0)
    expect(collector.named(route)[0]!.resource).toMatchObject({ 'latchkey.role': 'control' })
    await until(() => collector.spans.some((span) => span.name.startsWith('build nodejs')))
    expect(collector.headers[0]!.authorization).toBe(COLLECTOR_SECRET)
  })

  it('shows no secret anywhere, wherever it was put', async () => {
    const { origin } = new URL(endpoint)
    for (const url of [`${endpoint}/${secret}?key=${secret}`, `${origin}/${unknownKey}`]) {
      const headers = { 'x-api-key': unknownKey, 'user-agent': secret, referer: `/${unknownKey}` }
      await (await fetch(url, { headers })).arrayBuffer()
    }
    await fetch(`${server.apiUrl}/cloud/v1/faas/keys/1/1/${secret}`, {
      headers: { authorization: `apikey ${TEST_TOKEN}` },
    })
    const last = await fetch(`${origin}/the-last-one`)
    const lastId = last.headers.get('x-request-id')
    await until(() => linesOf().some((line) => line.request_id === lastId))
    await until(() => collector.text.includes(lastId!))
    await until(() => collector.spans.some((span) => span.name.startsWith('GET /cloud/')))
    expect(collector.text).toContain('lk_[redacted]')
    for (const planted of [secret, unknownKey, apiSecret, COLLECTOR_SECRET]) {
      expect(collector.text.includes(planted)).toBe(false)
      expect((server.stdout() + server.stderr()).includes(planted)).toBe(false)
    }
  })

  it('goes on serving when the collector fails', async () => {
    collector.status = 500
    for (let i = 0; i < 20; i++) expect(await call(endpoint, secret)).toBe(200)
    await until(() => server.stderr().includes('spans could not be sent'))
    expect(server.stderr().includes(COLLECTOR_SECRET)).toBe(false)
  })
})

describe('with an access log in a file', () => {
  it('has a line for every call when the server has stopped, whole ones only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lk-log-'))
    const path = join(folder, 'access.log')
    const server = await startServer({
      env: { LATCHKEY_ACCESS_LOG: path, LATCHKEY_GATEWAY_THREADS: '2' },
    })
    try {
      const ids = await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const response = await fetch(`${server.gatewayUrl}/nothing-here/${i}`)
          await response.arrayBuffer()
          return response.headers.get('x-request-id')
        }),
      )
      expect(await server.stop()).toBe(0)
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
      const logged = lines.map((line) => (JSON.parse(line) as { request_id: string }).request_id)
      expect(logged.sort()).toEqual(ids.sort())
      // A server without any of OpenTelemetry's variables asks nobody for spans.
      expect(server.stderr()).not.toContain('tracing')
    } finally {
      await cleanUp(server)
      rmSync(folder, { recursive: true })
    }
  })

  it('is refused at the start, with a sentence, when it cannot be written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lk-log-'))
    const isFolder = join(folder, 'folder')
    mkdirSync(isFolder)
    for (const path of [join(folder, 'missing/access.log'), isFolder]) {
      const server = launch({ env: { LATCHKEY_ACCESS_LOG: path } })
      const code = await new Promise((resolve) => server.process.once('exit', resolve))
      expect(code).toBe(78)
      expect(server.stderr()).toMatch(
        /^The access log .* cannot be written .*LATCHKEY_ACCESS_LOG\.\n$/,
      )
      rmSync(server.dataDir, { recursive: true })
    }
    rmSync(folder, { recursive: true })
  })
})
