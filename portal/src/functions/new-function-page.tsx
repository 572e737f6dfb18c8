import { useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../app/api.ts'
import { useMay } from '../app/may.ts'
import { useScope } from '../app/scope.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { NewFunction } from './new-function.tsx'

/** As many namespaces as there are to choose from. */
const NAMESPACES_MAX = 1_000

export function Component() {
  const mayCreate = useMay('editor')
  return (
    <Page title="Create function">
      {mayCreate ? <Choices /> : <NeedsRole least="editor">It cannot create functions.</NeedsRole>}
    </Page>
  )
}

function Choices() {
  const scope = useScope()
  const { data: runtimes } = useSuspenseQuery({
    queryKey: ['runtimes', scope],
    queryFn: () => api.runtimes.list(scope),
  })
  const { data: names } = useSuspenseQuery({
    queryKey: ['functions', scope, 'names'],
    queryFn: async () => {
      const { results } = await api.namespaces.functionNames(scope, { limit: NAMESPACES_MAX })
      return new Map(results.map(({ name, functions }) => [name, functions]))
    },
  })
  if (runtimes.details.length === 0) {
    return (
      <Empty title="No language is there">
        The server has found nothing that could run functions. Its settings say which versions of
        Node it may fetch.
      </Empty>
    )
  }
  return <NewFunction runtimes={runtimes} names={names} />
}
