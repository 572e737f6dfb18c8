import { useQueries } from '@tanstack/react-query'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { useScope } from '../app/scope.ts'
import { keyQuery } from '../keys/key-queries.ts'

/** A key that opens a function; how it stands comes a moment later. */
export interface OpeningKey {
  readonly name: string
  readonly key: FaasApiKeySerializer | undefined
  readonly error: unknown
}

/** More than this are only named. */
const LOOKED_AT_MAX = 50

export function useOpeningKeys(names: readonly string[]): OpeningKey[] {
  const scope = useScope()
  const sorted = [...names].sort()
  const looked = useQueries({
    queries: sorted.slice(0, LOOKED_AT_MAX).map((name) => keyQuery(scope, name)),
  })
  return sorted.map((name, at) => ({
    name,
    key: looked[at]?.data?.key,
    error: looked[at]?.error ?? undefined,
  }))
}
