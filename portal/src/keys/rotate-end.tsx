import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../src/client/errors.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import type { KeyDialogProps } from './delete-key.tsx'
import { keyQuery, keysChanged } from './key-queries.ts'

/** Ends a rotation: with the new secret, or by going back to the old one. */
export function EndRotation({
  apiKey,
  isFinish,
  onClose,
}: KeyDialogProps & { readonly isFinish: boolean }) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const fresh = useQuery(keyQuery(scope, apiKey.name))
  const key = fresh.data?.key ?? apiKey
  const end = useMutation({
    mutationFn: ({ force }: { force: boolean }) =>
      isFinish
        ? api.keys.finishRotation(scope, key.name)
        : api.keys.cancelRotation(scope, key.name, { force }),
    onSuccess: () => void keysChanged(queryClient, scope),
  })
  // It may have ended meanwhile, which the server says then.
  const rotation = key.rotation ?? apiKey.rotation
  const isUsed = rotation?.new_used_at != null || isInUse(end.error)
  const force = !isFinish && isUsed
  return (
    <Modal
      opened
      onClose={onClose}
      title={isFinish ? 'End the old secret now?' : 'Go back to the old secret?'}
    >
      <Stack>
        <Text size="sm">{endText(key.hint, rotation?.old_hint ?? '', isFinish, isUsed)}</Text>
        {end.isError && !isInUse(end.error) && <ErrorNote error={end.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep both
          </Button>
          <Button
            color="red"
            loading={end.isPending}
            onClick={() => end.mutate({ force }, { onSuccess: onClose })}
            data-autofocus
          >
            {isFinish ? 'Finish now' : force ? 'Cancel it anyway' : 'Cancel the rotation'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function isInUse(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'new_secret_used'
}

function endText(hint: string, old: string, isFinish: boolean, isUsed: boolean): string {
  if (isFinish && isUsed) return `Callers who still send the old secret (${old}) are refused.`
  if (isFinish) {
    return `Nobody has used the new secret (${hint}) yet. Callers who still send the old one (${old}) are refused.`
  }
  return isUsed
    ? `The new secret (${hint}) is in use: callers who send it are refused from then on.`
    : `The new secret (${hint}), which nobody has used, ends. The old one (${old}) works on.`
}
