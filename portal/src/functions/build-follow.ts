import { useEffect, useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { BuildStatusChoices } from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { withLine } from './build-lines.ts'

export interface BuildOutput {
  readonly status: BuildStatusChoices | 'deleted'
  readonly lines: readonly string[]
  /** Nothing comes any more. */
  readonly hasEnded: boolean
  /** Why the lines cannot be followed. */
  readonly error?: unknown
}

const NOTHING: BuildOutput = { status: 'pending', lines: [], hasEnded: false }
const AGAIN_MS = 1_000

/**
 * The lines of the function's newest build as they come. A connection that breaks is taken up where it
 * was, so that a server that is started again loses nothing.
 * @param turn - Another one follows anew, as a new build wants it; undefined follows nothing.
 */
export function useBuildOutput(
  scope: Scope,
  name: FunctionName,
  turn: string | number | undefined,
): BuildOutput | undefined {
  const [output, setOutput] = useState<BuildOutput>()
  useEffect(() => {
    if (turn === undefined) return
    const leaving = new AbortController()
    setOutput(NOTHING)
    void follow(scope, name, leaving.signal, (change) =>
      setOutput((before = NOTHING) => change(before)),
    )
    return () => leaving.abort()
  }, [scope, name, turn])
  return turn === undefined ? undefined : output
}

async function follow(
  scope: Scope,
  name: FunctionName,
  signal: AbortSignal,
  tell: (change: (before: BuildOutput) => BuildOutput) => void,
): Promise<void> {
  let lastEventId: string | undefined
  while (!signal.aborted) {
    try {
      const options = lastEventId === undefined ? { signal } : { signal, lastEventId }
      for await (const { event, id, data } of api.functions.followBuild(scope, name, options)) {
        if (event === 'status') tell((before) => ({ ...before, status: data as never }))
        if (event === 'line') {
          lastEventId = id
          tell((before) => ({ ...before, lines: withLine(before.lines, data) }))
        }
        if (event === 'end') {
          const { status } = JSON.parse(data) as Pick<BuildOutput, 'status'>
          return tell((before) => ({ ...before, status, hasEnded: true }))
        }
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiError && error.status < 500) {
        return tell((before) => ({ ...before, error, hasEnded: true }))
      }
      // The server is being started again: its stream is taken up in a moment.
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}
