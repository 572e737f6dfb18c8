import { Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../app/api.ts'
import { ErrorNote } from '../ui/states.tsx'

/** How far a change has come that functions are deployed again for. */
export function DeployState({ taskId }: { readonly taskId: string | undefined }) {
  const task = useQuery({
    queryKey: ['tasks', taskId, 'end'],
    queryFn: ({ signal }) => api.tasks.wait(taskId!, { signal }),
    enabled: taskId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (task.isError) return <ErrorNote error={task.error} onRetry={() => task.refetch()} />
  return (
    <div role="status">
      {taskId === undefined ? null : task.data === undefined ? (
        <Group gap="xs">
          <Loader size="xs" aria-hidden />
          <Text size="sm">Saved. It is being deployed…</Text>
        </Group>
      ) : task.data.state === 'ERROR' ? (
        <Text size="sm">Saved, but it could not be deployed everywhere: {task.data.error}</Text>
      ) : (
        <Text size="sm">Saved, and in force.</Text>
      )}
    </div>
  )
}
