import { Text } from '@mantine/core'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import { OnceDialog } from '../ui/once-dialog.tsx'
import type { RowAction } from '../ui/row-menu.tsx'
import { useLast } from '../ui/use-last.ts'
import { DeleteWebhook, SwitchWebhook } from './webhook-confirms.tsx'
import { CreateWebhook, EditWebhook, RotateSecret } from './webhook-forms.tsx'

type FormDialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'rotate'; readonly webhook: WebhookSerializer }
export type WebhookDialog =
  | FormDialog
  | { readonly kind: 'switch' | 'delete'; readonly webhook: WebhookSerializer }

/** What can be done with a webhook that is there. */
export function webhookActions(
  webhook: WebhookSerializer,
  ask: (dialog: WebhookDialog) => void,
): RowAction[] {
  return [
    { label: 'Edit', onClick: () => ask({ kind: 'edit', webhook }) },
    { label: 'Rotate secret', onClick: () => ask({ kind: 'rotate', webhook }) },
    {
      label: webhook.enabled ? 'Disable' : 'Enable',
      onClick: () => ask({ kind: 'switch', webhook }),
    },
    { label: 'Delete', isDangerous: true, onClick: () => ask({ kind: 'delete', webhook }) },
  ]
}

export interface WebhookDialogsProps {
  readonly projectId: number
  /** Undefined for none. */
  readonly dialog: WebhookDialog | undefined
  readonly onClose: () => void
  /** To go away from what is gone. */
  readonly onDeleted?: () => void
}

/** All that asks something of a webhook. */
export function WebhookDialogs({ projectId, dialog, onClose, onDeleted }: WebhookDialogsProps) {
  const form = dialog !== undefined && isForm(dialog) ? dialog : undefined
  const asked = useLast(form)
  const confirmed = (kind: 'switch' | 'delete') =>
    dialog?.kind === kind ? dialog.webhook : undefined
  return (
    <>
      <OnceDialog
        opened={form !== undefined}
        title={asked === undefined ? '' : TITLES[asked.kind]}
        what="signing secret"
        note={
          <Text size="sm">
            With it the receiver checks the signature of each delivery, as Standard Webhooks has it.
          </Text>
        }
        onClose={onClose}
      >
        {(onMade, close) =>
          asked && (
            <WebhookForm projectId={projectId} dialog={asked} onMade={onMade} onClose={close} />
          )
        }
      </OnceDialog>
      <SwitchWebhook projectId={projectId} webhook={confirmed('switch')} onClose={onClose} />
      <DeleteWebhook
        projectId={projectId}
        webhook={confirmed('delete')}
        onClose={onClose}
        onDeleted={onDeleted}
      />
    </>
  )
}

const TITLES: Readonly<Record<FormDialog['kind'], string>> = {
  create: 'Create webhook',
  edit: 'Edit webhook',
  rotate: 'Rotate the signing secret?',
}

function isForm(dialog: WebhookDialog): dialog is FormDialog {
  return dialog.kind !== 'switch' && dialog.kind !== 'delete'
}

interface WebhookFormProps {
  readonly projectId: number
  readonly dialog: FormDialog
  readonly onMade: (secret: string) => void
  readonly onClose: () => void
}

function WebhookForm({ dialog, onMade, ...rest }: WebhookFormProps) {
  switch (dialog.kind) {
    case 'create':
      return <CreateWebhook {...rest} onMade={onMade} />
    case 'edit':
      return <EditWebhook {...rest} key={dialog.webhook.id} webhook={dialog.webhook} />
    case 'rotate':
      return <RotateSecret {...rest} webhook={dialog.webhook} onMade={onMade} />
  }
}
