import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useNavigate } from 'react-router'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { useIsHere } from '../ui/use-is-here.ts'
import { usePropagation } from './key-propagation.tsx'
import { keyQuery, keysChanged } from './key-queries.ts'
import { tellDeleted, tellLagging } from './key-told.tsx'

const ANOTHER = new Error('This key was deleted meanwhile, and another one has its name now.')

export interface KeyDeletion {
  readonly apiKey: FaasApiKeySerializer
  /** Whether it is deleted for good. */
  readonly leaked: boolean
  /** When nothing is to be asked or awaited any more; not when the dialog was closed before. */
  readonly onEnd: () => void
}

/** Deletes a key, and only the one that was asked about; done when no node lets it through any more. */
export function useKeyDeletion({ apiKey, leaked, onEnd }: KeyDeletion) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const isHere = useIsHere()
  // What was used a moment ago must be known, and that it is the same key still.
  const fresh = useQuery({ ...keyQuery(scope, apiKey.name), staleTime: 0 })
  const isAnother = fresh.data !== undefined && fresh.data.key.id !== apiKey.id
  const key = isAnother ? apiKey : (fresh.data?.key ?? apiKey)
  const told = { scope, key, queryClient, navigate }

  const tell = () => {
    tellDeleted(told, leaked)
    void keysChanged(queryClient, scope, key)
  }
  const waitInBackground = () => {
    void tellLagging(told, `The deletion of ${key.name}`)
    void keysChanged(queryClient, scope, key)
  }
  const deletion = useMutation({
    mutationFn: () => api.keys.delete(scope, key.name, { leaked }, { ifMatch: fresh.data?.tag }),
    onSuccess: ({ lagging }) => {
      if (lagging.length === 0) tell()
      else if (!isHere()) waitInBackground()
    },
    onError: (error) => {
      if (isChangedMeanwhile(error)) void fresh.refetch()
    },
  })
  const lags = deletion.isSuccess && deletion.data.lagging.length > 0
  const propagation = usePropagation(scope, key.id, {
    isAsked: deletion.isPending || lags,
    isDone: ({ deleted, state }) => deleted && state === 'applied',
  })
  // Before the deletion is made, the standing is that of an earlier change.
  const standing = propagation.data?.deleted === true ? propagation.data : undefined
  const isApplied = lags && standing?.state === 'applied'
  const finish = useEffectEvent(() => {
    onEnd()
    tell()
  })
  useEffect(() => {
    if (isApplied) finish()
  }, [isApplied])

  return {
    key,
    /** How far it is on the nodes, once it is made. */
    standing,
    /** Whether it is made, and not in force everywhere. */
    lags,
    isLooking: fresh.isPending,
    isPending: deletion.isPending,
    error: isAnother ? ANOTHER : deletion.error,
    confirm() {
      if (isAnother) return
      deletion.mutate(undefined, {
        onSuccess: ({ lagging }) => {
          if (lagging.length === 0) onEnd()
        },
      })
    },
    waitElsewhere() {
      onEnd()
      waitInBackground()
    },
  }
}
