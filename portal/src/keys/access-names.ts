import { queryOptions } from '@tanstack/react-query'
import type { FunctionNamesSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import type { Grant } from './access.ts'

const PAGE = 1000

/** All namespaces and what their functions are called: names only, so that thousands come at once. */
export const functionNamesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['functions', scope, 'names'],
    queryFn: async () => {
      const all: FunctionNamesSerializer[] = []
      for (;;) {
        const page = await api.namespaces.functionNames(scope, { limit: PAGE, offset: all.length })
        all.push(...page.results)
        if (page.results.length === 0 || all.length >= page.count) return all
      }
    },
    staleTime: 15_000,
  })

/** Whether what is granted is there. */
export function thereOf(namespaces: readonly FunctionNamesSerializer[]) {
  const sets = new Map(namespaces.map(({ name, functions }) => [name, new Set(functions)]))
  return (grant: Grant) =>
    grant.kind === 'namespace'
      ? sets.has(grant.name)
      : (sets.get(grant.namespace)?.has(grant.name) ?? false)
}
