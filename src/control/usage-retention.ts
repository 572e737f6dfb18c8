import { forgetUsage } from '../store/usage-retention.ts'
import type { ControlDeps } from './deps.ts'
import { Sweep } from './sweep.ts'

/** How many days usage is kept by the minute, by the hour and by the day, unless told. */
export const USAGE_KEPT_DAYS = { minute: 3, hour: 90, day: 730 } as const

export function usageRetention(
  deps: Pick<ControlDeps, 'store' | 'logger' | 'usageKeptDays'>,
): Sweep {
  const { store, logger, usageKeptDays = USAGE_KEPT_DAYS } = deps
  return new Sweep({
    sweep: (signal) => forgetUsage(store, usageKeptDays, signal),
    failure: 'old usage could not be forgotten',
    logger,
  })
}
