import { Button, Group, Stack, Title } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { WebhookSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Fact, Facts } from '../ui/facts.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { eventsText, webhookStateText } from './delivery-words.ts'
import { TestResult } from './test-result.tsx'
import { type WebhookDialog, WebhookDialogs, webhookActions } from './webhook-dialogs.tsx'
import { useWebhookChange } from './webhook-queries.ts'

export interface WebhookHeadProps {
  readonly projectId: number
  readonly webhook: WebhookSerializer
}

/** What a webhook is, and what can be done with it. */
export function WebhookHead({ projectId, webhook }: WebhookHeadProps) {
  const scope = useScope()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<WebhookDialog>()
  const test = useWebhookChange(projectId, () => api.webhooks.test(projectId, webhook.id))
  return (
    <Stack>
      <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
        {webhook.url}
      </Title>
      <WebhookFacts webhook={webhook} />
      <Group gap="xs">
        <Button onClick={() => test.mutate(undefined)} loading={test.isPending}>
          Send a test
        </Button>
        {webhookActions(webhook, setDialog).map(({ label, onClick }) => (
          <Button key={label} variant="default" onClick={onClick}>
            {label}
          </Button>
        ))}
      </Group>
      <TestResult delivery={test.data} error={test.error} />
      <WebhookDialogs
        projectId={projectId}
        dialog={dialog}
        onClose={() => setDialog(undefined)}
        onDeleted={() => navigate(places.settings(scope, 'webhooks'), { replace: true })}
      />
    </Stack>
  )
}

function WebhookFacts({ webhook }: Pick<WebhookHeadProps, 'webhook'>) {
  const { description, old_secret_ends_at: oldSecretEnds } = webhook
  return (
    <Facts maw={760}>
      <Fact name="State">{webhookStateText(webhook)}</Fact>
      {description !== '' && <Fact name="Description">{description}</Fact>}
      <Fact name="Events">{eventsText(webhook)}</Fact>
      <Fact name="Last taken">
        <TimeText time={webhook.last_delivered_at} never="Never" />
      </Fact>
      <Fact name="Last failed">
        <TimeText time={webhook.last_failed_at} never="Never" />
      </Fact>
      {oldSecretEnds !== null && (
        <Fact name="Old secret">
          signs beside the new one until <TimeText time={oldSecretEnds} />
        </Fact>
      )}
      <Fact name="Created">
        <TimeText time={webhook.created_at} />
      </Fact>
    </Facts>
  )
}
