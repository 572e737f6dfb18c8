import { Checkbox, Modal, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { EventTypeChoices, WebhookSerializer } from '../../../src/client/types.ts'
import { EVENT_TYPES } from '../../../src/domain/events.ts'
import { api } from '../app/api.ts'
import { useChangeKey } from '../app/change-key.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ShownOnce } from '../ui/shown-once.tsx'
import { useWebhookChange } from './webhook-queries.ts'

export interface WebhookDialogProps {
  readonly projectId: number
  /** Undefined for none. */
  readonly dialog: { readonly webhook?: WebhookSerializer } | undefined
  readonly onClose: () => void
}

/** Makes a webhook and shows its secret once, or changes one. */
export function WebhookDialog({ projectId, dialog, onClose }: WebhookDialogProps) {
  const [secret, setSecret] = useState<string>()
  const isShown = secret !== undefined
  const close = () => {
    setSecret(undefined)
    onClose()
  }
  const title = dialog?.webhook === undefined ? 'Create webhook' : 'Edit webhook'
  return (
    <Modal
      // What comes after it was closed is shown all the same: there is no other time.
      opened={dialog !== undefined || isShown}
      onClose={close}
      title={isShown ? 'Keep the signing secret' : title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      withCloseButton={!isShown}
      closeOnEscape={!isShown}
      closeOnClickOutside={!isShown}
    >
      {isShown ? (
        <WebhookSecret secret={secret} onClose={close} />
      ) : dialog?.webhook === undefined ? (
        <CreateForm projectId={projectId} onMade={setSecret} onClose={close} />
      ) : (
        <EditForm projectId={projectId} webhook={dialog.webhook} onClose={close} />
      )}
    </Modal>
  )
}

export function WebhookSecret({
  secret,
  onClose,
}: {
  readonly secret: string
  readonly onClose: () => void
}) {
  return (
    <ShownOnce what="signing secret" secret={secret} onClose={onClose}>
      <Text size="sm">
        With it the receiver checks the signature of each delivery, as Standard Webhooks has it.
      </Text>
    </ShownOnce>
  )
}

interface Typed {
  readonly url: string
  readonly description: string
  readonly isAll: boolean
  readonly events: readonly EventTypeChoices[]
}

const NEW: Typed = { url: '', description: '', isAll: true, events: [] }

function bodyOf({ url, description, isAll, events }: Typed) {
  return { url: url.trim(), description, events: isAll ? [] : [...events] }
}

function CreateForm({
  projectId,
  onMade,
  onClose,
}: {
  readonly projectId: number
  readonly onMade: (secret: string) => void
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState(NEW)
  const changeKey = useChangeKey()
  const mutation = useWebhookChange(projectId, async () => {
    const body = bodyOf(typed)
    try {
      const idempotencyKey = changeKey.keyFor(body)
      const { secret } = await api.webhooks.create(projectId, body, { idempotencyKey })
      changeKey.ended()
      // What is returned here is kept by the query client: not the secret.
      onMade(secret)
    } catch (error) {
      changeKey.ended(error)
      throw error
    }
  })
  const { rest } = serverErrors(mutation.error, FIELDS)
  return (
    <DialogForm
      action="Create webhook"
      isPending={mutation.isPending}
      isDisabled={!isWhole(typed)}
      error={rest}
      onSubmit={() => mutation.mutate(undefined)}
      onCancel={onClose}
    >
      <Fields typed={typed} error={mutation.error} onChange={setTyped} />
    </DialogForm>
  )
}

function EditForm({
  projectId,
  webhook,
  onClose,
}: {
  readonly projectId: number
  readonly webhook: WebhookSerializer
  readonly onClose: () => void
}) {
  const before: Typed = { ...webhook, isAll: webhook.events.length === 0 }
  const [typed, setTyped] = useState(before)
  const mutation = useWebhookChange(projectId, () =>
    api.webhooks.update(projectId, webhook.id, bodyOf(typed)),
  )
  const isSame = JSON.stringify(bodyOf(typed)) === JSON.stringify(bodyOf(before))
  const { rest } = serverErrors(mutation.error, FIELDS)
  return (
    <DialogForm
      action="Save"
      isPending={mutation.isPending}
      isDisabled={!isWhole(typed) || isSame}
      error={rest}
      onSubmit={() => mutation.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Fields typed={typed} error={mutation.error} onChange={setTyped} />
    </DialogForm>
  )
}

const FIELDS = ['url', 'description', 'events']

function isWhole({ url, isAll, events }: Typed): boolean {
  return /^https?:\/\/[^/\\]/i.test(url.trim()) && (isAll || events.length > 0)
}

function Fields({
  typed,
  error,
  onChange,
}: {
  readonly typed: Typed
  readonly error: unknown
  readonly onChange: (typed: Typed) => void
}) {
  const refused = serverErrors(error, FIELDS).placed
  const set = (changes: Partial<Typed>) => onChange({ ...typed, ...changes })
  return (
    <>
      <TextInput
        label="URL"
        description="Events are posted to it, signed. Use https: the signature hides nothing."
        placeholder="https://example.com/hooks/latchkey"
        type="url"
        value={typed.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={refused.url}
        autoComplete="off"
        required
        data-autofocus
      />
      <TextInput
        label="Description"
        value={typed.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={refused.description}
        maxLength={255}
        autoComplete="off"
      />
      <Stack gap="xs">
        <Radio.Group
          label="Events"
          value={typed.isAll ? 'all' : 'some'}
          onChange={(choice) => set({ isAll: choice === 'all' })}
          error={refused.events}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="all" label="Every event" description="Those of later versions too." />
            <Radio value="some" label="Only these" />
          </Stack>
        </Radio.Group>
        {!typed.isAll && (
          <Checkbox.Group
            aria-label="Events that are sent"
            value={[...typed.events]}
            onChange={(events) => set({ events: events as EventTypeChoices[] })}
            pl="xl"
          >
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
              {EVENT_TYPES.map((type) => (
                <Checkbox key={type} value={type} label={type} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
        )}
      </Stack>
    </>
  )
}
