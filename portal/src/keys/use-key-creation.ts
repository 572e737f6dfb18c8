import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  CreatedApiKeySerializer,
  FaasCreateApiKeySerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { useMadeOnce } from '../ui/use-made-once.ts'
import { keysChanged } from './key-queries.ts'

/** Makes a key, once however often it is tried, and has its secret until that is forgotten. */
export function useKeyCreation() {
  const scope = useScope()
  const queryClient = useQueryClient()
  // The secret is here and nowhere else: what a mutation or a query returns would be kept in a cache.
  const [created, setCreated] = useState<CreatedApiKeySerializer>()
  const creation = useMadeOnce({
    make: (body: FaasCreateApiKeySerializer, options) => api.keys.create(scope, body, options),
    onMade(made) {
      setCreated(made)
      void keysChanged(queryClient, scope)
    },
  })
  return {
    ...{ created, setCreated, error: creation.error, isPending: creation.isPending },
    ...{ create: creation.mutate, reset: creation.reset },
  }
}
