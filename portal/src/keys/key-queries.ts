import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { withEditTag } from '../../../src/client/edit-tag.ts'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

/** A key, and the tag that says which state of it this is. */
export interface ReadKey {
  readonly key: FaasApiKeySerializer
  readonly tag: string | undefined
}

export async function readKey(scope: Scope, name: string, signal?: AbortSignal): Promise<ReadKey> {
  const { value, tag } = await withEditTag((onHeaders) =>
    api.keys.get(scope, name, { signal, onHeaders }),
  )
  return { key: value, tag }
}

/** All that is asked of one key has its name, or its id, in this place. */
export const keyQuery = (scope: Scope, name: string) =>
  queryOptions({
    queryKey: ['keys', scope, 'one', name],
    queryFn: ({ signal }) => readKey(scope, name, signal),
  })

/** By name or id, also of a key that was deleted. */
export const propagationQuery = (scope: Scope, nameOrId: string) =>
  queryOptions({
    queryKey: ['keys', scope, 'propagation', nameOrId],
    queryFn: () => api.keys.propagation(scope, nameOrId),
    staleTime: 0,
  })

/** Keys are shown by functions and namespaces too. What is known of one that is gone is not asked again. */
export async function keysChanged(
  queryClient: QueryClient,
  scope: Scope,
  gone?: { readonly id: string; readonly name: string },
): Promise<void> {
  const isOfGone = ({ queryKey }: { readonly queryKey: readonly unknown[] }) =>
    gone !== undefined && (queryKey[3] === gone.name || queryKey[3] === gone.id)
  await Promise.all([
    queryClient.invalidateQueries({
      queryKey: ['keys', scope],
      predicate: (query) => !isOfGone(query),
    }),
    queryClient.invalidateQueries({ queryKey: ['functions', scope] }),
    queryClient.invalidateQueries({ queryKey: ['notifications'] }),
  ])
}

/** What the project asks of its keys. */
export const keyPolicyQuery = (projectId: number) =>
  queryOptions({
    queryKey: ['keySettings', projectId],
    queryFn: () => api.keySettings.get(projectId),
    staleTime: 60_000,
  })
