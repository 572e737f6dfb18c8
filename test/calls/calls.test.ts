import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/lib/clock.ts'
import { answered, CallsUnderTest, newCall, until } from './harness.ts'

async function accept(under: CallsUnderTest, functionId = 'f', overrides = {}): Promise<string> {
  const outcome = await under.calls.accept(newCall(functionId, overrides))
  if (outcome.kind !== 'accepted') throw new Error(outcome.code)
  return outcome.id
}

describe('a call that is kept', () => {
  it('is run once with what it was sent with, and its answer is kept', async () => {
    await using under = await CallsUnderTest.start()
    const id = await accept(under)
    expect(id).toMatch(/^call_[0-9A-Za-z]{27}$/)
    expect(under.calls.find(id)?.view).toMatchObject({ state: 'queued', attempts: 0, bodyBytes: 3 })
    under.calls.start()
    const { run, end } = await under.begun(0)
    expect(run).toMatchObject({
      id,
      attempt: 1,
      call: { functionId: 'f', request: newCall().request },
    })
    expect([...run.call.body!]).toEqual([1, 2, 3])
    expect(under.calls.find(id)?.view.state).toBe('running')
    end(answered(201, ['content-type', 'text/plain']))
    const view = await under.settled(id, ({ state }) => state === 'succeeded')
    expect(view).toMatchObject({ attempts: 1, status: 201, code: null })
    const { answer } = under.calls.find(id)!
    expect(answer!.headers).toEqual(['content-type', 'text/plain'])
    expect(Buffer.from(answer!.body).toString()).toBe('status 201')
    expect(under.runs).toHaveLength(1)
  })

  it('lies in a file that only its owner may read', async () => {
    await using under = await CallsUnderTest.start()
    const { mode } = await stat(join(under.folder, 'calls.db'))
    expect(mode & 0o777).toBe(0o600)
  })

  it('ends with a refusal of the function, which is a result', async () => {
    await using under = await CallsUnderTest.start()
    const id = await accept(under)
    under.calls.start()
    ;(await under.begun(0)).end(answered(404))
    expect((await under.settled(id, ({ endedAtMs }) => endedAtMs !== null)).state).toBe('failed')
  })

  it.each([500, 503, 408, 429])('is tried again after a %i, and then is dead', async (status) => {
    await using under = await CallsUnderTest.start()
    const id = await accept(under)
    under.calls.start()
    for (let i = 0; i < 3; i++) {
      const { run, end } = await under.begun(i)
      expect(run.attempt).toBe(i + 1)
      end(answered(status))
    }
    const view = await under.settled(id, ({ state }) => state === 'dead')
    expect(view).toMatchObject({ attempts: 3, status, code: 'attempts_exhausted' })
    expect(
      under.calls.list({ functionId: 'f', state: 'dead', limit: 10, offset: 0 }),
    ).toMatchObject({
      count: 1,
      results: [{ id }],
    })
  })

  it('is dead at once when its key does not open the function any more', async () => {
    await using under = await CallsUnderTest.start()
    const id = await accept(under)
    under.calls.start()
    const { end } = await under.begun(0)
    end({ ...answered(401), code: 'key_required' } as never)
    expect(await under.settled(id, ({ state }) => state === 'dead')).toMatchObject({
      attempts: 1,
      code: 'key_required',
    })
  })

  it('goes on from the disk after a kill, the try that was under way again', async () => {
    await using under = await CallsUnderTest.start()
    const first = await accept(under)
    under.calls.start()
    await under.begun(0)
    const second = await accept(under)
    under.reopen()
    expect(under.calls.find(first)?.view).toMatchObject({ state: 'retrying', attempts: 1 })
    expect(under.calls.find(second)?.view.state).toMatch(/queued|retrying/)
    under.calls.start()
    await until(() => under.runs.length === 2)
    const again = under.runs.find(({ run }) => run.id === first)!
    expect(again.run.attempt).toBe(2)
    for (const { end } of under.runs) end(answered(200))
    await under.settled(first, ({ state }) => state === 'succeeded')
    await under.settled(second, ({ state }) => state === 'succeeded')
  })

  it('is dead when the process was killed with it again and again', async () => {
    await using under = await CallsUnderTest.start()
    const id = await accept(under)
    for (let i = 0; i <= 10; i++) {
      under.calls.start()
      await under.begun(0)
      under.reopen()
    }
    expect(under.calls.find(id)?.view).toMatchObject({ state: 'dead', code: 'interrupted' })
  })

  it('is kept once under one id', async () => {
    await using under = await CallsUnderTest.start()
    const id = `call_${'0'.repeat(27)}`
    await Promise.all([accept(under, 'f', { id }), accept(under, 'f', { id })])
    expect(
      under.calls.list({ functionId: 'f', state: undefined, limit: 10, offset: 0 }).count,
    ).toBe(1)
    under.calls.start()
    ;(await under.begun(0)).end(answered(200))
    await under.settled(id, ({ state }) => state === 'succeeded')
    expect(await accept(under, 'f', { id })).toBe(id)
    expect(under.calls.find(id)?.view.state).toBe('succeeded')
    expect(under.runs).toHaveLength(1)
  })

  it('can be cancelled as long as it waits', async () => {
    await using under = await CallsUnderTest.start()
    const id = await accept(under)
    expect(await under.calls.cancel(id)).toBe('cancelled')
    expect(await under.calls.cancel(id)).toBe('unknown')
    const other = await accept(under)
    under.calls.start()
    const { run, end } = await under.begun(0)
    expect(run.id).toBe(other)
    expect(await under.calls.cancel(other)).toBe('under-way')
    end(answered(200))
    await under.settled(other, ({ state }) => state === 'succeeded')
    expect(await under.calls.cancel(other)).toBe('ended')
  })

  it('is tried again from the beginning when an operator wants it', async () => {
    await using under = await CallsUnderTest.start({
      rules: { attemptsMax: 1, firstDelayMs: 1, longestDelayMs: 1 },
    })
    const id = await accept(under)
    under.calls.start()
    ;(await under.begun(0)).end(answered(500))
    await under.settled(id, ({ state }) => state === 'dead')
    expect(await under.calls.retry(id)).toBe(true)
    const { run, end } = await under.begun(1)
    expect([...run.call.body!]).toEqual([1, 2, 3])
    end(answered(200))
    await under.settled(id, ({ state }) => state === 'succeeded')
    expect(await under.calls.retry(id)).toBe(false)
  })

  it('is forgotten when it has been kept for its time', async () => {
    const clock = new ManualClock(1_000_000)
    await using under = await CallsUnderTest.start({ clock })
    const id = await accept(under)
    under.calls.start()
    ;(await under.begun(0)).end(answered(200))
    await under.settled(id, ({ state }) => state === 'succeeded')
    clock.advance(59_999)
    expect(await under.calls.prune()).toBe(0)
    clock.advance(1)
    expect(await under.calls.prune()).toBe(1)
    expect(under.calls.find(id)).toBeUndefined()
  })
})

describe('many calls', () => {
  it('run so many at a time, of one function fewer, and functions take turns', async () => {
    await using under = await CallsUnderTest.start({ parallelMax: 3, parallelPerFunctionMax: 2 })
    for (let i = 0; i < 20; i++) await accept(under, 'long')
    await accept(under, 'short')
    under.calls.start()
    await under.begun(2)
    const began = under.runs.map(({ run }) => run.call.functionId)
    expect(began.sort()).toEqual(['long', 'long', 'short'])
    let done = 0
    await until(() => {
      for (; done < under.runs.length; done++) under.runs[done]!.end(answered(200))
      return done === 21
    })
    expect(new Set(under.runs.map(({ run }) => run.id)).size).toBe(21)
  })

  it('are refused beyond the bounds, and taken again when there is room', async () => {
    await using under = await CallsUnderTest.start({ waitingMax: 3, waitingPerFunctionMax: 2 })
    const outcomes = await Promise.all([1, 2, 3].map(() => under.calls.accept(newCall('f'))))
    expect(outcomes[2]).toEqual({ kind: 'refused', code: 'function_calls_full' })
    await accept(under, 'g')
    expect(await under.calls.accept(newCall('h'))).toEqual({ kind: 'refused', code: 'calls_full' })
    under.calls.start()
    ;(await under.begun(0)).end(answered(200))
    await until(() => under.runs.length === 3)
    const { id } = under.runs[0]!.run
    await under.settled(id, ({ state }) => state === 'succeeded')
    expect((await under.calls.accept(newCall('h'))).kind).toBe('accepted')
  })

  it('are refused when they would take more than the disk is to give', async () => {
    await using under = await CallsUnderTest.start({ bytesMax: 1000 })
    const large = newCall('f', { body: new Uint8Array(2000) })
    expect(await under.calls.accept(large)).toEqual({ kind: 'refused', code: 'calls_full' })
    expect((await under.calls.accept(newCall('f'))).kind).toBe('accepted')
    const mostOfIt = newCall('f', { body: new Uint8Array(450) })
    expect(await under.calls.accept(mostOfIt)).toMatchObject({ code: 'function_calls_full' })
    expect((await under.calls.accept({ ...mostOfIt, functionId: 'g' })).kind).toBe('accepted')
  })

  it('count as what they are after a kill', async () => {
    await using under = await CallsUnderTest.start()
    for (let i = 0; i < 5; i++) await accept(under)
    under.reopen()
    const part = [...under.calls.metrics()].find(({ metric }) => metric === 'calls')
    expect(part!.samples).toContainEqual({ labels: ['queued'], value: 5 })
  })
})
