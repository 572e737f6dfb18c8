import { useSuspenseQuery } from '@tanstack/react-query'
import { Navigate } from 'react-router'
import { places } from './places.ts'
import { scopesQuery } from './scopes.ts'

/** The functions of the first project that the operator may see. */
export function HomePage() {
  const { projects, regions } = useSuspenseQuery(scopesQuery).data
  const scope = { projectId: projects[0]?.id ?? 1, regionId: regions[0]?.id ?? 1 }
  return <Navigate to={places.functions(scope)} replace />
}
