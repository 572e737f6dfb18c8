import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { InstanceConnection } from '../../../src/wire/connection.ts'
import { ShimFailure, type ShimLauncher, ShimProcess } from '../../helpers/shim.ts'
import { type Answer, call, startCall } from '../../wire/call.ts'
import {
  BODY_CASES,
  type Case,
  FAILURE_CASES,
  JSON_CASES,
  LOG_CASES,
  REQUEST_CASES,
  RESPONSE_CASES,
  RETURN_CASES,
  STREAM_CASES,
} from './cases.ts'

export interface Probe {
  readonly launcher: ShimLauncher
  readonly folder: string
  readonly entry: string
  /** `handler` unless it is said. */
  readonly method?: string
  /** A file of this language that does not compile. */
  readonly broken: {
    readonly entry: string
    readonly text: string
    /** Where a file is compiled before there is a process to start; rejects with a ShimFailure. */
    readonly start?: () => Promise<unknown>
  }
  /** What `/data` answers without a body, where that is not an empty object. */
  readonly emptyData?: unknown
}

const MIB = 1024 * 1024

/** What every shim must do, whatever its language: run against a real instance of the probe. */
export function conformance(probe: Probe): void {
  const { language } = probe.launcher
  let shim: ShimProcess
  let connection: InstanceConnection

  const start = () => ShimProcess.start({ ...probe, envs: { ASSIGNED: 'a b' } })

  beforeAll(async () => {
    shim = await start()
    connection = await shim.connect()
  })
  afterAll(() => shim?.[Symbol.asyncDispose]())

  const table = (name: string, cases: readonly Case[]) =>
    describe(`${language}: ${name}`, () => {
      test.each(cases)('$title', async (one) => {
        const isOwn = one.isWithoutBody === true && probe.emptyData !== undefined
        const expected = isOwn ? { ...one, json: probe.emptyData } : one
        check(await call(connection, one.input), expected)
      })
    })

  table('bodies', BODY_CASES)
  table('malformed JSON', JSON_CASES)
  table('return values', RETURN_CASES)
  table('streams', STREAM_CASES)
  table('responses', RESPONSE_CASES)
  table('failures', FAILURE_CASES)
  table('requests', REQUEST_CASES)

  describe(`${language}: logs`, () => {
    test.each(LOG_CASES)('lines of $kind carry the request id', async ({ kind, stream, lines }) => {
      const id = `req_log_${kind}`
      await call(connection, { target: `/log/${kind}`, headers: { 'latchkey-request-id': id } })
      for (const text of lines) {
        expect(await shim.line(text)).toEqual({ stream, text: `\x1e${id}\x1f${text}` })
      }
    })

    test('a line of a request without an id has no prefix', async () => {
      const { launcher, ...rest } = probe
      await using own = await ShimProcess.start({ launcher, ...rest })
      await call(await own.connect(), { target: '/log/stdout' })
      expect((await own.line('a line on stdout')).text).toBe('a line on stdout')
    })

    test('the log has the whole error, the answer has nothing of it', async () => {
      const answer = await call(connection, {
        target: '/fail/throw',
        headers: { 'latchkey-request-id': 'req_thrown' },
      })
      expect(answer).toMatchObject({ outcome: 'handler-error', rawHeaders: [] })
      const prefix = '\x1ereq_thrown\x1f'
      // Which of its lines has the reason is told by the language.
      await vi.waitFor(() => {
        const own = shim.lines.filter(({ text }) => text.startsWith(prefix))
        expect(own.map(({ text }) => text).join('\n')).toContain('secret reason')
        expect(own.every(({ stream }) => stream === 'stderr')).toBe(true)
      })
    })
  })

  describe(`${language}: what a caller does not send of an event`, () => {
    const event = async () =>
      JSON.parse((await call(connection, { target: '/event' })).body.toString())

    test('is made: an id of its own, and the time', async () => {
      const sentMs = Date.now()
      const [first, second] = [await event(), await event()]
      expect(first).toMatchObject({ id: expect.any(String), type: null, namespace: null })
      expect(first.id).not.toBe('')
      expect(second.id).not.toBe(first.id)
      expect(first.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
      expect(Date.parse(first.time)).toBeGreaterThan(sentMs - 2_000)
      expect(Date.parse(first.time)).toBeLessThan(Date.now() + 2_000)
    })

    test('is, for an id, that of the request', async () => {
      const headers = { 'latchkey-request-id': 'req_event' }
      const { body } = await call(connection, { target: '/event', headers })
      expect(JSON.parse(body.toString()).id).toBe('req_event')
    })
  })

  describe(`${language}: many requests`, () => {
    test('module state lives as long as the instance', async () => {
      const first = Number((await call(connection, { target: '/count' })).body)
      expect(Number((await call(connection, { target: '/count' })).body)).toBe(first + 1)
    })

    test('two hundred at once each get their own answer', async () => {
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          call(connection, { method: 'POST', target: '/echo', body: `body ${i}` }),
        ),
      )
      expect(answers.map((answer) => answer.body.toString())).toEqual(
        answers.map((_, i) => `body ${i}`),
      )
    })

    test('failures disturb nobody else', async () => {
      const mixed = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          call(connection, { target: i % 2 ? '/fail/later' : '/return/async-string' }),
        ),
      )
      expect(mixed.map((answer) => answer.outcome)).toEqual(
        mixed.map((_, i) => (i % 2 ? 'handler-error' : 'ended')),
      )
    })

    test('two gateway threads are served on connections of their own', async () => {
      const other = await shim.connect(3)
      const before = shim.begunId(3)
      expect(before).toBe(0)
      const [a, b] = await Promise.all([
        call(connection, { target: '/return/string' }),
        call(other, { target: '/return/string' }),
      ])
      expect([a.outcome, b.outcome]).toEqual(['ended', 'ended'])
      expect(shim.begunId(3)).toBe(1)
    })

    test('the marker file has the id of the newest request that was begun', async () => {
      const { stream, answer } = startCall(connection, { target: '/return/string' })
      await answer
      expect(shim.begunId(0)).toBe(stream.id)
    })

    test('a request whose body is not JSON is never begun', async () => {
      const before = shim.begunId(0)
      await call(connection, JSON_CASES[0]!.input)
      expect(shim.begunId(0)).toBe(before)
    })

    test('a ping is answered', async () => {
      await connection.ping()
    })
  })

  describe(`${language}: large bodies`, () => {
    test.each([1, 65_535, 65_536, 65_537, 262_144, 300_000, 3 * MIB])(
      '%i bytes go there and back unchanged',
      async (bytes) => {
        const body = Buffer.alloc(bytes)
        for (let i = 0; i < bytes; i++) body[i] = (i * 31 + (i >> 8)) & 255
        const answer = await call(connection, { method: 'POST', target: '/echo', body })
        expect(answer.headers['content-length']).toBe(String(bytes))
        expect(answer.body.equals(body)).toBe(true)
      },
    )

    test('a body that comes in pieces is whole', async () => {
      const { stream, answer } = startCall(connection, {
        method: 'POST',
        target: '/data',
        headers: { 'content-type': 'application/json' },
        body: '{"a"',
        isOpen: true,
      })
      stream.write(Buffer.from(':'))
      await new Promise(setImmediate)
      stream.write(Buffer.from('1}'))
      stream.end()
      expect(JSON.parse((await answer).body.toString())).toEqual({ kind: 'json', value: { a: 1 } })
    })

    test('a reader that does not read stops only its own stream', async () => {
      let received = 0
      const slow = connection.request('GET\n/endless-stream', undefined, true, {
        onHead: (_status, _headers, body) => {
          received += body?.length ?? 0
        },
        onData: (chunk) => {
          received += chunk.length
        },
        onWritable: () => {},
        onFailure: () => {},
        onLost: () => {},
      })
      const other = await call(connection, { target: `/stream/${2 * MIB}` })
      expect(other.body.length).toBe(2 * MIB)
      await connection.ping()
      expect(received).toBe(256 * 1024)
      slow.cancel('caller-gone')
      await shim.line('stream stopped')
    })
  })

  describe(`${language}: cancellation`, () => {
    test('reaches the handler, and the instance goes on', async () => {
      const { stream } = startCall(connection, {
        target: '/until-cancelled',
        headers: { 'latchkey-request-id': 'req_cancelled' },
      })
      await shim.line('\x1ereq_cancelled\x1fwaiting')
      stream.cancel('timeout')
      await shim.line('\x1ereq_cancelled\x1fcancelled')
      expect((await call(connection, { target: '/return/string' })).outcome).toBe('ended')
    })

    test('a connection that closes cancels its requests', async () => {
      const own = await shim.connect(5)
      const { answer } = startCall(own, {
        target: '/until-cancelled',
        headers: { 'latchkey-request-id': 'req_closed' },
      })
      await shim.line('\x1ereq_closed\x1fwaiting')
      own.close()
      expect((await answer).outcome).toBe('lost')
      await shim.line('\x1ereq_closed\x1fcancelled')
    })

    test('before the body is whole keeps the handler from being begun', async () => {
      const { stream } = startCall(connection, {
        method: 'POST',
        target: '/count',
        body: 'part',
        isOpen: true,
      })
      stream.cancel('caller-gone')
      await connection.ping()
      expect(shim.begunId(0)).toBeLessThan(stream.id)
    })
  })

  describe(`${language}: life`, () => {
    test('STOP lets what is in flight finish, then the process exits', async () => {
      await using own = await start()
      const own0 = await own.connect()
      const { stream, answer } = startCall(own0, {
        method: 'POST',
        target: '/echo',
        body: 'a',
        isOpen: true,
      })
      await own0.ping()
      const exit = own.stop()
      stream.write(Buffer.from('b'))
      stream.end()
      expect((await answer).body.toString()).toBe('ab')
      expect(await exit).toBe(0)
    })

    test('PING on the control channel is answered, however busy the instance is with others', async () => {
      const { stream } = startCall(connection, { target: '/until-cancelled' })
      await shim.ping()
      stream.cancel('caller-gone')
      await shim.ping()
    })

    test('an idle instance exits at once on STOP', async () => {
      await using own = await start()
      await own.connect()
      expect(await own.stop()).toBe(0)
    })

    test('the process exits when its control channel closes', async () => {
      await using own = await start()
      await own.connect()
      expect(await own.closeControl()).toBe(0)
    })

    test('a file that does not compile fails with the reason', async () => {
      const { entry, text } = probe.broken
      const started =
        probe.broken.start?.() ??
        ShimProcess.start({ launcher: probe.launcher, files: { [entry]: text }, entry })
      await expect(started).rejects.toThrow(entry)
      await expect(started).rejects.toBeInstanceOf(ShimFailure)
    })

    test('a method that is not there fails with its name', async () => {
      await expect(ShimProcess.start({ ...probe, method: 'absent' })).rejects.toThrow(/absent/)
    })
  })
}

function check(answer: Answer, one: Case): void {
  expect(answer.outcome).toBe(one.outcome ?? 'ended')
  if (answer.outcome === 'ended') expect(answer.status).toBe(one.status ?? 200)
  if (one.json !== undefined) expect(JSON.parse(answer.body.toString())).toEqual(one.json)
  if (typeof one.body === 'string') expect(answer.body.toString()).toBe(one.body)
  else if (one.body !== undefined) expect(answer.body).toEqual(Buffer.from(one.body))
  for (const [name, value] of Object.entries(one.headers ?? {})) {
    expect(answer.headers[name] ?? null, name).toBe(value)
  }
  if (one.isOneFrame) {
    expect(answer.frames).toBe(1)
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
  }
}
