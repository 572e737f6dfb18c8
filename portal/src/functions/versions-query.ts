import { queryOptions } from '@tanstack/react-query'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

/** Whatever is deployed: functions that were rolled back have it among the newest too. */
const LOOKED_THROUGH = 100

export function versionsQuery(
  scope: Scope,
  name: FunctionName,
  query: { offset: number; limit: number },
) {
  return queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'versions', query],
    queryFn: () => api.functions.versions(scope, name, query),
  })
}

/** One version whole. It never changes, but for whether it serves. */
export function versionQuery(scope: Scope, name: FunctionName, number: number) {
  return queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'version', number],
    queryFn: () => api.functions.version(scope, name, number),
  })
}

/** The version that serves, whole; null when none does. */
export function servingVersionQuery(scope: Scope, name: FunctionName) {
  return queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'serving'],
    queryFn: async () => {
      const { results } = await api.functions.versions(scope, name, { limit: LOOKED_THROUGH })
      const current = results.find(({ is_current: isCurrent }) => isCurrent)
      return current === undefined ? null : await api.functions.version(scope, name, current.number)
    },
  })
}
