import { SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DeliverySerializer, DeliveryStateChoices } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useListParams } from '../ui/list-params.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { DELIVERIES_PAGE_SIZE, DeliveryList } from './delivery-list.tsx'
import { deliveriesQuery, useWebhookChange } from './webhook-queries.ts'

const STATES = [
  { value: '', label: 'All' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
]

export interface WebhookDeliveriesProps {
  readonly projectId: number
  readonly id: string
}

/** What became of what was sent to a webhook. */
export function WebhookDeliveries({ projectId, id }: WebhookDeliveriesProps) {
  const params = useListParams(DELIVERIES_PAGE_SIZE)
  const wanted = params.get('state')
  const state = STATES.some(({ value }) => value === wanted) ? wanted : ''
  const query = useQuery(
    deliveriesQuery(projectId, id, {
      limit: DELIVERIES_PAGE_SIZE,
      offset: params.offset,
      state: state === '' ? undefined : (state as DeliveryStateChoices),
    }),
  )
  const again = useWebhookChange(projectId, (delivery: string) =>
    api.webhooks.redeliver(projectId, id, delivery),
  )
  const actions = (delivery: DeliverySerializer) =>
    delivery.state === 'waiting' ? null : (
      <RowMenu
        label={`Actions for ${delivery.type}, ${delivery.id}`}
        actions={[{ label: 'Send again', onClick: () => again.mutate(delivery.id) }]}
      />
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
      <DeliveryList label="Deliveries" query={query} params={params} rowActions={actions} />
    </Stack>
  )
}
