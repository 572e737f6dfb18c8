import { useCallback, useEffect, useRef, useState } from 'react'
import type { FunctionTestSerializer } from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { requestOf, type TestDraft, type TestRequest } from './test-request.ts'

/** One that has been answered. */
export interface TestRun {
  readonly id: number
  readonly at: Date
  readonly draft: TestDraft
  readonly request: TestRequest
  readonly answer: FunctionTestSerializer
}

export interface TestRuns {
  /** The newest first; kept as long as the page is open, and nowhere else. */
  readonly runs: readonly TestRun[]
  readonly isRunning: boolean
  /** Of the last try, when there was no answer. */
  readonly error: unknown
  send(draft: TestDraft): void
  cancel(): void
}

const KEPT_MAX = 20

/** Tries of one function, one at a time. */
export function useTestRuns(scope: Scope, name: FunctionName): TestRuns {
  const [runs, setRuns] = useState<readonly TestRun[]>([])
  const [error, setError] = useState<unknown>(null)
  const [isRunning, setRunning] = useState(false)
  const leaving = useRef<AbortController>(undefined)
  const lastId = useRef(0)
  // Who leaves the page waits for nothing any more.
  useEffect(() => () => leaving.current?.abort(), [])
  const send = useCallback(
    (draft: TestDraft) => {
      leaving.current?.abort()
      const own = new AbortController()
      leaving.current = own
      const request = requestOf(draft)
      const at = new Date()
      setRunning(true)
      setError(null)
      api.functions.test(scope, name, request, own.signal).then(
        (answer) => {
          if (own.signal.aborted) return
          lastId.current += 1
          const run = { id: lastId.current, at, draft, request, answer }
          setRuns((before) => [run, ...before].slice(0, KEPT_MAX))
          setRunning(false)
        },
        (reason: unknown) => {
          if (own.signal.aborted) return
          setError(reason)
          setRunning(false)
        },
      )
    },
    [scope, name],
  )
  const cancel = useCallback(() => {
    leaving.current?.abort()
    setRunning(false)
  }, [])
  return { runs, isRunning, error, send, cancel }
}
