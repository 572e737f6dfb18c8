import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { bodyOf, changeOf, type TriggerDraft } from './trigger-draft.ts'
import { triggersKey } from './trigger-queries.ts'

/** Makes the trigger, or changes the one that is there. */
export function useSaveTrigger(trigger: TriggerSerializer | undefined) {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (draft: TriggerDraft) =>
      trigger === undefined
        ? api.triggers.create(scope, fn, bodyOf(draft))
        : api.triggers.update(scope, fn, trigger.name, changeOf(trigger, draft)),
    onSuccess: () => queries.invalidateQueries({ queryKey: triggersKey(scope, fn) }),
  })
}
