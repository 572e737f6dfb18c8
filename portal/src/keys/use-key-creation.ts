import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  CreatedApiKeySerializer,
  FaasCreateApiKeySerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useChangeKey } from '../app/change-key.ts'
import { useScope } from '../app/scope.ts'
import { keysChanged } from './key-queries.ts'

/** Makes a key, once however often it is tried, and has its secret until that is forgotten. */
export function useKeyCreation() {
  const scope = useScope()
  const queryClient = useQueryClient()
  const changeKey = useChangeKey()
  // The secret is here and nowhere else: what a mutation or a query returns would be kept in a cache.
  const [created, setCreated] = useState<CreatedApiKeySerializer>()
  const mutation = useMutation({
    mutationFn: async (body: FaasCreateApiKeySerializer) => {
      try {
        const answer = await api.keys.create(scope, body, {
          idempotencyKey: changeKey.keyFor(body),
        })
        changeKey.ended()
        setCreated(answer)
      } catch (error) {
        changeKey.ended(error)
        throw error
      }
      void keysChanged(queryClient, scope)
    },
  })
  return {
    ...{ created, setCreated, error: mutation.error, isPending: mutation.isPending },
    ...{ create: mutation.mutate, reset: mutation.reset },
  }
}
