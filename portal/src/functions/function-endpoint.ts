import { useQuery } from '@tanstack/react-query'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { isName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

const HASH_CHARS = 8
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * Where a function will answer that is not there yet: its address, or as much of it as can be known here;
 * undefined before it has names.
 */
export function useFutureEndpoint(
  scope: Scope,
  name: FunctionName,
  /** Any function that is there: it tells what the addresses of this server look like. */
  other: FunctionName | undefined,
): string | undefined {
  const isNamed = isName(name.namespace) && isName(name.name)
  return useQuery({
    queryKey: ['functions', scope, 'future-endpoint', name, other ?? null],
    queryFn: async () => {
      const label = await labelOf(scope, name)
      if (other === undefined) return `…/${label}`
      const { endpoint } = await api.functions.get(scope, other)
      const otherLabel = await labelOf(scope, other)
      return endpoint.includes(otherLabel) ? endpoint.replace(otherLabel, label) : `…/${label}`
    },
    enabled: isNamed,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}

/** The same label that the server gives; without the hash where the browser may not make it. */
async function labelOf(scope: Scope, { namespace, name }: FunctionName): Promise<string> {
  // Only pages that came by HTTPS, or from this machine, have it.
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle
  if (subtle === undefined) return `${name}-${namespace}-…`
  const identity = `${scope.projectId}/${scope.regionId}/${namespace}/${name}`
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(identity)))
  const hash = Array.from(digest.subarray(0, HASH_CHARS), (byte) => ALPHABET[byte & 31])
  return `${name}-${namespace}-${hash.join('')}`
}
