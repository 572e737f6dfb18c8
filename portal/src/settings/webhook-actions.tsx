import { Modal, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useChangeKey } from '../app/change-key.ts'
import { Confirm } from '../ui/confirm.tsx'
import { DialogForm } from '../ui/dialog-form.tsx'
import { useLast } from '../ui/use-last.ts'
import { webhookStateText } from './delivery-words.ts'
import { WebhookSecret } from './webhook-form.tsx'
import { useWebhookChange } from './webhook-queries.ts'

export interface WebhookActionProps {
  readonly projectId: number
  /** Undefined while nothing is asked. */
  readonly webhook: WebhookSerializer | undefined
  readonly onClose: () => void
}

export function SwitchWebhook({ projectId, webhook, onClose }: WebhookActionProps) {
  const shown = useLast(webhook)
  const isOn = shown?.enabled ?? false
  const mutation = useWebhookChange(projectId, (id: string) =>
    api.webhooks.update(projectId, id, { enabled: !isOn }),
  )
  return (
    <Confirm
      opened={webhook !== undefined}
      title={isOn ? 'Disable this webhook?' : 'Enable this webhook?'}
      action={isOn ? 'Disable' : 'Enable'}
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => webhook && mutation.mutate(webhook.id, { onSuccess: onClose })}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
    >
      {shown !== undefined && !isOn && <Text>{webhookStateText(shown)}.</Text>}
      <Text>
        {isOn
          ? 'It is sent nothing until it is enabled again. What waits for it has failed then, and can be sent again by hand.'
          : 'It is sent what happens from now on. What happened meanwhile is not sent by itself.'}
      </Text>
    </Confirm>
  )
}

export function DeleteWebhook({
  projectId,
  webhook,
  onClose,
  onDeleted,
}: WebhookActionProps & { readonly onDeleted?: () => void }) {
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: (id: string) => api.webhooks.delete(projectId, id),
    async onSuccess() {
      // First away from what is gone.
      onDeleted?.()
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['webhooks', projectId] })
    },
  })
  return (
    <Confirm
      opened={webhook !== undefined}
      title="Delete this webhook?"
      action="Delete webhook"
      isDangerous
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => webhook && mutation.mutate(webhook.id)}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
    >
      <Text style={{ overflowWrap: 'anywhere' }}>{useLast(webhook)?.url}</Text>
      <Text>
        What waits for it goes with it, and so do its secret and the log of its deliveries.
      </Text>
    </Confirm>
  )
}

/** The new secret is shown in the same dialog, once. */
export function RotateWebhookSecret({ projectId, webhook, onClose }: WebhookActionProps) {
  const [secret, setSecret] = useState<string>()
  const isShown = secret !== undefined
  const close = () => {
    setSecret(undefined)
    onClose()
  }
  return (
    <Modal
      // What comes after it was closed is shown all the same: there is no other time.
      opened={webhook !== undefined || isShown}
      onClose={close}
      title={isShown ? 'Keep the signing secret' : 'Rotate the signing secret?'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      withCloseButton={!isShown}
      closeOnEscape={!isShown}
      closeOnClickOutside={!isShown}
    >
      {isShown ? (
        <WebhookSecret secret={secret} onClose={close} />
      ) : (
        webhook !== undefined && (
          <RotateForm projectId={projectId} webhook={webhook} onMade={setSecret} onClose={close} />
        )
      )}
    </Modal>
  )
}

function RotateForm({
  projectId,
  webhook,
  onMade,
  onClose,
}: {
  readonly projectId: number
  readonly webhook: WebhookSerializer
  readonly onMade: (secret: string) => void
  readonly onClose: () => void
}) {
  const changeKey = useChangeKey()
  const mutation = useWebhookChange(projectId, async () => {
    try {
      const idempotencyKey = changeKey.keyFor(webhook.id)
      const { secret } = await api.webhooks.rotateSecret(projectId, webhook.id, { idempotencyKey })
      changeKey.ended()
      onMade(secret)
    } catch (error) {
      changeKey.ended(error)
      throw error
    }
  })
  return (
    <DialogForm
      action="Rotate secret"
      isPending={mutation.isPending}
      error={mutation.error}
      onSubmit={() => mutation.mutate(undefined)}
      onCancel={onClose}
    >
      <Text>
        A new secret is made. For a day everything is signed with both, so the receiver can be
        changed at any time in between.
      </Text>
      {webhook.old_secret_ends_at !== null && (
        <Text fw={600}>
          The secret was rotated less than a day ago: the one before that ends now.
        </Text>
      )}
    </DialogForm>
  )
}
