import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lease } from '../../src/feed/lease.ts'
import { ManualClock } from '../../src/lib/clock.ts'

const LIMIT_MS = 10_000
const START_MS = Date.parse('2026-11-22T06:00:00Z')

let folder: string
let clock: ManualClock
let untilMs: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-lease-'))
  clock = new ManualClock(START_MS)
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

function open(staleAfterMs = LIMIT_MS): Lease {
  const onUntil = (ms: number) => {
    untilMs = ms
  }
  return new Lease({ staleAfterMs, path: join(folder, 'confirmed'), clock, onUntil })
}

describe('the time that a node may serve without control', () => {
  it('is over before control was ever heard, and without end when nothing limits it', () => {
    open().close()
    expect(untilMs).toBeLessThan(START_MS)
    open(0).close()
    expect(untilMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('runs from when it asked, once it has applied what control had then', () => {
    const lease = open()
    lease.heard(START_MS, 7)
    lease.applied(6)
    expect(untilMs).toBeLessThan(START_MS)
    clock.advance(4_000)
    lease.applied(7)
    expect(untilMs).toBe(START_MS + LIMIT_MS)
    lease.close()
  })

  it('goes on where changes come all the time, the node being always one behind', () => {
    const lease = open()
    for (let revision = 1; revision <= 20; revision++) {
      lease.heard(clock.now(), revision)
      clock.advance(1_000)
      lease.applied(revision - 1)
      if (revision > 2) expect(untilMs).toBeGreaterThan(clock.now() + LIMIT_MS / 2)
    }
    lease.close()
  })

  it('is not begun anew by a restart, nor by a clock that was put back since', () => {
    const lease = open()
    lease.heard(START_MS, 1)
    lease.applied(1)
    lease.close()
    clock.advance(6_000)
    open().close()
    expect(untilMs).toBe(START_MS + LIMIT_MS)
    clock.advance(-3_600_000)
    open().close()
    expect(untilMs).toBe(clock.now() + LIMIT_MS)
  })

  it('is over after a stop of which control was told, and not after another', () => {
    const confirmed = () => {
      const lease = open()
      lease.heard(START_MS, 1)
      lease.applied(1)
      return lease
    }
    const stopped = confirmed()
    stopped.giveUp()
    stopped.close()
    open().close()
    expect(untilMs).toBeLessThan(START_MS)
    const kept = confirmed()
    kept.giveUp()
    kept.keep()
    kept.close()
    open().close()
    expect(untilMs).toBe(START_MS + LIMIT_MS)
  })

  it('is not longer because the limit was raised since', () => {
    const lease = open()
    lease.heard(START_MS, 1)
    lease.applied(1)
    lease.close()
    open(10 * LIMIT_MS).close()
    expect(untilMs).toBe(START_MS + LIMIT_MS)
  })

  it('is over where the file cannot be understood', () => {
    writeFileSync(join(folder, 'confirmed'), 'soon')
    open().close()
    expect(untilMs).toBeLessThan(START_MS)
  })

  it('has a file that is never longer than a time', () => {
    const lease = open()
    for (let i = 0; i < 3; i++) {
      clock.advance(1_000)
      lease.heard(clock.now(), i)
      lease.applied(i)
    }
    lease.close()
    expect(readFileSync(join(folder, 'confirmed'), 'latin1')).toBe(`00${clock.now() + LIMIT_MS}`)
  })

  it('does not wait for a revision of another history', () => {
    const lease = open()
    lease.heard(START_MS, 900)
    lease.connecting()
    lease.heard(START_MS + 1, 3)
    lease.applied(3)
    expect(untilMs).toBe(START_MS + 1 + LIMIT_MS)
    lease.close()
  })

  it('ends by the processor’s clock, too, when the wall clock is put back', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const lease = open()
    lease.heard(START_MS, 1)
    lease.applied(1)
    clock.advance(-3_600_000)
    vi.advanceTimersByTime(LIMIT_MS)
    lease.check()
    expect(untilMs).toBe(START_MS + LIMIT_MS)
    vi.advanceTimersByTime(1)
    lease.check()
    expect(untilMs).toBeLessThan(clock.now())
    lease.close()
  })
})
