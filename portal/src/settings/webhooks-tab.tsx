import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { eventsText, isFailing, webhookStateText } from './delivery-words.ts'
import { DeleteWebhook, RotateWebhookSecret, SwitchWebhook } from './webhook-actions.tsx'
import { WebhookDialog, type WebhookDialogProps } from './webhook-form.tsx'
import { webhooksQuery } from './webhook-queries.ts'
import { WebhookView } from './webhook-view.tsx'

/** Where events of the project are sent to; one of them when the address names it. */
export function WebhooksTab({ projectId }: { readonly projectId: number }) {
  const id = useListParams().get('webhook')
  const mayRead = useMay('editor')
  if (!mayRead) {
    return <NeedsRole least="editor">The URL of a webhook may hold secrets.</NeedsRole>
  }
  return id === '' ? (
    <WebhookList projectId={projectId} />
  ) : (
    <WebhookView key={id} projectId={projectId} id={id} />
  )
}

type Asked = 'switch' | 'rotate' | 'delete'

function WebhookList({ projectId }: { readonly projectId: number }) {
  const { data, error, refetch } = useQuery(webhooksQuery(projectId))
  const [dialog, setDialog] = useState<WebhookDialogProps['dialog']>()
  const [asked, setAsked] = useState<{ action: Asked; webhook: WebhookSerializer }>()
  const close = () => setAsked(undefined)
  const when = (action: Asked) => (asked?.action === action ? asked.webhook : undefined)
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog({})}>
      Create webhook
    </Button>
  )
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <Text size="sm" c="dimmed" maw={640}>
          What happens to keys of this project is posted to each of these URLs, signed, and tried
          again for about three days until it is taken.
        </Text>
        {(data?.count ?? 0) > 0 && create}
      </Group>
      <DataTable
        label="Webhooks"
        columns={COLUMNS}
        rows={data?.results}
        rowId={(row) => row.id}
        error={error}
        onRetry={refetch}
        {...(data && { total: data.count })}
        empty={
          <Empty title="There are no webhooks yet" action={create}>
            With one, a program of yours is told when a key expires, is leaked or is changed.
          </Empty>
        }
        rowActions={(webhook) => (
          <RowMenu
            label={`Actions for ${webhook.url}`}
            actions={[
              { label: 'Edit', onClick: () => setDialog({ webhook }) },
              {
                label: 'Rotate secret',
                onClick: () => setAsked({ action: 'rotate', webhook }),
              },
              {
                label: webhook.enabled ? 'Disable' : 'Enable',
                onClick: () => setAsked({ action: 'switch', webhook }),
              },
              {
                label: 'Delete',
                isDangerous: true,
                onClick: () => setAsked({ action: 'delete', webhook }),
              },
            ]}
          />
        )}
      />
      <WebhookDialog projectId={projectId} dialog={dialog} onClose={() => setDialog(undefined)} />
      <SwitchWebhook projectId={projectId} webhook={when('switch')} onClose={close} />
      <RotateWebhookSecret projectId={projectId} webhook={when('rotate')} onClose={close} />
      <DeleteWebhook projectId={projectId} webhook={when('delete')} onClose={close} />
    </Stack>
  )
}

function State({ webhook }: { readonly webhook: WebhookSerializer }) {
  const { enabled } = webhook
  const why = webhookStateText(webhook).replace(/^Disabled:? /, '')
  return (
    <>
      <StatusBadge status={enabled ? 'Enabled' : 'Disabled'} />
      {!enabled && <Text size="xs">{why}</Text>}
    </>
  )
}

const COLUMNS: readonly Column<WebhookSerializer>[] = [
  {
    id: 'url',
    header: 'URL',
    cell: ({ id, url, description }) => (
      <Stack gap={0}>
        <Anchor
          component={Link}
          to={{ search: `?webhook=${encodeURIComponent(id)}` }}
          fz="inherit"
          style={{ overflowWrap: 'anywhere' }}
        >
          {url}
        </Anchor>
        {description !== '' && (
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        )}
      </Stack>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: (webhook) => (
      <Stack gap={4} align="start">
        <State webhook={webhook} />
        {webhook.enabled && isFailing(webhook) && (
          <Badge variant="default" tt="none">
            The last delivery failed
          </Badge>
        )}
      </Stack>
    ),
  },
  {
    id: 'events',
    header: 'Events',
    from: 'md',
    cell: (webhook) => <Text size="sm">{eventsText(webhook)}</Text>,
  },
  {
    id: 'delivered',
    header: 'Last taken',
    from: 'sm',
    cell: ({ last_delivered_at: at }) => <TimeText time={at} never="Never" />,
  },
]
