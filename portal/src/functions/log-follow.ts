import { useEffect, useMemo, useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { LogQuery } from '../../../src/client/functions.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useSessionState } from '../app/session-state.ts'
import { type LogLine, LogLines } from './log-lines.ts'

export type FollowState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It is tried again by itself. */
  | { readonly kind: 'lost' }
  /** The function was deleted. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly error: unknown }

export interface FollowedLines {
  readonly lines: LogLines
  readonly state: FollowState
  readonly retry: () => void
}

const AGAIN_MS = 1_000
/** Shorter breaks are not worth a word. */
const SAID_AFTER_MS = 3_000

/**
 * The newest lines and those that come. A connection that breaks is taken up after the last line that
 * came, so that a server that is started again loses nothing.
 */
export function useFollowedLines(scope: Scope, name: FunctionName, query: LogQuery): FollowedLines {
  const { limit, since, request_id: requestId, instance, stream } = query
  const [turn, setTurn] = useState(0)
  // Whoever logs in anew goes on where the session ended.
  const isIn = useSessionState() === 'lasts'
  const [state, setState] = useState<FollowState>({ kind: 'connecting' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has other lines
  const lines = useMemo(
    () => new LogLines(),
    [scope, name, limit, since, requestId, instance, stream],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn asks anew
  useEffect(() => {
    if (!isIn) return
    const leaving = new AbortController()
    setState({ kind: 'connecting' })
    const asked = { limit, since, request_id: requestId, instance, stream }
    void follow({ scope, name, query: asked, lines, signal: leaving.signal, tell: setState })
    return () => leaving.abort()
  }, [scope, name, lines, limit, since, requestId, instance, stream, isIn, turn])
  return { lines, state, retry: () => setTurn((before) => before + 1) }
}

interface Following {
  readonly scope: Scope
  readonly name: FunctionName
  readonly query: LogQuery
  readonly lines: LogLines
  readonly signal: AbortSignal
  readonly tell: (state: FollowState) => void
}

async function follow({ scope, name, query, lines, signal, tell }: Following): Promise<void> {
  let lostAtMs: number | undefined
  const onOpen = () => {
    if (lostAtMs !== undefined) noteBreak(lines, lostAtMs)
    lostAtMs = undefined
    tell({ kind: 'live' })
  }
  while (!signal.aborted) {
    try {
      const { lastEventId } = lines
      const options = { signal, lastEventId, onOpen }
      for await (const event of api.functions.followLogs(scope, name, query, options)) {
        if (signal.aborted) return
        if (event.event === 'end') return tell({ kind: 'ended' })
        if (event.event !== 'line') continue
        lines.lastEventId = event.id
        lines.add(JSON.parse(event.data) as LogLine)
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiError && error.status < 500) return tell({ kind: 'refused', error })
      // The server is being started again, or the way to it is broken: tried again below.
    }
    if (signal.aborted) return
    lostAtMs ??= Date.now()
    tell({ kind: 'lost' })
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

/** What was written meanwhile comes after it, as long as the node has kept it. */
function noteBreak(lines: LogLines, lostAtMs: number): void {
  const nowMs = Date.now()
  const seconds = Math.round((nowMs - lostAtMs) / 1000)
  if (nowMs - lostAtMs < SAID_AFTER_MS) return
  const follows =
    lines.lastEventId === undefined
      ? 'What was written meanwhile may be missing.'
      : 'What was written meanwhile follows.'
  lines.note(`The connection was lost for ${seconds} s. ${follows}`, new Date(nowMs).toISOString())
}
