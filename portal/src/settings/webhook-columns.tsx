import { Anchor, Badge, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { eventsText, isFailing, webhookStateText } from './delivery-words.ts'

export const WEBHOOK_COLUMNS: readonly Column<WebhookSerializer>[] = [
  { id: 'url', header: 'URL', cell: (webhook) => <Url webhook={webhook} /> },
  { id: 'state', header: 'State', cell: (webhook) => <State webhook={webhook} /> },
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

interface CellProps {
  readonly webhook: WebhookSerializer
}

function Url({ webhook: { id, url, description } }: CellProps) {
  return (
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
  )
}

function State({ webhook }: CellProps) {
  const { enabled } = webhook
  const why = webhookStateText(webhook).replace(/^Disabled:? /, '')
  return (
    <Stack gap={4} align="start">
      <StatusBadge status={enabled ? 'Enabled' : 'Disabled'} />
      {!enabled && (
        <Text size="xs" c="dimmed">
          {why}
        </Text>
      )}
      {enabled && isFailing(webhook) && (
        <Badge variant="default" tt="none">
          The last delivery failed
        </Badge>
      )}
    </Stack>
  )
}
