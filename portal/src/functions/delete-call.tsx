import { Text } from '@mantine/core'
import type { CallSerializer } from '../../../src/client/types.ts'
import { Confirm } from '../ui/confirm.tsx'
import type { useCallChanges } from './use-call-changes.ts'

export interface DeleteCallProps {
  /** The one that is asked about. */
  readonly call: CallSerializer | undefined
  readonly remove: ReturnType<typeof useCallChanges>['remove']
  readonly onDeleted: () => void
  readonly onClose: () => void
}

/** Asks whether a call shall be given up. */
export function DeleteCall({ call, remove, onDeleted, onClose }: DeleteCallProps) {
  const close = () => {
    remove.reset()
    onClose()
  }
  const confirm = () =>
    remove.mutate(call!.id, {
      onSuccess: () => {
        onDeleted()
        close()
      },
    })
  return (
    <Confirm
      opened={call !== undefined}
      title="Delete the call?"
      action="Delete call"
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={close}
    >
      <Text>
        It is tried no more, and its answer is gone: whoever made it is told that there is no such
        call.
      </Text>
    </Confirm>
  )
}
