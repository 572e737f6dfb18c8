import { backoffMs } from '../lib/backoff.ts'
import type { RunOutcome } from './calls.ts'
import { type ErrorCode, PUBLIC_ERRORS } from './errors.ts'

export interface RetryRules {
  /** Tries, the first included. */
  readonly attemptsMax: number
  /** Before the second try; twice as long before each further one. */
  readonly firstDelayMs: number
  readonly longestDelayMs: number
}

/** More starts of the process during one call are not by accident: it may be what ends the process. */
export const INTERRUPTIONS_MAX = 10

export type NextStep =
  | { readonly kind: 'end'; readonly state: 'succeeded' | 'failed' }
  | { readonly kind: 'dead'; readonly code: string }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly code: string | null }
  /** The try does not count. */
  | { readonly kind: 'again'; readonly delayMs: number }

/** The node as a whole cannot serve at the moment, whatever the call: no reason to give it up. */
const NOT_THE_CALLS: ReadonlySet<ErrorCode> = new Set(['stale', 'shutting_down'])
/** Of the gateway's refusals, those that an answer of the function's runtime would be too. */
const RESULTS: ReadonlySet<ErrorCode> = new Set(['invalid_function_json'])

/**
 * What is to be done after a try. An answer from 200 to 499 is a result, but for 408 and 429, which ask for
 * another try as any 5xx does. What the gateway would refuse again, such as a key that was deleted, is not
 * tried again. `counted`: tries that count, this one included; `interruptions`: those that do not.
 */
export function nextStep(
  outcome: RunOutcome,
  tries: { readonly counted: number; readonly interruptions: number },
  rules: RetryRules,
  random: () => number = Math.random,
): NextStep {
  if (outcome.kind === 'interrupted') return afterInterruption(tries.interruptions, 0)
  const { code, answer } = outcome
  if (code !== undefined && NOT_THE_CALLS.has(code))
    return { kind: 'again', delayMs: rules.firstDelayMs }
  const status = code === undefined ? answer.status : PUBLIC_ERRORS[code][0]
  if (isToBeRepeated(status)) {
    if (tries.counted >= rules.attemptsMax)
      return { kind: 'dead', code: code ?? 'attempts_exhausted' }
    const delayMs = delayBefore(tries.counted, answer.headers, rules, random)
    return { kind: 'retry', delayMs, code: code ?? null }
  }
  if (code !== undefined && !RESULTS.has(code)) return { kind: 'dead', code }
  return { kind: 'end', state: status < 400 ? 'succeeded' : 'failed' }
}

export function afterInterruption(interruptions: number, delayMs: number): NextStep {
  return interruptions >= INTERRUPTIONS_MAX
    ? { kind: 'dead', code: 'interrupted' }
    : { kind: 'again', delayMs }
}

function isToBeRepeated(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

/** What Retry-After says counts where it is longer, up to the longest delay. */
function delayBefore(
  counted: number,
  headers: readonly string[],
  rules: RetryRules,
  random: () => number,
): number {
  const { firstDelayMs: firstMs, longestDelayMs: longestMs } = rules
  const delayMs = backoffMs(counted - 1, { firstMs, longestMs }, random)
  return Math.min(longestMs, Math.max(delayMs, retryAfterMs(headers) ?? 0))
}

/** In seconds only: a date would need the function's clock to agree with ours. */
function retryAfterMs(headers: readonly string[]): number | undefined {
  const at = headers.findIndex((text, i) => i % 2 === 0 && text === 'retry-after')
  const text = at < 0 ? undefined : headers[at + 1]
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) * 1000 : undefined
}
