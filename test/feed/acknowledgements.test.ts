import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Acknowledgements, FORGET_AFTER_MS } from '../../src/feed/acknowledgements.ts'
import type { KnownNode } from '../../src/feed/nodes.ts'

const LIMIT_MS = 10_000
const SLACK_MS = 2_000
const YEAR_MS = 365 * 86_400_000

let told: KnownNode[][]
beforeEach(() => {
  told = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function start(known: readonly KnownNode[] = []): Acknowledgements {
  return new Acknowledgements(known, (nodes) => void told.push([...nodes]))
}

/** A node that has applied revision 1. */
function joined(acks: Acknowledgements, name: string, staleAfterMs: number): void {
  void acks.join({ name, boot: 'b1', revision: 1, staleAfterMs })
  acks.report(name, 1)
}

describe('a node that may serve without end', () => {
  it('counts while it is connected, however silent, and for a minute afterwards', () => {
    const acks = start()
    joined(acks, 'n', 0)
    vi.advanceTimersByTime(YEAR_MS)
    expect(acks.laggards(2)).toEqual(['n'])
    acks.lose('n')
    vi.advanceTimersByTime(FORGET_AFTER_MS - 1)
    expect(acks.laggards(2)).toEqual(['n'])
    vi.advanceTimersByTime(1)
    expect(acks.laggards(2)).toEqual([])
    expect(told.at(-1)).toEqual([])
  })

  it('counts again without end when it comes back in time', () => {
    const acks = start([{ name: 'n', staleAfterMs: 0 }])
    vi.advanceTimersByTime(FORGET_AFTER_MS - 1)
    joined(acks, 'n', 0)
    vi.advanceTimersByTime(10 * FORGET_AFTER_MS)
    expect(acks.laggards(2)).toEqual(['n'])
  })
})

describe('a node that may serve for a time', () => {
  it('counts for that time after its last word, connected or not', () => {
    for (const isLost of [false, true]) {
      const acks = start()
      joined(acks, 'n', LIMIT_MS)
      vi.advanceTimersByTime(LIMIT_MS)
      acks.report('n', 1)
      vi.advanceTimersByTime(5_000)
      if (isLost) acks.lose('n')
      vi.advanceTimersByTime(LIMIT_MS + SLACK_MS - 5_001)
      expect(acks.laggards(2)).toEqual(['n'])
      vi.advanceTimersByTime(1)
      expect(acks.laggards(2)).toEqual([])
      expect(acks.standings().map(({ counts }) => counts)).toEqual(isLost ? [] : [false])
    }
  })

  it('counts again with its next word', () => {
    const acks = start()
    joined(acks, 'n', LIMIT_MS)
    vi.advanceTimersByTime(LIMIT_MS + SLACK_MS)
    expect(acks.laggards(2)).toEqual([])
    acks.report('n', 1)
    expect(acks.laggards(2)).toEqual(['n'])
    vi.advanceTimersByTime(LIMIT_MS + SLACK_MS)
    expect(acks.laggards(2)).toEqual([])
  })

  it('is waited for no longer than that', async () => {
    const acks = start()
    joined(acks, 'n', LIMIT_MS)
    const waited = acks.wait(2, 10 * LIMIT_MS)
    await vi.advanceTimersByTimeAsync(LIMIT_MS + SLACK_MS)
    expect(await waited).toEqual({ revision: 2, laggards: [] })
  })

  it('counts from when control was started, if it was known then', () => {
    const acks = start([{ name: 'n', staleAfterMs: LIMIT_MS }])
    vi.advanceTimersByTime(LIMIT_MS + SLACK_MS - 1)
    expect(acks.laggards(0)).toEqual(['n'])
    vi.advanceTimersByTime(1)
    expect(acks.laggards(0)).toEqual([])
  })

  it('may have a year', () => {
    const acks = start()
    joined(acks, 'n', YEAR_MS)
    vi.advanceTimersByTime(YEAR_MS)
    expect(acks.laggards(2)).toEqual(['n'])
    vi.advanceTimersByTime(SLACK_MS)
    expect(acks.laggards(2)).toEqual([])
  })
})

describe('a node', () => {
  it('is kept before it is given anything to serve by', async () => {
    const kept = Promise.withResolvers<void>()
    const acks = new Acknowledgements([], () => kept.promise)
    let isJoined = false
    const joining = acks.join({ name: 'n', boot: 'b', revision: 0, staleAfterMs: 0 }).then(() => {
      isJoined = true
    })
    await vi.advanceTimersByTimeAsync(1_000)
    expect([isJoined, acks.laggards(0)]).toEqual([false, ['n']])
    kept.resolve()
    await joining
    expect(isJoined).toBe(true)
  })

  it('that was put back to an older state has to apply anew what it had once', () => {
    const acks = start()
    joined(acks, 'n', 0)
    acks.report('n', 9)
    void acks.join({ name: 'n', boot: 'b2', revision: 3, staleAfterMs: 0 })
    expect(acks.laggards(9)).toEqual(['n'])
  })

  it('leaves when it says so itself, and not when another process of its name does', () => {
    const acks = start()
    joined(acks, 'n', 0)
    acks.leave('n', 'another')
    expect(acks.laggards(2)).toEqual(['n'])
    acks.leave('n', 'b1')
    expect(acks.laggards(2)).toEqual([])
  })
})
