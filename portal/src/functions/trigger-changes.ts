import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { triggersKey } from './trigger-queries.ts'

export function useTriggerChanges() {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  const onSuccess = () => queries.invalidateQueries({ queryKey: triggersKey(scope, fn) })
  return {
    run: useMutation({
      mutationFn: (name: string) => api.triggers.run(scope, fn, name),
      onSuccess,
    }),
    enable: useMutation({
      mutationFn: ({ name, enabled }: TriggerSerializer) =>
        api.triggers.update(scope, fn, name, { enabled: !enabled }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (name: string) => api.triggers.delete(scope, fn, name),
      onSuccess,
    }),
  }
}
