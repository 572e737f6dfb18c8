import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry, Route } from '../../src/domain/routes.ts'
import { batchRows, USAGE_FIELDS } from '../../src/domain/usage.ts'
import {
  ACCESS_LOG_BACKLOG_BYTES,
  AccessLog,
  type AccessLogTarget,
} from '../../src/gateway/access-log.ts'
import type { EndedCall } from '../../src/gateway/ended-call.ts'
import { readRequestHead } from '../../src/gateway/request-head.ts'
import { Backlog } from '../../src/lib/backlog.ts'
import { call, exchangeRaw, GatewayUnderTest, open, routeOf, until } from './harness.ts'

type Line = Record<string, unknown>

/** Takes lines as the writer would. */
class Taken {
  readonly backlog = new Backlog(ACCESS_LOG_BACKLOG_BYTES)
  text = ''
  count = 0

  readonly take = (lines: Uint8Array, count: number): void => {
    this.text += Buffer.from(lines).toString('utf8')
    this.count += count
    this.backlog.remove(lines.length)
  }

  target(withQuery = false): AccessLogTarget {
    return { withQuery, backlog: this.backlog, take: this.take }
  }

  get lines(): Line[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  }

  async line(fits: (line: Line) => boolean = () => true): Promise<Line> {
    await until(() => this.lines.some(fits))
    return this.lines.find(fits)!
  }
}

function endedCall(overrides: Partial<EndedCall> & { rawHeaders?: string[] } = {}): EndedCall {
  const { rawHeaders = ['Host', 'localhost'], ...rest } = overrides
  return {
    requestId: 'req_000000000001',
    method: 'GET',
    url: '/hello',
    httpVersion: '1.1',
    head: readRequestHead(rawHeaders),
    remoteAddress: '192.0.2.1',
    proto: 'http',
    route: undefined,
    verdict: undefined,
    key: undefined,
    status: 200,
    code: undefined,
    isWhole: true,
    bytesReceived: 0,
    bytesSent: 0,
    startedAtMs: performance.now(),
    durationMs: 1.5,
    gatheredMs: 0,
    queuedMs: 0,
    isCold: false,
    instanceId: undefined,
    ...rest,
  }
}

/** The lines of one thread's log for the calls. */
function written(calls: readonly EndedCall[], withQuery = false): Taken {
  const taken = new Taken()
  const log = new AccessLog({ withQuery, backlog: taken.backlog.buffer }, taken.take)
  for (const each of calls) log.ended(each)
  log.flush()
  return taken
}

const lineOf = (overrides: Parameters<typeof endedCall>[0], withQuery = false): Line =>
  written([endedCall(overrides)], withQuery).lines[0]!

describe('a line of the access log', () => {
  it('is one JSON object in printable ASCII that has what was sent, whatever that was', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const text = fc.array(byte, { maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes))
    const nasty = fc.oneof(text, fc.constantFrom('"}\n{"status":200', '\\', '\u2028', '\\u0022'))
    fc.assert(
      fc.property(nasty, nasty, nasty, fc.string({ unit: 'binary' }), (path, host, agent, name) => {
        const key = { id: 'k1', name, expireMs: null, isAwaited: false }
        const rawHeaders = ['Host', host, 'User-Agent', agent]
        const taken = written([endedCall({ url: `/${path}`, key, rawHeaders })], true)
        expect(taken.text).toMatch(/^[ -~]*\n$/)
        const line = taken.lines[0]!
        expect(line.path).toBe(`/${path}`)
        expect(line.host ?? '').toBe(host)
        expect(line.user_agent ?? '').toBe(agent)
        // A lone surrogate is no character; it comes back as JSON has it.
        expect(line.key_name).toBe(JSON.parse(JSON.stringify(name)))
      }),
      { numRuns: 500 },
    )
  })

  it('has its numbers as they are', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (received, sent, ms) => {
          const line = lineOf({ bytesReceived: received, bytesSent: sent, durationMs: ms })
          expect(line).toMatchObject({ bytes_in: received, bytes_out: sent })
          expect(line.duration_ms).toBeCloseTo(ms, 2)
        },
      ),
    )
  })

  it('has the time at which the request began, in UTC', () => {
    const before = Date.now()
    const line = lineOf({ startedAtMs: performance.now() - 90_000 })
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Math.abs(Date.parse(line.time as string) - (before - 90_000))).toBeLessThan(10_000)
  })

  it('leaves out query strings, unless they are asked for', () => {
    const rawHeaders = ['Host', 'h', 'Referer', 'https://example.org/page?token=abc#part']
    const call = { url: '/hello?password=abc', rawHeaders }
    expect(lineOf(call)).toMatchObject({ path: '/hello', referer: 'https://example.org/page' })
    expect(lineOf(call, true)).toMatchObject({
      path: '/hello?password=abc',
      referer: 'https://example.org/page?token=abc#part',
    })
  })

  it('never has a name and a password that stand before a host', () => {
    const rawHeaders = ['Host', 'h', 'Referer', 'https://user:hush@example.org/page']
    const line = lineOf({ url: 'http://user:hush@example.org/a@b', rawHeaders }, true)
    expect(line).toMatchObject({
      path: 'http://example.org/a@b',
      referer: 'https://example.org/page',
    })
  })

  it('never has the secret of a key, wherever it was put', () => {
    const secret = mintKeySecret()
    const encoded = secret.replace('_', '%5F')
    const rawHeaders = ['Host', secret, 'User-Agent', `a${secret}b`, 'Referer', `/${encoded}`]
    const calls = [
      endedCall({ url: `/${secret}/x?key=${secret}`, rawHeaders }),
      endedCall({ url: '/other' }),
    ]
    const taken = written(calls, true)
    expect(taken.text).not.toContain(secret.slice(3))
    expect(taken.lines[0]).toMatchObject({
      path: '/lk_[redacted]/x?key=lk_[redacted]',
      host: 'lk_[redacted]',
      user_agent: 'alk_[redacted]b',
      referer: '/lk_[redacted]',
    })
    expect(taken.lines[1]).toMatchObject({ path: '/other' })
  })

  it('has the trace id of a valid traceparent, and of no other', () => {
    const id = '0af7651916cd43dd8448eb211c80319c'
    const valid = `00-${id}-b7ad6b7169203331-00`
    const line = (...values: string[]) =>
      lineOf({ rawHeaders: ['Host', 'h', ...values.flatMap((value) => ['traceparent', value])] })
    expect(line(valid).trace_id).toBe(id)
    expect(line(`01${valid.slice(2)}-later`).trace_id).toBe(id)
    for (const wrong of [
      [`00-${'0'.repeat(32)}-b7ad6b7169203331-00`],
      [`00-${id}-${'0'.repeat(16)}-00`],
      [`ff-${id}-b7ad6b7169203331-00`],
      [`${valid}-more`],
      [valid.toUpperCase()],
      [valid, valid],
      [''],
    ]) {
      expect(line(...wrong)).not.toHaveProperty('trace_id')
    }
  })

  it('may be longer than a whole batch', () => {
    const url = `/${'"'.repeat(100_000)}`
    const taken = written([endedCall(), endedCall({ url }), endedCall()])
    expect(taken.lines.map((line) => (line.path as string).length)).toEqual([6, 100_001, 6])
  })
})

describe('the access log of a thread', () => {
  it('drops and counts lines, and keeps serving, when nobody takes them', () => {
    const backlog = new Backlog(ACCESS_LOG_BACKLOG_BYTES)
    let bytes = 0
    let lines = 0
    const log = new AccessLog({ withQuery: false, backlog: backlog.buffer }, (batch, count) => {
      bytes += batch.length
      lines += count
    })
    const call = endedCall({ url: `/${'x'.repeat(2000)}` })
    for (let i = 0; i < 10_000; i++) log.ended(call)
    log.flush()
    expect(bytes).toBeLessThanOrEqual(ACCESS_LOG_BACKLOG_BYTES)
    expect(lines + backlog.dropped).toBe(10_000)
    expect(backlog.dropped).toBeGreaterThan(0)
  })
})

describe('the gateway', () => {
  let gateway: GatewayUnderTest | undefined
  afterEach(async () => {
    await gateway?.[Symbol.asyncDispose]()
    gateway = undefined
  })

  const HELLO = { 'handler.js': "exports.handler = async () => 'hello'" }

  async function start(taken: Taken, overrides: Partial<Route> = {}) {
    gateway = await GatewayUnderTest.start({ accessLog: taken.target() })
    const route = await gateway.addRoute({ requiresKey: true, ...overrides })
    const { secret, key } = await gateway.addKey([route.functionId])
    return { gateway, route, secret, key }
  }

  it('writes a line for a call that a function has answered', async () => {
    const taken = new Taken()
    const { gateway, route, secret, key } = await start(taken)
    const instance = await gateway.startInstance(route, HELLO)
    const answer = await call(gateway.port, `/${route.label}/greet?x=1`, {
      method: 'POST',
      body: 'abc',
      headers: { 'x-api-key': secret, 'user-agent': 'tests/1' },
    })
    const line = await taken.line()
    expect(line).toMatchObject({
      request_id: answer.headers['x-request-id'],
      method: 'POST',
      host: `127.0.0.1:${gateway.port}`,
      path: `/${route.label}/greet`,
      status: 200,
      verdict: 'allowed',
      namespace: route.namespace,
      function: route.name,
      version: route.version!.id,
      key_id: key.keyId,
      key_name: key.name,
      client: '127.0.0.1',
      protocol: 'HTTP/1.1',
      bytes_in: 3,
      bytes_out: answer.body.length,
      cold: false,
      instance: instance.id,
      whole: true,
      user_agent: 'tests/1',
    })
    expect(line).not.toHaveProperty('error')
  })

  it('names the key of a call that it refused, when the key is known', async () => {
    const taken = new Taken()
    const { gateway, route } = await start(taken)
    const { secret, key } = await gateway.addKey([])
    await call(gateway.port, `/${route.label}`, { headers: { 'x-api-key': secret } })
    expect(await taken.line()).toMatchObject({
      status: 401,
      error: 'key_required',
      verdict: 'not-granted',
      key_id: key.keyId,
      key_name: key.name,
    })
    await call(gateway.port, '/nowhere')
    const nowhere = await taken.line((line) => line.path === '/nowhere')
    expect(nowhere).toMatchObject({ status: 404, error: 'function_not_found' })
    expect(nowhere).not.toHaveProperty('verdict')
  })

  it('says what was wrong with a key that its caller is told nothing of', async () => {
    const taken = new Taken()
    const { gateway, route } = await start(taken)
    const other = { id: route.functionId, methods: ['POST'], paths: [] }
    const wrong: [verdict: string, error: string, members: Partial<KeyEntry>][] = [
      ['disabled', 'key_required', { isDisabled: true }],
      ['not-yet', 'key_required', { notBeforeMs: Date.now() + 60_000 }],
      ['expired', 'key_required', { expireMs: Date.now() - 1 }],
      ['not-permitted', 'key_not_permitted', { functionIds: [], limited: [other] }],
    ]
    for (const [verdict, error, members] of wrong) {
      const { secret, key } = await gateway.addKey([route.functionId], members)
      await call(gateway.port, `/${route.label}`, { headers: { 'x-api-key': secret } })
      const line = await taken.line((one) => one.verdict === verdict)
      expect([line.error, line.key_id]).toEqual([error, key.keyId])
    }
    await until(() => gateway.usage.length > 0)
    const counts = gateway.usage
      .flatMap((batch) => [...batchRows(batch)])
      .flatMap((row) => USAGE_FIELDS.filter((_, i) => row.counts[i]! > 0))
    const counted = ['disabled', 'not_yet', 'expired', 'not_permitted']
    expect(counts).toEqual(expect.arrayContaining(counted))
  })

  it('says that a caller left, and that a call waited for an instance', async () => {
    const taken = new Taken()
    const { gateway, route, secret } = await start(taken)
    const req = open(gateway.port, `/${route.label}`, { headers: { 'x-api-key': secret } })
    req.on('error', () => {
      // The test's own doing.
    })
    req.end()
    await gateway.message((message) => message.type === 'demand' && message.queued === 1)
    req.destroy()
    const line = await taken.line()
    expect(line).toMatchObject({ status: 0, whole: false, cold: true })
    expect(line.queued_ms).toBeGreaterThan(0)
  })

  it('writes a line for what never became a call', async () => {
    const taken = new Taken()
    const { gateway, route } = await start(taken)
    await exchangeRaw(gateway.port, 'no HTTP at all\r\n\r\n')
    const broken = await taken.line((line) => line.error === 'malformed_request')
    expect(broken).toMatchObject({ status: 400, client: '127.0.0.1' })
    const upgrade = `GET /${route.label}?secret=1 HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`
    await exchangeRaw(gateway.port, upgrade)
    expect(await taken.line((line) => line.status === 501)).toMatchObject({
      method: 'GET',
      path: `/${route.label}`,
      error: 'upgrade_not_supported',
    })
  })

  it('says what a caller got whose body was broken', async () => {
    const taken = new Taken()
    const { gateway, route, secret } = await start(taken)
    const head = `POST /${route.label} HTTP/1.1\r\nHost: h\r\nX-API-Key: ${secret}\r\n`
    await exchangeRaw(gateway.port, `${head}Transfer-Encoding: chunked\r\n\r\nno size\r\n`)
    expect(await taken.line()).toMatchObject({
      status: 400,
      error: 'malformed_request',
      function: route.name,
      whole: true,
    })
    expect(taken.lines).toHaveLength(1)
  })

  it('cannot be made to write a line of the caller', async () => {
    const taken = new Taken()
    const { gateway } = await start(taken)
    const forged = '"}\\n{"status":200,"path":"/forged'
    const agent = `x\t\xff\xfe\x80${forged}`
    await exchangeRaw(
      gateway.port,
      `GET /a${forged.replaceAll(' ', '')}\xc3\x28 HTTP/1.1\r\nHost: h\r\nUser-Agent: ${agent}\r\nConnection: close\r\n\r\n`,
    )
    await taken.line()
    expect(taken.lines).toHaveLength(1)
    expect(taken.text).toMatch(/^[ -~]+\n$/)
  })

  it('hands on every line before a thread has ended', async () => {
    const taken = new Taken()
    const { gateway, route } = await start(taken)
    for (let i = 0; i < 5; i++) await call(gateway.port, `/${route.label}/${i}`)
    await gateway.threads.stop(0)
    expect(taken.lines.map((line) => line.path)).toEqual(
      [0, 1, 2, 3, 4].map((i) => `/${route.label}/${i}`),
    )
    expect(taken.count).toBe(5)
  })
})

it('has no place for a route that is not there yet', () => {
  const line = lineOf({ route: routeOf({ version: null }) })
  expect(line).toHaveProperty('function')
  expect(line).not.toHaveProperty('version')
})
