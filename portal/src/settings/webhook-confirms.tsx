import { Text } from '@mantine/core'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useConfirmed } from '../ui/use-confirmed.ts'
import { webhookStateText } from './delivery-words.ts'
import { webhooksQuery } from './webhook-queries.ts'

export interface WebhookConfirmProps {
  readonly projectId: number
  /** Undefined while nothing is asked. */
  readonly webhook: WebhookSerializer | undefined
  readonly onClose: () => void
}

/** Disables a webhook, or enables one again. */
export function SwitchWebhook({ projectId, webhook, onClose }: WebhookConfirmProps) {
  const { shown, dialog } = useConfirmed({
    thing: webhook,
    change: ({ id, enabled }) => api.webhooks.update(projectId, id, { enabled: !enabled }),
    changes: [['webhooks', projectId]],
    onClose,
  })
  const isOn = shown?.enabled ?? false
  const action = isOn ? 'Disable' : 'Enable'
  return (
    <Confirm {...dialog} title={`${action} this webhook?`} action={action}>
      {shown !== undefined && !isOn && <Text>{webhookStateText(shown)}.</Text>}
      <Text>
        {isOn
          ? 'It is sent nothing until it is enabled again. What waits for it has failed then, and can be sent again by hand.'
          : 'It is sent what happens from now on. What happened meanwhile is not sent by itself.'}
      </Text>
    </Confirm>
  )
}

export interface DeleteWebhookProps extends WebhookConfirmProps {
  /** To go away from what is gone. */
  readonly onDeleted?: (() => void) | undefined
}

export function DeleteWebhook({ projectId, webhook, onClose, onDeleted }: DeleteWebhookProps) {
  const { shown, dialog } = useConfirmed({
    thing: webhook,
    change: ({ id }) => api.webhooks.delete(projectId, id),
    // What the page of it has fetched is gone with it.
    changes: [webhooksQuery(projectId).queryKey],
    onDone: onDeleted,
    onClose,
  })
  return (
    <Confirm {...dialog} title="Delete this webhook?" action="Delete webhook" isDangerous>
      <Text style={{ overflowWrap: 'anywhere' }}>{shown?.url}</Text>
      <Text>
        What waits for it goes with it, and so do its secret and the log of its deliveries.
      </Text>
    </Confirm>
  )
}
