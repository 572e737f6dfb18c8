import { useQuery } from '@tanstack/react-query'
import { Outlet } from 'react-router'
import { NotFoundPage } from './not-found-page.tsx'
import { useScope } from './scope.ts'
import { scopesQuery } from './scopes.ts'

/** The pages of one project and region, if there are these. */
export function ScopedPages() {
  const { projectId, regionId } = useScope()
  const scopes = useQuery(scopesQuery).data
  if (!Number.isSafeInteger(projectId) || !Number.isSafeInteger(regionId)) return <NotFoundPage />
  const isKnown =
    scopes === undefined ||
    (scopes.projects.some(({ id }) => id === projectId) &&
      scopes.regions.some(({ id }) => id === regionId))
  return isKnown ? <Outlet /> : <NotFoundPage />
}
