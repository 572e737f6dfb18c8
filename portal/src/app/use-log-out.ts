import { useCallback } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import { messageOf } from '../ui/states.tsx'
import { api } from './api.ts'
import { places } from './places.ts'
import { startAnew, tellLogOut } from './session-state.ts'

/** Ends the session, here and in the other tabs. */
export function useLogOut(): () => Promise<void> {
  return useCallback(async () => {
    try {
      await api.sessions.logOut()
    } catch (error) {
      // Who is not logged in any more has what was wanted.
      if (!(error instanceof ApiError && error.status === 401)) {
        const { notifications } = await import('@mantine/notifications')
        notifications.show({
          color: 'red',
          title: 'You are still logged in',
          message: messageOf(error),
        })
        return
      }
    }
    tellLogOut()
    startAnew(places.signIn())
  }, [])
}
