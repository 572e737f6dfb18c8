import { Badge, Group, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import type { KeyReviewListSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { counted } from '../ui/counted.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { pagesOf, rowsOf } from '../ui/list-rows.ts'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { useKeyActions } from './key-actions.tsx'
import { reviewColumns } from './key-review-columns.tsx'
import { KeyReviewFilters } from './key-review-filters.tsx'
import { kindOf, reviewQueryOf } from './key-review-query.ts'

/** Keys that nobody uses, and keys that may do more than they do, each with what mends it. */
export function Component() {
  const scope = useScope()
  const params = useListParams()
  const actions = useKeyActions()
  const kind = kindOf(params)
  const query = reviewQueryOf(params)
  const reviews = useQuery({
    queryKey: ['keys', scope, 'review', query],
    queryFn: () => api.keys.reviews(scope, query),
    placeholderData: keepPreviousData,
  })
  const columns = reviewColumns(scope, actions)
  return (
    <Page title="API key review">
      <KeyReviewFilters params={params} />
      {reviews.data !== undefined && kind === undefined && <NotLookedAt reviews={reviews.data} />}
      <DataTable
        label="Keys to look at"
        columns={columns}
        {...rowsOf(reviews)}
        rowId={({ key }) => key.id}
        isFetching={reviews.isPlaceholderData}
        {...pagesOf(params, PAGE_SIZE)}
        empty={
          <Empty title="Nothing was found">
            {kind === undefined
              ? 'Every key that works is used, and for all that it may do.'
              : 'No key has this finding.'}
          </Empty>
        }
      />
      {actions.dialogs}
    </Page>
  )
}

function NotLookedAt({ reviews: { ended, days } }: { readonly reviews: KeyReviewListSerializer }) {
  const parts = [
    ...(ended.disabled > 0 ? [counted(ended.disabled, 'disabled key')] : []),
    ...(ended.expired > 0 ? [counted(ended.expired, 'expired key')] : []),
  ]
  return (
    <Group gap="xs" mb="md">
      <Text size="sm" c="dimmed">
        Usage of the last {days} days was looked at.
        {parts.length > 0 &&
          ` Not looked at: ${parts.join(' and ')}, which open nothing as they are.`}
      </Text>
      {ended.disabled > 0 && <Ended kind="disabled" />}
      {ended.expired > 0 && <Ended kind="expired" />}
    </Group>
  )
}

/** From the first page, and with what else is looked for. */
function Ended({ kind }: { readonly kind: 'disabled' | 'expired' }) {
  const [params] = useSearchParams()
  const search = new URLSearchParams(params)
  search.set('kind', kind)
  search.delete('page')
  return (
    <Badge variant="default" tt="none" component={Link} to={`?${search}`}>
      Show {kind} keys
    </Badge>
  )
}
