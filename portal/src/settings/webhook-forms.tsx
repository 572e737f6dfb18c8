import { Text } from '@mantine/core'
import { useState } from 'react'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { useMadeOnce } from '../ui/use-made-once.ts'
import {
  bodyOf,
  changeOf,
  draftOf,
  isFilledIn,
  NEW_WEBHOOK,
  WEBHOOK_FIELDS,
} from './webhook-draft.ts'
import { WebhookFields } from './webhook-fields.tsx'
import { useWebhookChange } from './webhook-queries.ts'

interface FormProps {
  readonly projectId: number
  readonly onClose: () => void
}

interface MakingProps extends FormProps {
  readonly onMade: (secret: string) => void
}

interface ChangingProps extends FormProps {
  readonly webhook: WebhookSerializer
}

export function CreateWebhook({ projectId, onMade, onClose }: MakingProps) {
  const [draft, setDraft] = useState(NEW_WEBHOOK)
  const creation = useMadeOnce({
    make: async (body: ReturnType<typeof bodyOf>, options) =>
      (await api.webhooks.create(projectId, body, options)).secret,
    onMade,
    changes: [['webhooks', projectId]],
  })
  const { placed, rest } = serverErrors(creation.error, WEBHOOK_FIELDS)
  return (
    <DialogForm
      action="Create webhook"
      isPending={creation.isPending}
      isDisabled={!isFilledIn(draft)}
      error={rest}
      onSubmit={() => creation.mutate(bodyOf(draft))}
      onCancel={onClose}
    >
      <WebhookFields draft={draft} refused={placed} onChange={setDraft} />
    </DialogForm>
  )
}

export function EditWebhook({ projectId, webhook, onClose }: ChangingProps) {
  const before = draftOf(webhook)
  const [draft, setDraft] = useState(before)
  const change = changeOf(before, draft)
  const update = useWebhookChange(projectId, () =>
    api.webhooks.update(projectId, webhook.id, change),
  )
  const { placed, rest } = serverErrors(update.error, WEBHOOK_FIELDS)
  return (
    <DialogForm
      action="Save"
      isPending={update.isPending}
      isDisabled={!isFilledIn(draft) || Object.keys(change).length === 0}
      error={rest}
      onSubmit={() => update.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <WebhookFields draft={draft} refused={placed} onChange={setDraft} />
    </DialogForm>
  )
}

export function RotateSecret({ projectId, webhook, onMade, onClose }: MakingProps & ChangingProps) {
  const rotation = useMadeOnce({
    make: async (id: string, options) =>
      (await api.webhooks.rotateSecret(projectId, id, options)).secret,
    onMade,
    changes: [['webhooks', projectId]],
  })
  return (
    <DialogForm
      action="Rotate secret"
      isPending={rotation.isPending}
      error={rotation.error}
      onSubmit={() => rotation.mutate(webhook.id)}
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
