import { lazy, Suspense } from 'react'
import { useSessionState } from './session-state.ts'

const SessionEnded = lazy(() => import('../sign-in/session-ended.tsx'))

/** Asks to log in again over the page, once the session that it was fetched with has ended. */
export function SessionGate() {
  const state = useSessionState()
  if (state === 'lasts') return null
  return (
    <Suspense>
      <SessionEnded isHidden={state === 'left'} />
    </Suspense>
  )
}
