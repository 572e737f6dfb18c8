import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { useCurrentScope } from './current-scope.ts'
import { useMay } from './may.ts'
import type { CommandGroup } from './palette-commands.ts'
import { places } from './places.ts'

const WAIT_MS = 200
const FOUND_MAX = 6

export interface Found {
  readonly groups: readonly CommandGroup[]
  readonly isPending: boolean
  readonly hasFailed: boolean
}

/** Keys and functions of the project by their names, as the server finds them. */
export function useFound(typed: string): Found {
  const search = typed.trim()
  const [asked] = useDebouncedValue(search, WAIT_MS)
  const scope = useCurrentScope()
  const mayRead = useMay('viewer')
  const common = { enabled: asked !== '' && mayRead, placeholderData: keepPreviousData } as const
  const keys = useQuery({
    ...common,
    queryKey: ['keys', scope, 'palette', asked],
    queryFn: () => api.keys.list(scope, { search: asked, limit: FOUND_MAX }),
  })
  const functions = useQuery({
    ...common,
    queryKey: ['functions', scope, 'palette', asked],
    queryFn: () => api.functions.overview(scope, { search: asked, limit: FOUND_MAX }),
  })
  if (search === '') return { groups: [], isPending: false, hasFailed: false }
  const isPending = (mayRead && asked !== search) || keys.isFetching || functions.isFetching
  return {
    isPending,
    hasFailed: keys.isError || functions.isError,
    groups: [
      {
        label: 'API keys',
        commands: (keys.data?.results ?? []).map(({ name, status }) => ({
          kind: 'go' as const,
          id: `key ${name}`,
          label: name,
          hint: status,
          to: places.key(scope, name),
        })),
      },
      {
        label: 'Functions',
        commands: (functions.data?.results ?? []).map(({ namespace, name }) => ({
          kind: 'go' as const,
          id: `function ${namespace}/${name}`,
          label: `${namespace}/${name}`,
          to: places.fn(scope, { namespace, name }),
        })),
      },
    ].filter(({ commands }) => commands.length > 0),
  }
}
