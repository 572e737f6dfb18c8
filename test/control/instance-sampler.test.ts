import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InstanceSampler } from '../../src/control/instance-sampler.ts'
import { readInstances } from '../../src/store/instances.ts'
import { type Rig, startRig } from './harness.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

async function highest(functionId: string): Promise<number[]> {
  const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
  const rows = await readInstances(rig.store.db, functionId, {
    step: 'minute',
    range,
    rowsMax: 100,
  })
  return rows.map((row) => row.highest)
}

function sampler() {
  const { store, nodes, clock } = rig
  const warn = vi.fn()
  const logger = { info: vi.fn(), warn, error: vi.fn() }
  return { warn, sampler: new InstanceSampler({ store, nodes, clock, logger }) }
}

describe('counting instances', () => {
  it('notes how many the functions have that have any, also those that are starting', async () => {
    rig.nodes.counts = new Map([
      ['busy', { total: 3, ready: 2 }],
      ['idle', { total: 0, ready: 0 }],
    ])
    const { sampler: counting } = sampler()
    await counting.sample()
    rig.clock.advance(60_000)
    rig.nodes.counts = new Map([['busy', { total: 1, ready: 1 }]])
    await counting.sample()
    expect(await highest('busy')).toEqual([3, 1])
    expect(await highest('idle')).toEqual([])
  })

  it('writes nothing while nothing runs', async () => {
    const transaction = vi.spyOn(rig.store.db, 'transaction')
    await sampler().sampler.sample()
    expect(transaction).not.toHaveBeenCalled()
    transaction.mockRestore()
  })

  it('goes on after a failure, which is logged', async () => {
    const { sampler: counting, warn } = sampler()
    const status = vi.spyOn(rig.nodes, 'status').mockRejectedValueOnce(new Error('away'))
    await counting.sample()
    expect(warn).toHaveBeenCalledOnce()
    status.mockRestore()
    rig.nodes.counts = new Map([['busy', { total: 1, ready: 1 }]])
    await counting.sample()
    expect(await highest('busy')).toEqual([1])
  })

  it('happens in the middle of each minute until it is stopped', async () => {
    const toFake = ['setTimeout', 'clearTimeout'] as const
    vi.useFakeTimers({ toFake: [...toFake] })
    try {
      const { sampler: counting } = sampler()
      const before = rig.nodes.statusCalls
      counting.start()
      const intoMs = rig.clock.now() % 60_000
      const advance = (ms: number) => {
        rig.clock.advance(ms)
        vi.advanceTimersByTime(ms)
      }
      advance((90_000 - intoMs) % 60_000)
      expect(rig.nodes.statusCalls).toBe(before + 1)
      advance(60_000)
      expect(rig.nodes.statusCalls).toBe(before + 2)
      await counting.stop()
      advance(600_000)
      expect(rig.nodes.statusCalls).toBe(before + 2)
    } finally {
      vi.useRealTimers()
    }
  })
})
