import { useSuspenseQuery } from '@tanstack/react-query'
import { Navigate, useNavigation } from 'react-router'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { useCurrentScope } from './current-scope.ts'
import { useMay } from './may.ts'
import { places } from './places.ts'
import { scopesQuery } from './scopes.ts'

/**
 * The functions of the project that was looked at last, else of the first that the operator may see; for
 * invokers the namespaces, which name them.
 */
export function HomePage() {
  const { projects } = useSuspenseQuery(scopesQuery).data
  const scope = useCurrentScope()
  const home = useMay('viewer') ? places.functions : places.namespaces
  const isLeaving = useNavigation().state !== 'idle'
  if (projects.length > 0) {
    // Who has chosen a page of the menu meanwhile goes there.
    return isLeaving ? null : <Navigate to={home(scope)} replace />
  }
  return (
    <Page title="Welcome">
      <Empty title="There is no project for you yet">
        You have no role on any project. Ask an owner of this server for one.
      </Empty>
    </Page>
  )
}
