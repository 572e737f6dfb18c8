import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideScaling,
  type InstanceLoad,
  type ScalingInput,
} from '../../src/domain/autoscaling.ts'

function instance(id: string, rest: Partial<InstanceLoad> = {}): InstanceLoad {
  return { id, state: 'ready', inFlight: 0, lastUsedMs: 0, ...rest }
}

function decide(rest: Partial<ScalingInput> = {}) {
  return decideScaling({
    bounds: { minInstances: 0, maxInstances: 5 },
    instances: [],
    queued: 0,
    slotsPerInstance: 10,
    idleTimeoutMs: 60_000,
    retryAtMs: 0,
    nowMs: 60_000,
    ...rest,
  })
}

const NOTHING = { start: 0, stopIdle: [], drain: [] }

describe('decideScaling', () => {
  test('starts what the queue needs and is not on its way', () => {
    expect(decide({ queued: 1 }).start).toBe(1)
    expect(decide({ queued: 11 }).start).toBe(2)
    expect(decide({ queued: 11, instances: [instance('a', { state: 'starting' })] }).start).toBe(1)
    expect(decide({ queued: 1000 }).start).toBe(5)
  })

  test('adds to what is in flight', () => {
    expect(decide({ queued: 1, instances: [instance('a', { inFlight: 10 })] }).start).toBe(1)
    expect(decide({ queued: 1, instances: [instance('a', { inFlight: 9 })] }).start).toBe(0)
  })

  test('keeps the minimum up', () => {
    const bounds = { minInstances: 2, maxInstances: 5 }
    expect(decide({ bounds }).start).toBe(2)
    expect(decide({ bounds, instances: [instance('a'), instance('b')] })).toEqual(NOTHING)
  })

  test('one that is leaving holds its place until it has ended', () => {
    const bounds = { minInstances: 0, maxInstances: 1 }
    const leaving = instance('a', { state: 'leaving' })
    expect(decide({ bounds, queued: 1, instances: [leaving] }).start).toBe(0)
    expect(decide({ bounds, queued: 1 }).start).toBe(1)
  })

  test('starts nothing before the time after failed starts', () => {
    expect(decide({ queued: 1, retryAtMs: 60_001 }).start).toBe(0)
    expect(decide({ queued: 1, retryAtMs: 60_000 }).start).toBe(1)
  })

  test('stops those unused for the idle time, the longest unused first', () => {
    const instances = [instance('b', { lastUsedMs: 1 }), instance('a'), instance('c')]
    expect(decide({ instances }).stopIdle).toEqual(['a', 'c'])
    const bounds = { minInstances: 1, maxInstances: 5 }
    expect(decide({ instances: [instance('a'), instance('b')], bounds }).stopIdle).toEqual(['a'])
    expect(decide({ instances: [instance('a', { inFlight: 1 })] })).toEqual(NOTHING)
  })

  test('drains what is above a lowered maximum, the least used first', () => {
    const bounds = { minInstances: 0, maxInstances: 1 }
    const instances = [
      instance('a', { inFlight: 2, lastUsedMs: 9 }),
      instance('b', { inFlight: 1 }),
    ]
    expect(decide({ bounds, instances }).drain).toEqual(['b'])
  })

  test('never has more processes than the maximum, nor stops below the minimum', () => {
    const instances = fc.array(
      fc.record({
        id: fc.uuid(),
        state: fc.constantFrom('starting', 'ready', 'leaving'),
        inFlight: fc.nat(10),
        lastUsedMs: fc.nat(60_000),
      }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), instances, fc.nat(300), (min, more, list, queued) => {
        const bounds = { minInstances: min, maxInstances: min + more + 1 }
        const decision = decide({ bounds, instances: list as InstanceLoad[], queued })
        const stopped = decision.stopIdle.length + decision.drain.length
        const live = list.filter((i) => i.state !== 'leaving').length
        if (decision.start > 0) {
          expect(list.length + decision.start).toBeLessThanOrEqual(bounds.maxInstances)
        }
        if (stopped > 0) expect(live - stopped).toBeGreaterThanOrEqual(min)
        expect(decision.start === 0 || stopped === 0).toBe(true)
      }),
    )
  })
})
