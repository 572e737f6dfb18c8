import type { TraceParent } from './trace-context.ts'

/** Which traces are recorded; the decision is made once per request, before anything is recorded. */
export interface Sampling {
  /** From 0 for none to 1 for all. */
  readonly ratio: number
  /** Whether a caller that has decided already is followed. */
  readonly isParentBased: boolean
}

/** Digits of a trace id that a ratio is compared with: some of those that W3C wants to be random. */
const FIRST_DIGIT = 18
const LAST_DIGIT = 30
const BOUND = 16 ** (LAST_DIGIT - FIRST_DIGIT)

/** Decided by the trace id alone where no caller has, so that all who see it decide alike. */
export function isToBeRecorded(
  { ratio, isParentBased }: Sampling,
  traceId: string,
  parent: TraceParent | undefined,
): boolean {
  if (isParentBased && parent !== undefined) return parent.isSampled
  if (ratio >= 1) return true
  return Number.parseInt(traceId.slice(FIRST_DIGIT, LAST_DIGIT), 16) < ratio * BOUND
}
