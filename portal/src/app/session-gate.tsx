import { focusManager } from '@tanstack/react-query'
import { lazy, useEffect } from 'react'
import { FetchedPart } from './fetched-part.tsx'
import { useSessionState } from './session-state.ts'

const SessionEnded = lazy(() => import('../sign-in/session-ended.tsx'))

/** Asks to log in again over the page, once the session that it was fetched with has ended. */
export function SessionGate() {
  const state = useSessionState()
  // As on a page that nobody looks at: what is asked again and again would only be refused.
  useEffect(() => focusManager.setFocused(state === 'lasts' ? undefined : false), [state])
  if (state === 'lasts') return null
  return (
    <FetchedPart what="The log-in">
      <SessionEnded isHidden={state === 'left'} />
    </FetchedPart>
  )
}
