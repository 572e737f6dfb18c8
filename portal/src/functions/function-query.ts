import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { withEditTag } from '../../../src/client/edit-tag.ts'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'

/** How often a function is looked at again whose build is under way. */
const BUILDING_REFETCH_MS = 1_500

export interface LoadedFunction {
  readonly fn: FunctionSerializer
  /** What a change names that must not undo what others did meanwhile. */
  readonly tag: string | undefined
}

export function functionQuery(scope: Scope, name: FunctionName) {
  return queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'with-tag'],
    queryFn: async ({ signal }): Promise<LoadedFunction> => {
      const { value, tag } = await withEditTag((onHeaders) =>
        api.functions.get(scope, name, signal, onHeaders),
      )
      return { fn: value, tag }
    },
    refetchInterval: ({ state }) =>
      isBuilding(state.data?.fn.build_status) ? BUILDING_REFETCH_MS : false,
  })
}

/** The function of the page's address. Below its page, which is only shown when there is one. */
export function useFunction(): LoadedFunction {
  return useSuspenseQuery(functionQuery(useScope(), useFunctionName())).data
}

export function isBuilding(buildStatus: string | undefined): boolean {
  return buildStatus === 'pending' || buildStatus === 'building'
}
