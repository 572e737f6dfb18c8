import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { FaasApiKeySerializer, KeyRotationSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { relativeTime } from '../ui/times.ts'
import { useFocusBack } from './key-focus.ts'
import { keysChanged } from './key-queries.ts'
import { lengthText } from './key-time.ts'

/** How a rotation stands, and its two ends. */
export function RotateState({ apiKey }: { readonly apiKey: FaasApiKeySerializer }) {
  const [asked, setAsked] = useState<'finish' | 'cancel'>()
  const may = useMay('editor')
  const { remember } = useFocusBack(asked !== undefined)
  const ask = (how: 'finish' | 'cancel') => {
    remember()
    setAsked(how)
  }
  const { rotation } = apiKey
  if (rotation === null) {
    return <Text size="sm">One secret works ({apiKey.hint}). No rotation is under way.</Text>
  }
  return (
    <Stack gap="sm">
      <Text size="sm">{stateText(rotation)}</Text>
      <Table variant="vertical" layout="fixed" aria-label="Secrets" withRowBorders={false}>
        <Table.Tbody>
          <Row label="New secret">
            {apiKey.hint}
            {rotation.new_used_at === null ? (
              ', not used yet'
            ) : (
              <>
                , first used <TimeText time={rotation.new_used_at} />
              </>
            )}
          </Row>
          <Row label="Old secret">
            {rotation.old_hint}, ends <TimeText time={rotation.old_ends_at} /> (
            {relativeTime(rotation.old_ends_at, Date.now())})
          </Row>
          <Row label="Grace">
            {lengthText(rotation.grace_seconds)}
            {rotation.grace_seconds > 0 && ' after the first use of the new one'}
          </Row>
          <Row label="Rotated">
            <TimeText time={rotation.started_at} />
          </Row>
        </Table.Tbody>
      </Table>
      <Group gap="xs">
        <Button size="xs" disabled={!may} onClick={() => ask('finish')}>
          Finish now
        </Button>
        <Button size="xs" variant="default" disabled={!may} onClick={() => ask('cancel')}>
          Cancel the rotation
        </Button>
        {!may && (
          <Text size="sm" c="dimmed">
            {roleNeededText('editor')}
          </Text>
        )}
      </Group>
      {asked !== undefined && (
        <EndRotation
          apiKey={apiKey}
          rotation={rotation}
          how={asked}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Stack>
  )
}

function stateText({ new_used_at: used, old_ends_at: end }: KeyRotationSerializer): string {
  return used === null
    ? `Both secrets work. Nobody has used the new one yet; the old one ends ${relativeTime(end, Date.now())} even if nobody does.`
    : `Both secrets work. The new one is in use, and the old one ends ${relativeTime(end, Date.now())}.`
}

function Row({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={130}>{label}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}

function EndRotation({
  apiKey,
  rotation,
  how,
  onClose,
}: {
  readonly apiKey: FaasApiKeySerializer
  readonly rotation: KeyRotationSerializer
  readonly how: 'finish' | 'cancel'
  readonly onClose: () => void
}) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const isFinish = how === 'finish'
  const end = useMutation({
    mutationFn: ({ force }: { force: boolean }) =>
      isFinish
        ? api.keys.finishRotation(scope, apiKey.name)
        : api.keys.cancelRotation(scope, apiKey.name, { force }),
    onSuccess: async () => {
      onClose()
      await keysChanged(queryClient, scope)
    },
  })
  const isUsed = rotation.new_used_at !== null || isInUse(end.error)
  const force = !isFinish && isUsed
  return (
    <Modal
      opened
      onClose={onClose}
      title={isFinish ? 'End the old secret now?' : 'Go back to the old secret?'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text size="sm">{endText(apiKey, rotation, isFinish, isUsed)}</Text>
        {end.isError && !isInUse(end.error) && <ErrorNote error={end.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep both
          </Button>
          <Button
            color="red"
            loading={end.isPending}
            onClick={() => end.mutate({ force })}
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

function endText(
  { hint }: FaasApiKeySerializer,
  { old_hint: old }: KeyRotationSerializer,
  isFinish: boolean,
  isUsed: boolean,
): string {
  if (isFinish && isUsed) return `Callers who still send the old secret (${old}) are refused.`
  if (isFinish) {
    return `Nobody has used the new secret (${hint}) yet. Callers who still send the old one (${old}) are refused.`
  }
  return isUsed
    ? `The new secret (${hint}) is in use: callers who send it are refused from then on.`
    : `The new secret (${hint}), which nobody has used, ends. The old one (${old}) works on.`
}
