import { Button, Group, Modal, Text } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { type Location, useBlocker } from 'react-router'
import { isStartingAnew } from '../app/session-state.ts'

export interface LeaveGuardProps {
  readonly isDirty: boolean
  /** Whether another address keeps what was typed, as the tabs of one form do; the same path always does. */
  readonly keeps?: (pathname: string) => boolean
  /** What is asked, and what would be lost, when that is more than what was typed. */
  readonly title?: string
  readonly children?: ReactNode
}

/** For `navigate(to, { state: SAVED })`: what was typed is kept by the server, so nothing is asked. */
export const SAVED = { isSaved: true } as const

/** It may be asked while another dialog is open, and was drawn before that. */
const ABOVE_DIALOGS = 250

/** Unsaved changes are not lost by accident: leaving the page asks first, closing the tab too. */
export function LeaveGuard({ isDirty, keeps, title, children }: LeaveGuardProps) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isDirty &&
      currentLocation.pathname !== nextLocation.pathname &&
      !isSaved(nextLocation) &&
      keeps?.(nextLocation.pathname) !== true,
  )
  useEffect(() => {
    if (!isDirty) return
    const warn = (event: BeforeUnloadEvent) => {
      if (!isStartingAnew()) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isDirty])
  // What was unsaved has been saved meanwhile.
  useEffect(() => {
    if (!isDirty && blocker.state === 'blocked') blocker.proceed()
  }, [isDirty, blocker])
  return (
    <Modal
      opened={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={title ?? 'Leave without saving?'}
      zIndex={ABOVE_DIALOGS}
    >
      <Text>{children ?? 'What you have changed here is not saved yet.'}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  )
}

function isSaved({ state }: Location): boolean {
  return (state as { isSaved?: boolean } | null)?.isSaved === true
}
