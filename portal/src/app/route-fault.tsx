import { Box } from '@mantine/core'
import { useRouteError } from 'react-router'
import { Page } from '../ui/page.tsx'
import { ErrorNote } from '../ui/states.tsx'

/**
 * A page that could not be fetched or drawn; the rest of the portal goes on.
 *
 * @param isAlone - without the frame, which gives pages their place.
 */
export function RouteFault({ isAlone = false }: { readonly isAlone?: boolean }) {
  const error = useRouteError()
  const reason = isNotFetched(error)
    ? new Error(
        'This page could not be fetched: the server does not answer, or it has been renewed.',
      )
    : error
  const page = (
    <Page title="This page cannot be shown">
      <ErrorNote error={reason} onRetry={() => window.location.reload()} />
    </Page>
  )
  if (!isAlone) return page
  return (
    <Box component="main" p="md">
      {page}
    </Box>
  )
}

const NOT_FETCHED = /dynamically imported module|module script|MIME type/i

/** What browsers, and the build for style sheets, throw when a file of a page does not come, each in words of its own. */
function isNotFetched(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof TypeError && NOT_FETCHED.test(error.message)) return true
  return error.message.startsWith('Unable to preload CSS')
}
