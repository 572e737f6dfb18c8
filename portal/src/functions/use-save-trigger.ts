import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { bodyOf, type TriggerDraft } from './trigger-draft.ts'
import { triggersKey } from './trigger-queries.ts'

/** Makes the trigger, or changes the one that is there. */
export function useSaveTrigger(trigger: TriggerSerializer | undefined, onSaved: () => void) {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (draft: TriggerDraft) => {
      const { name, ...rest } = bodyOf(draft)
      if (trigger !== undefined) return api.triggers.update(scope, fn, trigger.name, rest)
      return api.triggers.create(scope, fn, { name, ...rest })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: triggersKey(scope, fn) })
      onSaved()
    },
  })
}
