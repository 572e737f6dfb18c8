/** How often one may fail to log in, and how long one waits then. */
export interface LogInLimit {
  /** So many failures cost nothing. */
  readonly free: number
  /** The wait after the first that costs something; each one after it doubles it. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
}

/** One account, or one known session of it. */
export const ACCOUNT_LIMIT: LogInLimit = {
  free: 5,
  firstWaitMs: 15_000,
  longestWaitMs: 15 * 60_000,
}
/** One address may stand for an office. */
export const ADDRESS_LIMIT: LogInLimit = { ...ACCOUNT_LIMIT, free: 20 }
/** Failures that lie so far back are forgotten. */
export const FORGET_FAILURES_MS = 24 * 60 * 60 * 1000

/** How long after its so-many-th failure the next try is let through. */
export function waitAfter(failures: number, limit: LogInLimit): number {
  if (failures < limit.free) return 0
  return Math.min(limit.firstWaitMs * 2 ** (failures - limit.free), limit.longestWaitMs)
}
