import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { isChangedMeanwhile } from '../../../src/client/edit-tag.ts'
import type { FunctionName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'
import { functionQuery, type LoadedFunction } from './function-query.ts'

export interface DeletingFunction {
  readonly name: FunctionName
  /** Whether it is being asked for. */
  readonly opened: boolean
  readonly onDeleted: () => void
}

/**
 * Deletes a function as it was when that was asked for, and only that: what others change while the
 * question stands is refused, and looked at anew before it can be confirmed again.
 */
export function useDeleteFunction({ name, opened, onDeleted }: DeletingFunction) {
  const scope = useScope()
  const queries = useQueryClient()
  const changed = useFunctionsChanged()
  // Not what a query has in the moment: that follows every change unasked.
  const look = useMutation({
    mutationFn: (asked: FunctionName) =>
      queries.fetchQuery({ ...functionQuery(scope, asked), staleTime: 0 }),
  })
  const remove = useMutation({
    mutationFn: async ({ tag }: LoadedFunction) =>
      waitForTasks(
        await api.functions.delete(scope, name, tag === undefined ? {} : { ifMatch: tag }),
      ),
    onSuccess: async () => {
      onDeleted()
      await changed()
    },
    onError: (error) => {
      if (isChangedMeanwhile(error)) look.mutate(name)
    },
  })
  const { mutate: lookAt, reset: forget } = look
  const { namespace, name: own } = name
  useEffect(() => {
    if (!opened) return
    lookAt({ namespace, name: own })
    return forget
  }, [opened, lookAt, forget, namespace, own])
  return {
    seen: look.data,
    seeError: look.error,
    isLooking: look.isPending,
    isPending: remove.isPending || look.isPending,
    isChanged: isChangedMeanwhile(remove.error),
    error: isChangedMeanwhile(remove.error) ? null : remove.error,
    confirm: () => (look.data === undefined ? lookAt(name) : remove.mutate(look.data)),
    reset: remove.reset,
  }
}
