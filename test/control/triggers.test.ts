import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TriggerScheduler } from '../../src/control/trigger-scheduler.ts'
import type { AcceptOutcome, CallView, NewCall } from '../../src/domain/calls.ts'
import type { TriggerInput } from '../../src/domain/trigger.ts'
import type { NodeCalls } from '../../src/feed/node-calls.ts'
import { CONTEXT, createNamespace, helloFunction, type Rig, SCOPE, startRig } from './harness.ts'

const FN = { namespace: 'demo', name: 'hello' }
const MINUTE_MS = 60_000

/** A data node that keeps each call once, under its id. */
class HandMadeCalls implements NodeCalls {
  readonly calls = new Map<string, NewCall>()
  given = 0
  outcome: AcceptOutcome | { kind: 'no-node' } | undefined

  async list() {
    return { count: 0, results: [] }
  }
  async find(id: string) {
    return this.calls.has(id) ? ({ state: 'queued', code: null } as CallView) : undefined
  }
  async retry() {
    return false
  }
  async remove() {
    return false
  }
  async submit(call: NewCall & { readonly id: string }) {
    this.given += 1
    if (this.outcome !== undefined) return this.outcome
    this.calls.set(call.id, call)
    return { kind: 'accepted' as const, id: call.id }
  }
}

let rig: Rig
let node: HandMadeCalls
let scheduler: TriggerScheduler

beforeEach(async () => {
  node = new HandMadeCalls()
  rig = await startRig({ started: false, deps: { calls: node } })
  scheduler = schedulerOf(rig)
  await createNamespace(rig)
  await rig.control.functions.create(CONTEXT, SCOPE, 'demo', helloFunction('hello'))
  // To the begin of a minute.
  rig.clock.advance(MINUTE_MS - (rig.clock.now() % MINUTE_MS))
})
afterEach(() => rig.close())

function schedulerOf({ store }: Rig): TriggerScheduler {
  const logger = { info() {}, warn() {}, error() {} }
  return new TriggerScheduler({ store, calls: node, host: '127.0.0.1:8081', logger })
}

function input(overrides: Partial<TriggerInput> = {}): TriggerInput {
  return {
    name: 'nightly',
    schedule: '* * * * *',
    timezone: 'UTC',
    method: 'POST',
    path: '/work?x=1',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
    enabled: true,
    ...overrides,
  }
}

const triggers = {
  create: (overrides: Partial<TriggerInput> = {}) =>
    rig.control.triggers.create(CONTEXT, SCOPE, FN, input(overrides)),
  get: () => rig.control.triggers.get(SCOPE, FN, 'nightly'),
  update: (patch: Partial<TriggerInput>) =>
    rig.control.triggers.update(CONTEXT, SCOPE, FN, 'nightly', patch),
}

describe('a trigger', () => {
  it('makes a call of each tick, with what it says', async () => {
    const { trigger } = await triggers.create()
    expect(trigger.nextRunAtMs).toBe(rig.clock.now() + MINUTE_MS)
    await scheduler.tick()
    expect(node.calls.size).toBe(0)
    for (let i = 1; i <= 3; i++) {
      rig.clock.advance(MINUTE_MS)
      await scheduler.tick()
      await scheduler.tick()
      expect(node.calls.size).toBe(i)
    }
    const call = [...node.calls.values()][0]!
    expect(call).toMatchObject({ trigger: 'nightly', keyId: null, keyDigest: null })
    expect(call.request).toMatchObject({ method: 'POST', target: '/work?x=1' })
    expect(call.request.fields).toBe('\nhost\n127.0.0.1:8081\ncontent-type\napplication/json')
    expect(Buffer.from(call.body!).toString()).toBe('{"a":1}')
    expect((await triggers.get()).lastRun).toMatchObject({
      atMs: rig.clock.now(),
      callId: [...node.calls.keys()].at(-1),
      state: 'queued',
    })
  })

  it('makes up for the newest tick alone that was missed, and for none that is long past', async () => {
    await triggers.create()
    rig.clock.advance(20 * MINUTE_MS + 30_000)
    await scheduler.tick()
    expect(node.calls.size).toBe(1)
    expect((await triggers.get()).lastRun!.atMs).toBe(rig.clock.now() - 30_000)
    await triggers.update({ schedule: '0 * * * *' })
    const { nextRunAtMs } = (await triggers.get()).trigger
    rig.clock.advance(nextRunAtMs! - rig.clock.now() + 6 * MINUTE_MS)
    await scheduler.tick()
    expect(node.calls.size).toBe(1)
    expect((await triggers.get()).lastRun).toMatchObject({ state: 'skipped', reason: 'missed' })
    expect((await triggers.get()).trigger.nextRunAtMs).toBe(nextRunAtMs! + 60 * MINUTE_MS)
  })

  it('skips what its function could not answer, and runs no more when it is disabled itself', async () => {
    await triggers.create()
    await rig.control.functions.update(CONTEXT, SCOPE, FN, { disabled: true })
    rig.clock.advance(MINUTE_MS)
    await scheduler.tick()
    expect((await triggers.get()).lastRun).toMatchObject({
      state: 'skipped',
      reason: 'function_disabled',
    })
    await rig.control.functions.update(CONTEXT, SCOPE, FN, { disabled: false })
    expect((await triggers.update({ enabled: false })).trigger.nextRunAtMs).toBeNull()
    rig.clock.advance(MINUTE_MS)
    await scheduler.tick()
    expect(node.given).toBe(0)
    await triggers.update({ enabled: true })
    rig.clock.advance(MINUTE_MS)
    await scheduler.tick()
    expect(node.calls.size).toBe(1)
  })

  it('is neither lost nor doubled when control ends between the claim and the node', async () => {
    await triggers.create()
    rig.clock.advance(MINUTE_MS)
    // The node has it, and control never heard so.
    const { submit } = node
    node.submit = async (call) => {
      await submit.call(node, call)
      throw new Error('the connection was lost')
    }
    await scheduler.tick()
    expect(node.calls.size).toBe(1)
    node.submit = submit
    expect((await triggers.get()).lastRun?.state).toBe('claimed')
    // Somebody else takes it over, after a while.
    await schedulerOf(rig).tick()
    expect(node.given).toBe(1)
    rig.clock.advance(5_000)
    await schedulerOf(rig).tick()
    expect(node.given).toBe(2)
    expect(node.calls.size).toBe(1)
    expect((await triggers.get()).lastRun?.state).toBe('queued')
  })

  it('waits for a data node, and gives a run up when none comes', async () => {
    const { trigger } = await triggers.create({ schedule: '0 * * * *' })
    node.outcome = { kind: 'no-node' }
    rig.clock.advance(trigger.nextRunAtMs! - rig.clock.now())
    await scheduler.tick()
    rig.clock.advance(5 * MINUTE_MS)
    await scheduler.tick()
    expect((await triggers.get()).lastRun).toMatchObject({
      state: 'failed',
      reason: 'no_data_node',
    })
  })

  it('runs at once when an operator wants it, also when it is disabled', async () => {
    await triggers.create({ enabled: false })
    const id = await rig.control.triggers.run(CONTEXT, SCOPE, FN, 'nightly')
    expect([...node.calls.keys()]).toEqual([id])
  })

  it('goes with its function', async () => {
    await triggers.create()
    await rig.control.functions.delete(CONTEXT, SCOPE, FN)
    await rig.control.functions.create(CONTEXT, SCOPE, 'demo', helloFunction('hello'))
    rig.clock.advance(MINUTE_MS)
    await scheduler.tick()
    expect(node.given).toBe(0)
    await expect(triggers.get()).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['schedule', { schedule: '99 * * * *' }],
    ['timezone', { timezone: 'Nowhere/City' }],
    ['headers.authorization', { headers: { authorization: 'Bearer x' } }],
    ['headers.x-api-key', { headers: { 'x-api-key': 'x' } }],
    ['headers.x_api_key', { headers: { x_api_key: 'x' } }],
    ['headers.latchkey-key-id', { headers: { 'latchkey-key-id': 'x' } }],
    ['headers.content-length', { headers: { 'content-length': '1' } }],
    ['headers.x-a', { headers: { 'x-a': 'b\r\nc: d' } }],
  ])('is refused for its %s', async (field, overrides) => {
    await expect(triggers.create(overrides as never)).rejects.toMatchObject({
      code: 'invalid_body',
      fields: [{ field }],
    })
  })

  it('has a name of its own among those of its function', async () => {
    await triggers.create()
    await expect(triggers.create()).rejects.toMatchObject({ code: 'name_taken' })
  })
})

describe('two control processes on one database', () => {
  it('make one call of each tick together', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `trigger-${i}`)
    for (const name of names) await triggers.create({ name })
    const clock = new SharedArrayBuffer(8)
    const now = new Float64Array(clock)
    now[0] = rig.clock.now()
    const file = new URL('./scheduler-thread.ts', import.meta.url)
    const threads = Array.from(
      { length: 2 },
      () => new Worker(file, { workerData: { path: rig.path, clock } }),
    )
    await Promise.all(threads.map((thread) => once(thread, 'message')))
    const ROUNDS = 20
    for (let round = 0; round < ROUNDS; round++) {
      now[0] += MINUTE_MS
      const ticked = threads.map((thread) => once(thread, 'message'))
      for (const thread of threads) thread.postMessage('tick')
      await Promise.all(ticked)
    }
    const ended = threads.map((thread) => once(thread, 'message'))
    for (const thread of threads) thread.postMessage('end')
    const submitted = (await Promise.all(ended)).map(([{ submitted }]) => submitted as string[])
    expect(submitted.flat()).toHaveLength(ROUNDS * names.length)
    expect(new Set(submitted.flat()).size).toBe(ROUNDS * names.length)
  })
})
