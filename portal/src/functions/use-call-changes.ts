import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { callsKey } from './call-queries.ts'

/** Trying a call again, and deleting it. */
export function useCallChanges() {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  const onSuccess = () => queries.invalidateQueries({ queryKey: [...callsKey(scope, fn), 'list'] })
  return {
    retry: useMutation({
      mutationFn: (id: string) => api.functions.retryCall(scope, fn, id),
      onSuccess: () => queries.invalidateQueries({ queryKey: callsKey(scope, fn) }),
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.functions.deleteCall(scope, fn, id),
      onSuccess,
    }),
  }
}
