export interface LogLine {
  readonly timeMs: number
  readonly instanceId: string
  readonly stream: 'stdout' | 'stderr' | 'system'
  /** The first digits of the id of the version that wrote it; empty where it is of none. */
  readonly versionId: string
  /** Grows from line to line of a function on one node. */
  readonly position: number
  /** Where the line was written during a request that is known. */
  readonly requestId: string | null
  readonly message: string
}

/** Which lines are wanted; an absent member wants all. */
export interface LogFilter {
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly requestId?: string
  readonly instanceId?: string
  readonly stream?: LogLine['stream']
}

export interface LogQuery extends LogFilter {
  /** The newest so many. */
  readonly limit: number
}

/** What one node has. */
export interface LogPage {
  /** Newest last. */
  readonly lines: readonly LogLine[]
  /** Of the newest line that was there, wanted or not; 0 when there was none. */
  readonly position: number
}

/** What a node tells who follows a function's lines there. */
export type LogNews =
  | { readonly kind: 'lines'; readonly lines: readonly LogLine[] }
  /** Nothing new; sent now and then. */
  | { readonly kind: 'heartbeat' }
  /** The function is gone, and its lines with it. */
  | { readonly kind: 'removed' }

/** By node name, the position up to which all lines have been told. */
export type LogCursor = Readonly<Record<string, number>>

export type FollowedLogs =
  | {
      readonly kind: 'line'
      readonly line: LogLine
      /** Where to go on after this line. */
      readonly cursor: LogCursor
    }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'removed' }

/** Followers are counted where they are served; one too many is refused. */
export class TooManyFollowers extends Error {}

export function isWanted(filter: LogFilter, line: LogLine): boolean {
  return (
    line.timeMs >= (filter.sinceMs ?? 0) &&
    line.timeMs <= (filter.untilMs ?? Number.POSITIVE_INFINITY) &&
    (filter.requestId === undefined || line.requestId === filter.requestId) &&
    (filter.instanceId === undefined || line.instanceId === filter.instanceId) &&
    (filter.stream === undefined || line.stream === filter.stream)
  )
}

/** For the node API. */
export function filterParams(filter: LogFilter): URLSearchParams {
  const params = new URLSearchParams()
  for (const name of FILTER_MEMBERS) {
    const value = filter[name]
    if (value !== undefined) params.set(name, String(value))
  }
  return params
}

export function parseFilter(params: URLSearchParams): LogFilter {
  const { sinceMs, untilMs, requestId, instanceId, stream } = Object.fromEntries(params)
  return {
    ...(sinceMs === undefined ? {} : { sinceMs: Number(sinceMs) }),
    ...(untilMs === undefined ? {} : { untilMs: Number(untilMs) }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(stream === undefined ? {} : { stream: stream as LogLine['stream'] }),
  }
}

const FILTER_MEMBERS = ['sinceMs', 'untilMs', 'requestId', 'instanceId', 'stream'] as const
