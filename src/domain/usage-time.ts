import { unreachable } from '../lib/assert.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** How fine usage is told; hours and days are UTC's. */
export const USAGE_STEPS = ['minute', 'hour', 'day'] as const
export type UsageStep = (typeof USAGE_STEPS)[number]

export function stepMs(step: UsageStep): number {
  switch (step) {
    case 'minute':
      return MINUTE_MS
    case 'hour':
      return HOUR_MS
    case 'day':
      return DAY_MS
    default:
      return unreachable(step)
  }
}

/** Where the step begins in which the moment lies. */
export function stepStart(step: UsageStep, atMs: number): number {
  const ms = stepMs(step)
  return Math.floor(atMs / ms) * ms
}

/** A stretch of whole steps; the end is not part of it. */
export interface UsageRange {
  readonly fromMs: number
  readonly toMs: number
}

/** What is asked for when nothing is said: the last hour by the minute, the last day by the hour, a month of days. */
const USUAL_STEPS: Readonly<Record<UsageStep, number>> = { minute: 60, hour: 24, day: 30 }

/** The whole steps that hold everything from `fromMs` to before `toMs`; up to now unless told. */
export function usageRange(
  step: UsageStep,
  asked: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
  nowMs: number,
): UsageRange {
  const ms = stepMs(step)
  const toMs = Math.ceil((asked.toMs ?? nowMs + 1) / ms) * ms
  return { fromMs: stepStart(step, asked.fromMs ?? toMs - USUAL_STEPS[step] * ms), toMs }
}

/** How much further one sweep may reach than the one before it. */
const SWEEP_MS_MAX = DAY_MS

/**
 * Before which moment rows are forgotten. A clock that jumps ahead, and sweeps that follow it, cost a
 * day's rows each and not everything; one that jumps back costs nothing.
 * @param previousMs - What the last sweep was told; undefined for the first.
 */
export function forgetBeforeMs(
  previousMs: number | undefined,
  nowMs: number,
  keptDays: number,
): number {
  const dueMs = nowMs - keptDays * DAY_MS
  return previousMs === undefined ? dueMs : Math.min(dueMs, previousMs + SWEEP_MS_MAX)
}
