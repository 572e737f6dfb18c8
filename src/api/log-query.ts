import { type FieldError, PublicError } from '../domain/errors.ts'
import type { LogCursor, LogQuery } from '../feed/log-query.ts'
import { parseInstant } from './instant.ts'
import type { LogsQueryWire } from './schemas/logs.ts'

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const DURATION = /^(\d{1,9})([smhdw])$/
const EXPECTS = 'must be a time with its zone, like 2026-08-22T11:21:00Z, or how long ago, like 15m'

/** What is asked for, checked beyond its schema. Throws `invalid_parameter`. */
export function logQueryOf(query: LogsQueryWire, follow: boolean, nowMs: number): LogQuery {
  const { limit, request_id: requestId, instance: instanceId, stream } = query
  const sinceMs = momentOf(query.since, nowMs)
  const untilMs = momentOf(query.until, nowMs)
  const errors: FieldError[] = []
  if (sinceMs === null) errors.push({ field: 'since', message: EXPECTS })
  if (untilMs === null) errors.push({ field: 'until', message: EXPECTS })
  if (follow && untilMs !== undefined) {
    errors.push({ field: 'until', message: 'does not go together with following' })
  }
  if (typeof sinceMs === 'number' && typeof untilMs === 'number' && sinceMs > untilMs) {
    errors.push({ field: 'until', message: 'must not lie before since' })
  }
  if (errors.length > 0) {
    const sentence = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
    throw new PublicError('invalid_parameter', `The request is not valid: ${sentence}.`, errors)
  }
  return {
    limit,
    ...(typeof sinceMs === 'number' ? { sinceMs } : {}),
    ...(typeof untilMs === 'number' ? { untilMs } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(stream === undefined ? {} : { stream }),
  }
}

/** Null for a text that is neither a time nor a duration. */
function momentOf(text: string | undefined, nowMs: number): number | null | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = DURATION.exec(text) ?? []
  if (count === undefined) return parseInstant(text) ?? null
  return Math.max(0, nowMs - Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS])
}

/** `node-a:1790000000000000,node-b:1790000000000001`, names escaped as in a URL. */
export function formatCursor(cursor: LogCursor): string {
  return Object.entries(cursor)
    .map(([node, position]) => `${encodeURIComponent(node)}:${position}`)
    .join(',')
}

/** Undefined for what is no cursor: then following begins as if none had been sent. */
export function parseCursor(text: string | undefined): LogCursor | undefined {
  if (text === undefined || text === '') return undefined
  const cursor: Record<string, number> = {}
  for (const part of text.split(',')) {
    const [, node, position] = /^([\w%.~!*'()-]{1,400}):(\d{1,16})$/.exec(part) ?? []
    if (node === undefined) return undefined
    try {
      cursor[decodeURIComponent(node)] = Number(position)
    } catch {
      // A broken escape: we did not write it.
      return undefined
    }
  }
  return cursor
}
