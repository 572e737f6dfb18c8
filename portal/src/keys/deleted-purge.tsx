import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeletedKeySerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { keysChanged } from './key-queries.ts'

export interface DeletedKeyDialogProps {
  readonly deleted: DeletedKeySerializer
  readonly onClose: () => void
}

/** Forgets a deleted key. */
export function PurgeKey({ deleted, onClose }: DeletedKeyDialogProps) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const purge = useMutation({
    mutationFn: () => api.deletedKeys.purge(scope, deleted.id),
    onSuccess: () => void keysChanged(queryClient, scope),
  })
  return (
    <ConfirmByName
      opened
      title={`Delete ${deleted.name} for good?`}
      name={deleted.name}
      action="Delete for good"
      isPending={purge.isPending}
      error={purge.error}
      onConfirm={() => purge.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        It can never be brought back, and not even a trace of its secret ({deleted.hint}) is kept.
        What it did stays in the audit log.
      </Text>
    </ConfirmByName>
  )
}
