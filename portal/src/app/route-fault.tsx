import { useRouteError } from 'react-router'
import { Page } from '../ui/page.tsx'
import { ErrorNote } from '../ui/states.tsx'

/** A page that could not be fetched or drawn; the rest of the portal goes on. */
export function RouteFault() {
  const error = useRouteError()
  return (
    <Page title="This page cannot be shown">
      <ErrorNote error={error} onRetry={() => window.location.reload()} />
    </Page>
  )
}
