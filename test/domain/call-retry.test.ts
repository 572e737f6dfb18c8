import { describe, expect, it } from 'vitest'
import { nextStep, type RetryRules } from '../../src/domain/call-retry.ts'
import type { RunOutcome } from '../../src/domain/calls.ts'
import type { ErrorCode } from '../../src/domain/errors.ts'

const RULES: RetryRules = { attemptsMax: 5, firstDelayMs: 1000, longestDelayMs: 60_000 }
const FIRST = { counted: 1, interruptions: 0 }

function answered(status: number, headers: string[] = [], code?: ErrorCode): RunOutcome {
  return {
    kind: 'answered',
    answer: { status, headers, body: Buffer.alloc(0), isTooLarge: false },
    code,
  }
}

function delayOf(outcome: RunOutcome, counted: number, random = 1): number {
  const step = nextStep(outcome, { counted, interruptions: 0 }, RULES, () => random)
  if (step.kind !== 'retry') throw new Error(step.kind)
  return step.delayMs
}

describe('after a try', () => {
  it.each([
    [200, 'succeeded'],
    [204, 'succeeded'],
    [302, 'succeeded'],
    [400, 'failed'],
    [404, 'failed'],
    [422, 'failed'],
  ])('an answer %i is a result: %s', (status, state) => {
    expect(nextStep(answered(status), FIRST, RULES)).toEqual({ kind: 'end', state })
  })

  it.each([408, 429, 500, 502, 503, 504])('an answer %i asks for another', (status) => {
    expect(nextStep(answered(status), FIRST, RULES).kind).toBe('retry')
    expect(nextStep(answered(status), { counted: 5, interruptions: 0 }, RULES)).toEqual({
      kind: 'dead',
      code: 'attempts_exhausted',
    })
  })

  it('the delay doubles up to the longest, with jitter down to a half', () => {
    expect([1, 2, 3, 4].map((counted) => delayOf(answered(500), counted))).toEqual([
      1000, 2000, 4000, 8000,
    ])
    expect(delayOf(answered(500), 1, 0)).toBe(500)
    const rules = { ...RULES, attemptsMax: 100 }
    const step = nextStep(answered(500), { counted: 50, interruptions: 0 }, rules, () => 1)
    expect(step).toMatchObject({ delayMs: 60_000 })
  })

  it('Retry-After counts where it is longer, up to the longest', () => {
    expect(delayOf(answered(503, ['retry-after', '30']), 1)).toBe(30_000)
    expect(delayOf(answered(503, ['retry-after', '0']), 1)).toBe(1000)
    expect(delayOf(answered(503, ['retry-after', '86400']), 1)).toBe(60_000)
    expect(delayOf(answered(503, ['retry-after', 'Sun, 06 Nov 1994 08:49:37 GMT']), 1)).toBe(1000)
    // A value is no name.
    expect(delayOf(answered(503, ['x-a', 'retry-after', 'x-b', '30']), 1)).toBe(1000)
  })

  it.each(['key_required', 'function_not_found', 'function_body_too_large'] as const)(
    'what the gateway would refuse again is dead: %s',
    (code) => {
      expect(nextStep(answered(401, [], code), FIRST, RULES)).toEqual({ kind: 'dead', code })
    },
  )

  it.each(['function_timeout', 'instance_lost', 'queue_full', 'function_disabled'] as const)(
    'what may pass is tried again: %s',
    (code) => {
      expect(nextStep(answered(503, [], code), FIRST, RULES)).toMatchObject({ kind: 'retry', code })
      expect(nextStep(answered(503, [], code), { counted: 5, interruptions: 0 }, RULES)).toEqual({
        kind: 'dead',
        code,
      })
    },
  )

  it('an answer that was broken off is tried again, whatever its head said', () => {
    const outcome = answered(200, [], 'function_failed')
    expect(nextStep(outcome, FIRST, RULES)).toMatchObject({ kind: 'retry' })
  })

  it.each(['stale', 'shutting_down'] as const)(
    "the node's own trouble does not count: %s",
    (code) => {
      const tries = { counted: 5, interruptions: 0 }
      expect(nextStep(answered(503, [], code), tries, RULES)).toEqual({
        kind: 'again',
        delayMs: 1000,
      })
    },
  )

  it('an interrupted one is made again, though not for ever', () => {
    const interrupted = { kind: 'interrupted' } as const
    expect(nextStep(interrupted, { counted: 5, interruptions: 9 }, RULES).kind).toBe('again')
    expect(nextStep(interrupted, { counted: 5, interruptions: 10 }, RULES)).toEqual({
      kind: 'dead',
      code: 'interrupted',
    })
  })
})
