import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StreamEvent } from '../../src/client/event-stream.ts'
import type { LogQuery } from '../../src/client/functions.ts'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, processEnd, startServer, type TestServer } from '../helpers/server.ts'

const TALKER = `exports.handler = async (event) => {
  const count = Number(event.extensions.request.query.count ?? 1)
  const text = event.extensions.request.query.text ?? 'line'
  for (let i = 0; i < count; i++) console.log(text, i)
  console.error('done', text)
  return 'ok'
}`

let server: TestServer
let op: ReturnType<typeof operator>

beforeAll(async () => {
  server = await startServer()
  op = operator(server)
  await op.makeNamespace()
})
afterAll(() => cleanUp(server))

const make = (name: string) => op.makeFunction(name, TALKER, { enable_api_key: false })
const named = (name: string) => ({ namespace: NAMESPACE, name })

async function call(endpoint: string, query: string): Promise<string> {
  const response = await fetch(`${endpoint}?${query}`)
  expect(await response.text()).toBe('ok')
  return response.headers.get('x-request-id')!
}

/** The messages that a follower is told, as they come. */
class Follower {
  readonly messages: string[] = []
  lastEventId: string | undefined
  ended = false
  readonly #stop = new AbortController()
  readonly #reading: Promise<void>

  constructor(name: string, query: LogQuery = {}, lastEventId?: string) {
    const { signal } = this.#stop
    const options = lastEventId === undefined ? { signal } : { signal, lastEventId }
    this.#reading = this.#read(op.client.functions.followLogs(SCOPE, named(name), query, options))
  }

  async until(isThere: (messages: readonly string[]) => boolean): Promise<void> {
    await expect.poll(() => isThere(this.messages), { timeout: 30_000, interval: 20 }).toBe(true)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#reading
  }

  async #read(events: AsyncGenerator<StreamEvent>): Promise<void> {
    try {
      for await (const { event, id, data } of events) {
        if (event === 'end') this.ended = true
        if (event !== 'line') continue
        this.lastEventId = id
        const line = JSON.parse(data)
        if (line.Stream !== 'system') this.messages.push(line.Message)
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    }
  }
}

describe('a request id of an answer', () => {
  it('finds the lines that were written for it, and no others', async () => {
    const { endpoint } = await make('found')
    const ids: string[] = []
    for (const text of ['one', 'two', 'three']) ids.push(await call(endpoint, `text=${text}`))
    const ask = (query: object) => op.client.functions.logs(SCOPE, named('found'), query)
    await expect
      .poll(async () => (await ask({ request_id: ids[1]! })).logs.map((line) => line.Message))
      .toEqual(['two 0', 'done two'])
    const [out, err] = (await ask({ request_id: ids[1]! })).logs
    expect(out).toMatchObject({ RequestId: ids[1], Stream: 'stdout', VersionNumber: '1' })
    expect(out!.Version).toMatch(/^[0-9a-f]{8}$/)
    expect(err).toMatchObject({ Stream: 'stderr', Pod: out!.Pod })
    expect((await ask({ request_id: ids[1], stream: 'stderr' })).logs).toHaveLength(1)
    expect((await ask({ instance: out!.Pod, since: '1h' })).logs.length).toBeGreaterThan(6)
    expect((await ask({ instance: 'nobody' })).logs).toEqual([])
    expect((await ask({ until: '1h' })).logs).toEqual([])
  })
})

describe('what makes no sense', () => {
  it('is refused with the field named', async () => {
    await make('strict')
    const refusal = (query: object) =>
      op.client.functions.logs(SCOPE, named('strict'), query).catch((error) => error)
    for (const [field, value] of [
      ['since', 'yesterday'],
      ['until', '2026-13-01T00:00:00Z'],
      ['stream', 'stdin'],
      ['instance', '../etc'],
      ['request_id', 'two words'],
      ['limit', 0],
    ]) {
      const error = await refusal({ [field as string]: value })
      expect(error).toMatchObject({ status: 400, code: 'invalid_parameter' })
      expect(error.fields[0].field).toBe(field)
    }
    expect(await refusal({ since: '1m', until: '1h' })).toMatchObject({ status: 400 })
    expect(await refusal({ follow: true, until: '1h' })).toMatchObject({ status: 400 })
  })
})

describe('following', () => {
  it('tells the newest lines and those that come, and goes on after a break where it was', async () => {
    const { endpoint } = await make('talker')
    await call(endpoint, 'count=5&text=before')
    const first = new Follower('talker', { limit: 3 })
    await first.until((messages) => messages.includes('done before'))
    const calls = Array.from({ length: 20 }, (_, i) => call(endpoint, `count=100&text=t${i}`))
    await first.until((messages) => messages.length > 500)
    await first.stop()
    await Promise.all(calls)
    const second = new Follower('talker', {}, first.lastEventId)
    await second.until((messages) => first.messages.length + messages.length >= 3 + 20 * 101)
    await second.stop()
    const told = [...first.messages, ...second.messages]
    expect(told.slice(0, 3)).toEqual(['before 3', 'before 4', 'done before'])
    const wanted = calls.flatMap((_, i) => [
      ...Array.from({ length: 100 }, (_, n) => `t${i} ${n}`),
      `done t${i}`,
    ])
    expect(told.slice(3).sort()).toEqual(wanted.sort())
  })

  it('tells only what is asked for', async () => {
    const { endpoint } = await make('filtered')
    const follower = new Follower('filtered', { stream: 'stderr' })
    await call(endpoint, 'count=10&text=a')
    await call(endpoint, 'count=10&text=b')
    await follower.until((messages) => messages.length >= 2)
    expect(follower.messages).toEqual(['done a', 'done b'])
    await follower.stop()
  })

  it('goes on when the data role is killed, and what was written a moment before is kept', async () => {
    const { endpoint } = await make('lasting')
    const follower = new Follower('lasting')
    await call(endpoint, 'count=100&text=before')
    await follower.until((messages) => messages.length === 101)
    const { data } = server.pids()
    process.kill(data, 'SIGKILL')
    await processEnd(data)
    // A connection of before the kill may be tried first.
    const again = () => call(endpoint, 'count=100&text=after').catch(() => '')
    await expect.poll(again, { timeout: 30_000 }).toMatch(/^req_/)
    await follower.until((messages) => messages.length === 202)
    expect(follower.messages.slice(-1)).toEqual(['done after'])
    const { logs } = await op.client.functions.logs(SCOPE, named('lasting'), { stream: 'stdout' })
    expect(logs).toHaveLength(200)
    await follower.stop()
  })

  it('ends when the function is deleted', async () => {
    const { endpoint } = await make('leaving')
    await call(endpoint, 'text=last')
    const follower = new Follower('leaving')
    await follower.until((messages) => messages.includes('done last'))
    await op.finished(await op.client.functions.delete(SCOPE, named('leaving')))
    await expect.poll(() => follower.ended, { timeout: 30_000 }).toBe(true)
    await follower.stop()
  })
})
