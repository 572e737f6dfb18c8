import { useMutation } from '@tanstack/react-query'
import type { ChangeFunctionSerializer, FunctionSerializer } from '../../../src/client/types.ts'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'
import { useFunction } from './function-query.ts'
import { useUpdateFunction } from './function-update.ts'

/** A change of who may call; what somebody else changes elsewhere stays. */
export function useAccessChange(isUntouched: (newest: FunctionSerializer) => boolean) {
  const base = useFunction()
  const update = useUpdateFunction()
  const changed = useFunctionsChanged()
  return useMutation({
    mutationFn: async (body: ChangeFunctionSerializer) => {
      const { tasks } = await update({ base, body, isUntouched })
      await waitForTasks({ tasks: [...tasks] })
    },
    onSettled: changed,
  })
}
