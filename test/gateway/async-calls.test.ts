import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Calls } from '../../src/calls/calls.ts'
import type { AsyncCallsTarget } from '../../src/gateway/async-calls.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import {
  type Answer,
  answerOf,
  type CallOptions,
  call,
  GatewayUnderTest,
  open,
  until,
} from './harness.ts'

/** Answers with what it was given; fails as often as `x-fail` says. */
const FUNCTION = `
const tries = new Map()
export async function fetch(request) {
  const headers = Object.fromEntries(request.headers)
  const id = headers['latchkey-call-id']
  const count = (tries.get(id) ?? 0) + 1
  tries.set(id, count)
  const body = await request.text()
  if (count <= Number(headers['x-fail'] ?? 0)) {
    return new Response('not yet', { status: 503, headers: { 'retry-after': '0' } })
  }
  const own = { 'x-own': 'yes', 'set-cookie': 'a=b' }
  if (headers['x-status']) return new Response('as told', { status: Number(headers['x-status']), headers: own })
  const { pathname, search } = new URL(request.url)
  return Response.json({ method: request.method, path: pathname + search, headers, body }, { headers: own })
}
`

let folder: string
let calls: Calls
let gateway: GatewayUnderTest

async function start(overrides: Partial<AsyncCallsTarget> = {}): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-async-'))
  calls = new Calls({
    path: join(folder, 'calls.db'),
    rules: { attemptsMax: 3, firstDelayMs: 1, longestDelayMs: 5 },
    parallelMax: 8,
    parallelPerFunctionMax: 4,
    waitingMax: 100,
    waitingPerFunctionMax: 20,
    bytesMax: 64 * 1024 * 1024,
    keptMs: 60_000,
    deadKeptMs: 60_000,
    clock: systemClock,
    logger: silentLogger(),
    run: (run) => gateway.threads.run(run),
  })
  gateway = await GatewayUnderTest.start({
    domain: 'fn.example.org',
    asyncCalls: {
      desk: calls,
      bodyBytesMax: 100_000,
      answerBytesMax: 10_000,
      publicUrl: 'https://public.example.org/base',
      ...overrides,
    },
  })
  calls.start()
}

beforeAll(() => start())

afterAll(async () => {
  await calls.stop()
  await gateway[Symbol.asyncDispose]()
  await calls.close()
  await rm(folder, { recursive: true, force: true })
})

async function makeFunction(overrides = {}) {
  const route = await gateway.addRoute({ requiresKey: true, ...overrides })
  const { secret, key } = await gateway.addKey([route.functionId])
  await gateway.startInstance(route, { 'handler.mjs': FUNCTION })
  return { route, secret, key, path: `/${route.label}` }
}

function later(path: string, key: string | undefined, options: CallOptions = {}): Promise<Answer> {
  const headers = { prefer: 'respond-async', ...(key && { 'x-api-key': key }), ...options.headers }
  return call(gateway.port, path, { method: 'POST', ...options, headers })
}

async function inChunks(path: string, key: string, pieces: (string | Buffer)[]): Promise<Answer> {
  const headers = { prefer: 'respond-async', 'x-api-key': key, 'transfer-encoding': 'chunked' }
  const req = open(gateway.port, path, { method: 'POST', headers })
  for (const piece of pieces) req.write(piece)
  req.end()
  return await answerOf(req)
}

function ask(id: string, key: string | undefined, rest = '', method = 'GET'): Promise<Answer> {
  const headers = key === undefined ? {} : { 'x-api-key': key }
  return call(gateway.port, `/-/calls/${id}${rest}`, { method, headers })
}

async function ended(id: string, key?: string) {
  let view = JSON.parse((await ask(id, key)).text)
  await until(() => calls.find(id)!.view.endedAtMs !== null)
  view = JSON.parse((await ask(id, key)).text)
  return view
}

describe('a call with Prefer: respond-async', () => {
  it('is answered 202 with where to ask, and its answer is there afterwards', async () => {
    const { secret, path } = await makeFunction()
    const accepted = await later(`${path}/a/b?x=1`, secret, {
      body: '{"a":1}',
      headers: {
        'content-type': 'application/json',
        prefer: 'wait=1, respond-async',
        'latchkey-call-id': 'forged',
        'latchkey-call-attempt': '99',
      },
    })
    expect(accepted.status).toBe(202)
    const { id, state, status_url } = JSON.parse(accepted.text)
    expect(state).toBe('queued')
    expect(accepted.headers).toMatchObject({
      'preference-applied': 'respond-async',
      location: `/base/-/calls/${id}`,
      'cache-control': 'no-store',
    })
    expect(status_url).toBe(`/base/-/calls/${id}`)
    const view = await ended(id, secret)
    expect(view).toMatchObject({ id, state: 'succeeded', attempts: 1, status: 200, code: null })
    const result = await ask(id, secret, '/result')
    expect(result.status).toBe(200)
    expect(result.headers).toMatchObject({ 'x-own': 'yes', 'latchkey-call-id': id })
    expect(result.headers).not.toHaveProperty('set-cookie')
    const seen = JSON.parse(result.text)
    expect(seen.headers).toMatchObject({
      'latchkey-call-id': id,
      'latchkey-call-attempt': '1',
      'content-type': 'application/json',
      'content-length': '7',
      'x-forwarded-for': '127.0.0.1',
    })
    expect(seen.headers['latchkey-key-id']).toBeDefined()
    expect(seen.headers).not.toHaveProperty('prefer')
    expect(seen.headers).not.toHaveProperty('x-api-key')
  })

  it('keeps a body that comes in chunks, and one that is longer than what is repeated', async () => {
    const { secret, path } = await makeFunction()
    const chunked = await inChunks(path, secret, ['one,', 'two'])
    expect(chunked.status).toBe(202)
    const { id } = JSON.parse(chunked.text)
    await ended(id, secret)
    const seen = JSON.parse((await ask(id, secret, '/result')).text)
    expect(seen).toMatchObject({ body: 'one,two', headers: { 'content-length': '7' } })
    const long = JSON.parse((await later(path, secret, { body: 'y'.repeat(90_000) })).text)
    expect(await ended(long.id, secret)).toMatchObject({ state: 'succeeded', result_url: null })
    // The answer repeats it, and is too long to be kept.
    const result = await ask(long.id, secret, '/result')
    expect([result.status, JSON.parse(result.text).code]).toEqual([410, 'call_result_gone'])
  })

  it.each([
    ['without a key', undefined],
    ['with a wrong key', 'lk_nonsense'],
  ])('is refused %s, as any other', async (_title, key) => {
    const { path } = await makeFunction()
    const answer = await later(path, key)
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([401, 'key_required'])
  })

  it('is refused when its body is too large, whether it says so or not', async () => {
    const { secret, path } = await makeFunction()
    const body = Buffer.alloc(100_001)
    const said = await later(path, secret, { body })
    expect([said.status, JSON.parse(said.text).code]).toEqual([413, 'call_body_too_large'])
    const chunked = await inChunks(path, secret, [body, 'x'])
    expect([chunked.status, JSON.parse(chunked.text).code]).toEqual([413, 'call_body_too_large'])
  })

  it('is refused with when to repeat it, when too many of the function wait', async () => {
    const route = await gateway.addRoute({ requiresKey: false })
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => later(`/${route.label}`, undefined)),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(5)
    expect(refused[0]!.headers['retry-after']).toBe('5')
    expect(JSON.parse(refused[0]!.text).code).toBe('function_calls_full')
    await gateway.startInstance(route, { 'handler.mjs': FUNCTION })
    const ids = answers
      .filter(({ status }) => status === 202)
      .map(({ text }) => JSON.parse(text).id)
    await until(() => ids.every((id) => calls.find(id)!.view.state === 'succeeded'))
  })

  it('is tried again until it succeeds', async () => {
    const { secret, path } = await makeFunction()
    const { id } = JSON.parse((await later(path, secret, { headers: { 'x-fail': '2' } })).text)
    expect(await ended(id, secret)).toMatchObject({ state: 'succeeded', attempts: 3 })
    const seen = JSON.parse((await ask(id, secret, '/result')).text)
    expect(seen.headers['latchkey-call-attempt']).toBe('3')
  })

  it('is dead when it never does, with its last answer kept', async () => {
    const { secret, path } = await makeFunction()
    const { id } = JSON.parse((await later(path, secret, { headers: { 'x-fail': '9' } })).text)
    expect(await ended(id, secret)).toMatchObject({ state: 'dead', attempts: 3, status: 503 })
    expect((await ask(id, secret, '/result')).text).toBe('not yet')
  })

  it('has a 4xx of the function as its result', async () => {
    const { secret, path } = await makeFunction()
    const { id } = JSON.parse((await later(path, secret, { headers: { 'x-status': '422' } })).text)
    expect(await ended(id, secret)).toMatchObject({ state: 'failed', attempts: 1, status: 422 })
    const result = await ask(id, secret, '/result')
    expect([result.status, result.text, result.headers['x-own']]).toEqual([422, 'as told', 'yes'])
  })

  it('is dead without reaching the function when its key was deleted meanwhile', async () => {
    const route = await gateway.addRoute({ requiresKey: true, version: null })
    const { secret, key } = await gateway.addKey([route.functionId])
    // There is nothing to run it yet: it is refused like any other.
    expect((await later(`/${route.label}`, secret)).status).toBe(503)
    const live = await makeFunction()
    await gateway.change({ routes: [{ ...live.route, disabled: false }] })
    await calls.stop()
    const { id } = JSON.parse((await later(live.path, live.secret)).text)
    await gateway.change({ removedKeyIds: [live.key.keyId, key.keyId] })
    calls.start()
    await until(() => calls.find(id)!.view.state === 'dead')
    expect(calls.find(id)!.view).toMatchObject({ code: 'key_required', attempts: 1 })
    // Nobody has the key that could ask for it.
    expect((await ask(id, live.secret)).status).toBe(404)
  })

  it("answers with a full URL below the host of an endpoint, where every path is the function's", async () => {
    const { route, secret } = await makeFunction()
    const answer = await later('/-/calls/x', secret, {
      headers: { host: `${route.label}.fn.example.org` },
    })
    expect(answer.status).toBe(202)
    const { id } = JSON.parse(answer.text)
    expect(answer.headers.location).toBe(`https://public.example.org/base/-/calls/${id}`)
    await ended(id, secret)
    expect(JSON.parse((await ask(id, secret, '/result')).text).path).toBe('/-/calls/x')
  })

  it('is nothing new for a call that says it in another way, or not at all', async () => {
    const { secret, path } = await makeFunction()
    for (const prefer of ['return=minimal', 'respond-asynchronously', 'x-respond-async']) {
      const answer = await later(path, secret, { headers: { prefer } })
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.text).headers.prefer).toBe(prefer)
    }
  })

  it('keeps its key out of what is on the disk', async () => {
    const { secret, path } = await makeFunction()
    const { id } = JSON.parse((await later(path, secret)).text)
    await ended(id, secret)
    const { readFile } = await import('node:fs/promises')
    for (const file of ['calls.db', 'calls.db-wal']) {
      expect((await readFile(join(folder, file))).includes(secret)).toBe(false)
    }
  })
})

describe('what became of a call', () => {
  it('is told to nobody with another key, in the words for a call that there is not', async () => {
    const { route, secret, path } = await makeFunction()
    const other = await gateway.addKey([route.functionId])
    const { id } = JSON.parse((await later(path, secret)).text)
    await ended(id, secret)
    const unknown = await ask(`call_${'0'.repeat(27)}`, secret)
    expect(unknown.status).toBe(404)
    const without = (answer: Answer) => ({ ...JSON.parse(answer.text), request_id: '' })
    for (const key of [undefined, other.secret, 'lk_nonsense']) {
      for (const rest of ['', '/result']) {
        const answer = await ask(id, key, rest)
        expect([answer.status, without(answer)]).toEqual([404, without(unknown)])
      }
      expect((await ask(id, key, '', 'DELETE')).status).toBe(404)
    }
  })

  it('is told to whoever knows its id, where no key was needed', async () => {
    const { path } = await makeFunction({ requiresKey: false })
    const { id } = JSON.parse((await later(path, undefined)).text)
    expect(await ended(id)).toMatchObject({ state: 'succeeded' })
  })

  it('is not there before there is a result, and a call can be cancelled until then', async () => {
    const { secret, path } = await makeFunction()
    await calls.stop()
    const { id } = JSON.parse((await later(path, secret)).text)
    const early = await ask(id, secret, '/result')
    expect([early.status, JSON.parse(early.text).code]).toEqual([409, 'call_not_ended'])
    expect((await ask(id, secret, '', 'DELETE')).status).toBe(204)
    expect((await ask(id, secret)).status).toBe(404)
    calls.start()
    const second = JSON.parse((await later(path, secret)).text).id
    await ended(second, secret)
    const late = await ask(second, secret, '', 'DELETE')
    expect([late.status, JSON.parse(late.text).code]).toEqual([409, 'call_under_way'])
  })

  it('is asked with GET, HEAD and DELETE only', async () => {
    const { secret, path } = await makeFunction()
    const { id } = JSON.parse((await later(path, secret)).text)
    await ended(id, secret)
    expect((await ask(id, secret, '/result', 'HEAD')).text).toBe('')
    expect((await ask(id, secret, '', 'PUT')).status).toBe(405)
    expect((await ask(id, secret, '/else')).status).toBe(404)
  })
})
