import { Anchor, Badge, Group, List, NativeSelect, Stack, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type {
  KeyFindingKindChoices,
  KeyReviewListSerializer,
  KeyReviewSerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { RelativeTime } from '../ui/time-text.tsx'
import { useKeyActions } from './key-actions.tsx'
import { FINDING_WORDS, FindingLine } from './key-review-finding.tsx'
import { KeyStatus } from './keys-columns.tsx'

const DAYS = ['30', '90', '180', '365']
const DAYS_UNLESS_TOLD = '90'
const KINDS = Object.keys(FINDING_WORDS) as KeyFindingKindChoices[]

/** Keys that nobody uses, and keys that may do more than they do, each with what mends it. */
export function Component() {
  const scope = useScope()
  const params = useListParams()
  const { start, dialogs } = useKeyActions()
  const days = DAYS.find((one) => one === params.get('days')) ?? DAYS_UNLESS_TOLD
  const kind = KINDS.find((one) => one === params.get('kind'))
  const order = params.get('order') === 'name' ? ('name' as const) : ('severity' as const)
  const query = {
    ...{ days: Number(days), order_by: order, limit: PAGE_SIZE, offset: params.offset },
    ...(kind !== undefined && { kind: [kind] }),
  }
  const reviews = useQuery({
    queryKey: ['keys', scope, 'review', query],
    queryFn: () => api.keys.reviews(scope, query),
    placeholderData: keepPreviousData,
  })
  const columns: readonly Column<KeyReviewSerializer>[] = [
    {
      ...{ id: 'key', header: 'Key' },
      cell: ({ key }) => (
        <Stack gap={4} align="flex-start">
          <Anchor component={Link} to={places.key(scope, key.name)} fw={600} size="sm">
            {key.name}
          </Anchor>
          <KeyStatus apiKey={key} />
        </Stack>
      ),
    },
    {
      ...{ id: 'used', header: 'Last usage', from: 'md' },
      cell: ({ key }) => (
        <Text size="sm" component="div">
          <RelativeTime time={key.last_used_at} never="Never" />
        </Text>
      ),
    },
    {
      ...{ id: 'findings', header: 'What was found' },
      cell: ({ key, findings }) => (
        <List listStyleType="none" size="sm" spacing="sm" aria-label={`Findings of ${key.name}`}>
          {findings.map((finding) => (
            <List.Item
              key={`${finding.kind} ${finding.namespace} ${finding.function?.namespace} ${finding.function?.name}`}
            >
              <FindingLine apiKey={key} finding={finding} start={start} />
            </List.Item>
          ))}
        </List>
      ),
    },
  ]
  return (
    <Page title="API key review">
      <Group gap="sm" mb="md" align="flex-end">
        <NativeSelect
          label="Not used for"
          data={DAYS.map((value) => ({ value, label: `${value} days` }))}
          value={days}
          onChange={(event) => {
            const { value } = event.currentTarget
            params.set({ days: value === DAYS_UNLESS_TOLD ? undefined : value })
          }}
        />
        <NativeSelect
          label="Finding"
          data={[
            { value: '', label: 'All' },
            ...KINDS.map((value) => ({ value, label: FINDING_WORDS[value] })),
          ]}
          value={kind ?? ''}
          onChange={(event) => params.set({ kind: event.currentTarget.value })}
        />
        <NativeSelect
          label="Order"
          data={[
            { value: 'severity', label: 'What weighs most first' },
            { value: 'name', label: 'Name' },
          ]}
          value={order}
          onChange={(event) => {
            const { value } = event.currentTarget
            params.set({ order: value === 'name' ? value : undefined })
          }}
        />
      </Group>
      {reviews.data !== undefined && kind === undefined && <NotLookedAt reviews={reviews.data} />}
      <DataTable
        label="Keys to look at"
        columns={columns}
        rows={reviews.data?.results}
        rowId={({ key }) => key.id}
        error={reviews.error}
        isFetching={reviews.isPlaceholderData}
        onRetry={() => void reviews.refetch()}
        {...(reviews.data && { total: reviews.data.count })}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        empty={
          <Empty title="Nothing was found">
            {kind === undefined
              ? 'Every key that works is used, and for all that it may do.'
              : 'No key has this finding.'}
          </Empty>
        }
      />
      {dialogs}
    </Page>
  )
}

function NotLookedAt({ reviews: { ended, days } }: { readonly reviews: KeyReviewListSerializer }) {
  const parts = [
    ...(ended.disabled > 0 ? [`${ended.disabled} disabled`] : []),
    ...(ended.expired > 0 ? [`${ended.expired} expired`] : []),
  ]
  return (
    <Group gap="xs" mb="md">
      <Text size="sm" c="dimmed">
        Usage of the last {days} days was looked at.
        {parts.length > 0 &&
          ` Not looked at: ${parts.join(' and ')} keys, which open nothing as they are.`}
      </Text>
      {ended.disabled > 0 && <Ended kind="disabled" />}
      {ended.expired > 0 && <Ended kind="expired" />}
    </Group>
  )
}

function Ended({ kind }: { readonly kind: 'disabled' | 'expired' }) {
  return (
    <Badge variant="default" tt="none" component={Link} to={`?kind=${kind}`}>
      Show {kind} keys
    </Badge>
  )
}
