import { Button, Center, Group, Loader, Stack, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Link, Navigate, useLocation } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import { api } from '../app/api.ts'
import { useDocumentTitle } from '../app/document-title.ts'
import { places } from '../app/places.ts'
import { startAnew, tellLogOut } from '../app/session-state.ts'
import { ErrorNote } from '../ui/states.tsx'

/** Logs out, here and in the other tabs. A page, so that unsaved changes are asked after before. */
export function Component() {
  useDocumentTitle('Log out')
  // A link from elsewhere must log nobody out.
  const isAsked = (useLocation().state as { isAsked?: boolean } | null)?.isAsked === true
  const { mutate, error } = useMutation({ mutationFn: logOut })
  const hasBegun = useRef(false)
  useEffect(() => {
    if (!isAsked || hasBegun.current) return
    hasBegun.current = true
    mutate()
  }, [isAsked, mutate])
  if (!isAsked) return <Navigate to="/" replace />
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack>
        <Title order={1} size="h3">
          {error === null ? 'Logging out' : 'You are still logged in'}
        </Title>
        {error === null ? <Loader aria-label="Logging out" role="status" /> : null}
        {error !== null && <ErrorNote error={error} onRetry={mutate} />}
        {error !== null && (
          <Group>
            <Button component={Link} to="/" variant="default">
              To the functions
            </Button>
          </Group>
        )}
      </Stack>
    </Center>
  )
}

async function logOut(): Promise<void> {
  try {
    await api.sessions.logOut()
  } catch (error) {
    // Who is not logged in any more has what was wanted.
    if (!(error instanceof ApiError && error.status === 401)) throw error
  }
  tellLogOut()
  startAnew(places.signIn())
}
