import { Anchor, Group, Stack } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Loaded } from '../ui/loaded.tsx'
import { WebhookDeliveries } from './webhook-deliveries.tsx'
import { WebhookHead } from './webhook-head.tsx'
import { webhookQuery } from './webhook-queries.ts'

export interface WebhookViewProps {
  readonly projectId: number
  readonly id: string
}

/** One webhook: what it is, and what became of what was sent to it. */
export function WebhookView({ projectId, id }: WebhookViewProps) {
  const scope = useScope()
  return (
    <Stack gap="lg">
      <Anchor component={Link} to={places.settings(scope, 'webhooks')}>
        <Group gap={4} component="span">
          <IconArrowLeft size={16} aria-hidden />
          All webhooks
        </Group>
      </Anchor>
      <Loaded query={useQuery(webhookQuery(projectId, id))}>
        {(webhook) => (
          <>
            <WebhookHead projectId={projectId} webhook={webhook} />
            <WebhookDeliveries projectId={projectId} id={id} />
          </>
        )}
      </Loaded>
    </Stack>
  )
}
