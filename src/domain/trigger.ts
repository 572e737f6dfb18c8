import { hash } from 'node:crypto'
import { base62FromInteger } from '../lib/base62.ts'
import { CALL_ID_BYTES, CALL_ID_CHARS, type CallState, type NewCall } from './calls.ts'
import { newestTick, nextTick } from './schedule.ts'

export const TRIGGER_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export const TRIGGER_PATH_PATTERN = '^/[\\x21\\x22\\x24-\\x7e]{0,2047}$'
export const TRIGGER_BODY_CHARS_MAX = 65_536
export const TRIGGERS_OF_FUNCTION_MAX = 100
/** A tick that was missed for longer than this, because control was down, is not made up for. */
export const CATCH_UP_MS = 300_000

/** What a trigger's function is called with, and when. */
export interface TriggerInput {
  readonly name: string
  readonly schedule: string
  readonly timezone: string
  readonly method: string
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Null for none. */
  readonly body: string | null
  readonly enabled: boolean
}

export interface Trigger extends TriggerInput {
  readonly id: string
  readonly functionId: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Null when it is not enabled. */
  readonly nextRunAtMs: number | null
}

/**
 * `claimed`: it is to be handed to a data node; `handed-over`: it is a call there; `skipped` and `failed`: it
 * never became one.
 */
export type TriggerRunState = 'claimed' | 'handed-over' | 'skipped' | 'failed'

export interface TriggerRun {
  readonly triggerId: string
  readonly tickMs: number
  readonly callId: string
  readonly state: TriggerRunState
  readonly reason: string | null
}

/** The newest run as operators see it. */
export interface LastRun {
  readonly atMs: number
  readonly callId: string
  readonly state: Exclude<TriggerRunState, 'handed-over'> | CallState | 'forgotten'
  readonly reason: string | null
}

export type Due =
  | { readonly kind: 'run'; readonly tickMs: number }
  | { readonly kind: 'missed'; readonly tickMs: number }

/** What is to be done about a trigger whose next tick has come: of several that were missed the newest counts. */
export function dueTick(
  { schedule, timezone }: Pick<Trigger, 'schedule' | 'timezone'>,
  nextRunAtMs: number,
  nowMs: number,
): Due {
  const tickMs = Math.max(nextRunAtMs, newestTick(schedule, timezone, nowMs) ?? 0)
  return { kind: nowMs - tickMs > CATCH_UP_MS ? 'missed' : 'run', tickMs }
}

export function tickAfter({ schedule, timezone }: TriggerInput, afterMs: number): number | null {
  return nextTick(schedule, timezone, afterMs)
}

/** The same for the same tick, so that a node that is given it twice keeps it once. */
export function triggerCallId(triggerId: string, tickMs: number): string {
  const digest = hash('sha256', `${triggerId}/${tickMs}`, 'hex').slice(0, 2 * CALL_ID_BYTES)
  return `call_${base62FromInteger(BigInt(`0x${digest}`), CALL_ID_CHARS)}`
}

export function callOfTrigger(
  trigger: Pick<Trigger, 'functionId' | 'name' | 'method' | 'path' | 'headers' | 'body'>,
  callId: string,
  place: { readonly label: string; readonly host: string },
): NewCall & { readonly id: string } {
  const { functionId, name, method, path, headers, body } = trigger
  const fields = Object.entries({ host: place.host, ...headers })
  return {
    id: callId,
    functionId,
    keyId: null,
    keyDigest: null,
    trigger: name,
    request: {
      method,
      url: `/${place.label}${path}`,
      target: path,
      fields: fields.map(([field, value]) => `\n${field}\n${value}`).join(''),
      callerFields: '',
      address: null,
      proto: 'http',
    },
    body: body === null ? null : Buffer.from(body),
  }
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/
const VALUE = /^[\t\x20-\x7e]{0,1024}$/
/** Of the connection, or for the gateway alone to say. */
const NOT_THEIRS =
  /^(?:connection|keep-alive|host|content-length|transfer-encoding|te|trailer|upgrade|expect|prefer|forwarded|x-real-ip|x-forwarded-.*|latchkey-.*|proxy-.*)$/
/** Whatever is here is shown to operators and lies in the database as it is. */
const SECRET = /^(?:authorization|cookie|x-api-key|.*(?:secret|token|password).*)$/

/** What is wrong with a header, as it ends a sentence about it; undefined when nothing is. */
export function headerFault(name: string, value: string): string | undefined {
  const dashed = name.replaceAll('_', '-')
  if (!TOKEN.test(name)) return 'must have a name in lower case'
  if (NOT_THEIRS.test(dashed)) return 'is set by the gateway'
  if (SECRET.test(dashed)) return 'would be shown: put secrets into secret environment values'
  return VALUE.test(value)
    ? undefined
    : 'must have a value of at most 1024 visible ASCII characters'
}
