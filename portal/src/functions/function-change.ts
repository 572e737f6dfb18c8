import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { TaskIDsSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'

/** @throws with the task's sentence when one of them ended in an error */
export async function waitForTasks({ tasks }: TaskIDsSerializer): Promise<void> {
  for (const id of tasks) {
    const task = await api.tasks.wait(id)
    if (task.state === 'ERROR') throw new Error(task.error ?? 'The task failed.')
  }
}

/** Has all that is shown of functions, and of what opens them, asked for anew. */
export function useFunctionsChanged(): () => Promise<void> {
  const scope = useScope()
  const queries = useQueryClient()
  return useCallback(async () => {
    await Promise.all(
      ['functions', 'namespaces', 'keys'].map((noun) =>
        queries.invalidateQueries({ queryKey: [noun, scope] }),
      ),
    )
  }, [queries, scope])
}
