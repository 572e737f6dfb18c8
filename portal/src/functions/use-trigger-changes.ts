import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useOptimistic, usePending } from '../app/optimistic.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { triggersKey } from './trigger-queries.ts'

export type TriggerChanges = ReturnType<typeof useTriggerChanges>

export function useTriggerChanges() {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  return {
    run: useMutation({
      mutationFn: (name: string) => api.triggers.run(scope, fn, name),
      onSuccess: () => queries.invalidateQueries({ queryKey: triggersKey(scope, fn) }),
    }),
    enable: useEnable(),
  }
}

/** Shown at once: a click undoes it, and nothing is revoked by it. */
function useEnable(): (trigger: TriggerSerializer) => void {
  const scope = useScope()
  const fn = useFunctionName()
  const { mutate } = useOptimistic({
    key: triggersKey(scope, fn),
    send: ({ name, enabled }: TriggerSerializer) =>
      api.triggers.update(scope, fn, name, { enabled: !enabled }),
    failed: 'The trigger is as it was',
    isInOrder: true,
  })
  return mutate
}

/** As they will be when those that are being switched are. */
export function useSwitched(
  triggers: readonly TriggerSerializer[] | undefined,
): TriggerSerializer[] | undefined {
  const pending = usePending<TriggerSerializer>(triggersKey(useScope(), useFunctionName()))
  const wasEnabled = new Map(pending.map(({ id, enabled }) => [id, enabled]))
  return triggers?.map((one) => {
    const before = wasEnabled.get(one.id)
    return before === undefined ? one : { ...one, enabled: !before }
  })
}
