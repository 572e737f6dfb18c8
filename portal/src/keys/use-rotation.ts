import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CreatedApiKeySerializer, FaasApiKeySerializer } from '../../../src/client/types.ts'
import { GRACE_SECONDS } from '../../../src/domain/key-rotation.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { keyQuery, keysChanged } from './key-queries.ts'
import { hardEndOf, OWN_DATE } from './rotate-times.ts'

export interface RotationDraft {
  /** Seconds, as a choice has them. */
  readonly grace: string
  /** Days, or `OWN_DATE`. */
  readonly hardEnd: string
  /** As a field of type `datetime-local` has it. */
  readonly ownEnd: string
  /** Whether a rotation that is under way is given up. */
  readonly replaces: boolean
}

const FIRST: RotationDraft = {
  ...{ grace: String(GRACE_SECONDS), hardEnd: '30', ownEnd: '', replaces: false },
}

/** A key's second secret: how it is asked for, and the secret until that is forgotten. */
export function useRotation(apiKey: FaasApiKeySerializer) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const fresh = useQuery({ ...keyQuery(scope, apiKey.name), staleTime: 0 })
  const key = fresh.data?.key ?? apiKey
  const [draft, setDraft] = useState(FIRST)
  // The one place where the new secret is: what a mutation returns would be kept in a cache.
  const [created, setCreated] = useState<CreatedApiKeySerializer>()
  const isUnderWay = key.rotation !== null
  const mutation = useMutation({
    mutationFn: async () => {
      const answer = await api.keys.rotate(scope, key.name, {
        grace_seconds: Number(draft.grace),
        hard_end: hardEndOf(draft.hardEnd, draft.ownEnd, Date.now()),
        ...(isUnderWay && { replace: draft.replaces }),
      })
      setCreated(answer)
      await keysChanged(queryClient, scope)
    },
    // Where the answer was lost the rotation may have been made: then it can be replaced.
    onError: () => void fresh.refetch(),
  })
  return {
    ...{ key, draft, created, setCreated },
    change: (part: Partial<RotationDraft>) => setDraft({ ...draft, ...part }),
    isReady: (!isUnderWay || draft.replaces) && (draft.hardEnd !== OWN_DATE || draft.ownEnd !== ''),
    rotate: () => mutation.mutate(),
    isPending: mutation.isPending,
    error: mutation.error,
  }
}

export type Rotation = ReturnType<typeof useRotation>
