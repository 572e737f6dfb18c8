import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'

/** Puts a version to work again, after what that changes has been said. */
export function RollBack({
  number,
  onClose,
}: {
  readonly number: number
  readonly onClose: () => void
}) {
  const scope = useScope()
  const name = useFunctionName()
  const changed = useFunctionsChanged()
  const rollBack = useMutation({
    // The task ends when a data node has tried the version, and serves it.
    mutationFn: async () => waitForTasks(await api.functions.rollback(scope, name, number)),
    async onSuccess() {
      await changed()
      onClose()
    },
  })
  return (
    <Confirm
      opened
      title={`Roll back to version ${number}?`}
      action="Roll back"
      isPending={rollBack.isPending}
      error={rollBack.error}
      onConfirm={() => rollBack.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        Code, files, dependencies, main method, environment and flavor are then those of version{' '}
        {number}, and the next change starts from them. Scaling, time limit, keys and the
        namespace’s values stay as they are now. Nothing is built: it is tried, serves within a
        second, and no call is lost.
      </Text>
      {rollBack.isPending && (
        <Text size="sm" role="status">
          Waiting until the data nodes serve it …
        </Text>
      )}
    </Confirm>
  )
}
