import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { TriggerListSerializer, TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { triggersKey } from './trigger-queries.ts'

export function useTriggerChanges() {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  const queryKey = triggersKey(scope, fn)
  const onSuccess = () => queries.invalidateQueries({ queryKey })
  return {
    run: useMutation({
      mutationFn: (name: string) => api.triggers.run(scope, fn, name),
      onSuccess,
    }),
    enable: useEnable(),
    remove: useMutation({
      mutationFn: (name: string) => api.triggers.delete(scope, fn, name),
      onSuccess,
    }),
  }
}

/** Shown at once, and taken back when it is refused: a click undoes it, and nothing is revoked by it. */
function useEnable() {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  const queryKey = triggersKey(scope, fn)
  const show = ({ id }: TriggerSerializer, enabled: boolean) =>
    queries.setQueryData<TriggerListSerializer>(
      queryKey,
      (list) =>
        list && {
          ...list,
          results: list.results.map((one) => (one.id === id ? { ...one, enabled } : one)),
        },
    )
  return useMutation({
    mutationKey: [...queryKey, 'enable'],
    // One after the other, so that the last click is what stays.
    scope: { id: [...queryKey, 'enable'].join() },
    mutationFn: ({ name, enabled }: TriggerSerializer) =>
      api.triggers.update(scope, fn, name, { enabled: !enabled }),
    async onMutate(trigger) {
      await queries.cancelQueries({ queryKey })
      show(trigger, !trigger.enabled)
    },
    onError: (_error, trigger) => void show(trigger, trigger.enabled),
    // What is asked for while another is under way would show the state before it.
    onSettled: async () => {
      if (queries.isMutating({ mutationKey: [...queryKey, 'enable'] }) > 1) return
      await queries.invalidateQueries({ queryKey })
    },
  })
}
