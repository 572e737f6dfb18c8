import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { FaasApiKeySerializer, KeyPropagationSerializer } from '../../../src/client/types.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { LastUseWarning } from './key-last-use.tsx'
import { PropagationList } from './key-propagation.tsx'
import { useKeyDeletion } from './use-key-deletion.ts'

export interface KeyDialogProps {
  readonly apiKey: FaasApiKeySerializer
  readonly onClose: () => void
}

export interface DeleteKeyProps extends KeyDialogProps {
  /** Called when no node lets the key through any more, or when that is waited for elsewhere. */
  readonly onGone: () => void
}

/** Deletes a key: its name is typed, its last use is told, and where it is not gone yet too. */
export function DeleteKey({ apiKey, onClose, onGone }: DeleteKeyProps) {
  const [leaked, setLeaked] = useState(false)
  const onEnd = () => {
    onGone()
    onClose()
  }
  const deletion = useKeyDeletion({ apiKey, leaked, onEnd })
  const { key, standing, isPending } = deletion
  if (deletion.lags) {
    return <Lagging name={key.name} standing={standing} onLeave={deletion.waitElsewhere} />
  }
  return (
    <ConfirmByName
      opened
      title={`Delete ${key.name}?`}
      name={key.name}
      action={leaked ? 'Delete for good' : 'Delete'}
      isPending={isPending || deletion.isLooking}
      error={deletion.error}
      onConfirm={deletion.confirm}
      onClose={onClose}
    >
      <LastUseWarning used={key} />
      <Text size="sm">
        {leaked
          ? 'It can never be brought back, and not even a trace of its secret is kept.'
          : 'It can be brought back, with the secret that it has: for 30 days, or as long as this server is told to keep it.'}
      </Text>
      <Checkbox
        label="The secret leaked: delete for good"
        checked={leaked}
        onChange={(event) => setLeaked(event.currentTarget.checked)}
        disabled={isPending}
      />
      {standing !== undefined && <PropagationList propagation={standing} />}
    </ConfirmByName>
  )
}

interface LaggingProps {
  readonly name: string
  readonly standing: KeyPropagationSerializer | undefined
  readonly onLeave: () => void
}

function Lagging({ name, standing, onLeave }: LaggingProps) {
  return (
    <Modal opened onClose={onLeave} title={`${name} is deleted, but not in force everywhere`}>
      <Stack>
        {standing !== undefined && <PropagationList propagation={standing} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave} data-autofocus>
            Wait in the background
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
