import { Anchor, Button, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type {
  DeliverySerializer,
  DeliveryStateChoices,
  WebhookSerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { useListParams } from '../ui/list-params.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { eventsText, webhookStateText } from './delivery-words.ts'
import { TestResult } from './test-result.tsx'
import { DeleteWebhook, RotateWebhookSecret, SwitchWebhook } from './webhook-actions.tsx'
import { WebhookDialog } from './webhook-form.tsx'
import { deliveriesQuery, useWebhookChange, webhookQuery } from './webhook-queries.ts'

interface WebhookProps {
  readonly projectId: number
  readonly id: string
}

/** One webhook: what it is, and what became of what was sent to it. */
export function WebhookView({ projectId, id }: WebhookProps) {
  const scope = useScope()
  const { data, error, refetch } = useQuery(webhookQuery(projectId, id))
  return (
    <Stack gap="lg">
      <Anchor component={Link} to={places.settings(scope, 'webhooks')}>
        <Group gap={4} component="span">
          <IconArrowLeft size={16} aria-hidden />
          All webhooks
        </Group>
      </Anchor>
      {data !== undefined ? (
        <>
          <Facts projectId={projectId} webhook={data} />
          <Deliveries projectId={projectId} id={id} />
        </>
      ) : error === null ? (
        <LoadingRows />
      ) : (
        <ErrorNote error={error} onRetry={refetch} />
      )}
    </Stack>
  )
}

type Asked = 'edit' | 'switch' | 'rotate' | 'delete'

function Facts({
  projectId,
  webhook,
}: {
  readonly projectId: number
  readonly webhook: WebhookSerializer
}) {
  const scope = useScope()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<Asked>()
  const close = () => setAsked(undefined)
  const when = (action: Asked) => (asked === action ? webhook : undefined)
  const test = useWebhookChange(projectId, () => api.webhooks.test(projectId, webhook.id))
  return (
    <Stack>
      <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
        {webhook.url}
      </Title>
      <Table variant="vertical" maw={760}>
        <Table.Tbody>
          <Fact name="State">{webhookStateText(webhook)}</Fact>
          {webhook.description !== '' && <Fact name="Description">{webhook.description}</Fact>}
          <Fact name="Events">{eventsText(webhook)}</Fact>
          <Fact name="Last taken">
            <TimeText time={webhook.last_delivered_at} never="Never" />
          </Fact>
          <Fact name="Last failed">
            <TimeText time={webhook.last_failed_at} never="Never" />
          </Fact>
          {webhook.old_secret_ends_at !== null && (
            <Fact name="Old secret">
              signs beside the new one until <TimeText time={webhook.old_secret_ends_at} />
            </Fact>
          )}
          <Fact name="Created">
            <TimeText time={webhook.created_at} />
          </Fact>
        </Table.Tbody>
      </Table>
      <Group gap="xs">
        <Button onClick={() => test.mutate(undefined)} loading={test.isPending}>
          Send a test
        </Button>
        <Button variant="default" onClick={() => setAsked('edit')}>
          Edit
        </Button>
        <Button variant="default" onClick={() => setAsked('rotate')}>
          Rotate secret
        </Button>
        <Button variant="default" onClick={() => setAsked('switch')}>
          {webhook.enabled ? 'Disable' : 'Enable'}
        </Button>
        <Button variant="default" onClick={() => setAsked('delete')}>
          Delete
        </Button>
      </Group>
      <TestResult delivery={test.data} error={test.error} />
      <WebhookDialog
        projectId={projectId}
        dialog={asked === 'edit' ? { webhook } : undefined}
        onClose={close}
      />
      <SwitchWebhook projectId={projectId} webhook={when('switch')} onClose={close} />
      <RotateWebhookSecret projectId={projectId} webhook={when('rotate')} onClose={close} />
      <DeleteWebhook
        projectId={projectId}
        webhook={when('delete')}
        onClose={close}
        onDeleted={() => navigate(places.settings(scope, 'webhooks'), { replace: true })}
      />
    </Stack>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={120}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  )
}

const PAGE_SIZE = 20
const STATES = [
  { value: '', label: 'All' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
]

function Deliveries({ projectId, id }: WebhookProps) {
  const params = useListParams(PAGE_SIZE)
  const state = params.get('state')
  const { data, error, refetch } = useQuery(
    deliveriesQuery(projectId, id, {
      limit: PAGE_SIZE,
      offset: params.offset,
      state: STATES.some(({ value }) => value === state && value !== '')
        ? (state as DeliveryStateChoices)
        : undefined,
    }),
  )
  const again = useWebhookChange(projectId, (delivery: string) =>
    api.webhooks.redeliver(projectId, id, delivery),
  )
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Deliveries
      </Title>
      <SegmentedControl
        aria-label="State of the deliveries"
        data={STATES}
        value={state}
        onChange={(next) => params.set({ state: next })}
        style={{ alignSelf: 'start' }}
        maw="100%"
      />
      {again.isError && <ErrorNote error={again.error} />}
      {again.isSuccess && (
        <Text size="sm" role="status">
          It is sent again.
        </Text>
      )}
      <DeliveryList
        label="Deliveries"
        data={data}
        error={error}
        onRetry={refetch}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        rowActions={(delivery: DeliverySerializer) =>
          delivery.state === 'waiting' ? null : (
            <RowMenu
              label={`Actions for ${delivery.type}, ${delivery.id}`}
              actions={[{ label: 'Send again', onClick: () => again.mutate(delivery.id) }]}
            />
          )
        }
      />
    </Stack>
  )
}
