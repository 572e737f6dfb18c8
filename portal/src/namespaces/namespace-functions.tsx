import { Anchor, Badge, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { TimeText } from '../ui/time-text.tsx'

/** The functions of a namespace, in pages. */
export function NamespaceFunctions({
  scope,
  name,
}: {
  readonly scope: Scope
  readonly name: string
}) {
  const params = useListParams()
  const query = useQuery({
    queryKey: ['functions', scope, 'of-namespace', name, params.offset],
    queryFn: () =>
      api.functions.list(scope, name, {
        limit: PAGE_SIZE,
        offset: params.offset,
        order_by: 'name.asc',
      }),
    placeholderData: (before) => before,
  })
  return (
    <DataTable
      label={`Functions of ${name}`}
      columns={columnsOf((fn) => places.fn(scope, { namespace: name, name: fn }))}
      rows={query.data?.results}
      rowId={(row) => row.id}
      error={query.error}
      onRetry={() => query.refetch()}
      {...(query.data && query.data.count > PAGE_SIZE && { total: query.data.count })}
      page={params.page}
      pageSize={PAGE_SIZE}
      onPage={(page) => params.set({ page })}
      empty={<Text c="dimmed">There are no functions in it yet.</Text>}
    />
  )
}

const COLORS: Readonly<Record<string, string>> = { running: 'green', failed: 'red' }

function columnsOf(place: (name: string) => string): Column<FunctionSerializer>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name }) => (
        <Anchor component={Link} to={place(name)} fz="inherit">
          {name}
        </Anchor>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      cell: ({ status }) => (
        <Badge variant="default" tt="none" leftSection={<Dot color={COLORS[status] ?? 'gray'} />}>
          {status}
        </Badge>
      ),
    },
    { id: 'runtime', header: 'Runtime', from: 'sm', cell: ({ runtime }) => runtime },
    {
      id: 'updated',
      header: 'Changed',
      from: 'md',
      cell: ({ updated_at: at }) => <TimeText time={at} />,
    },
  ]
}

function Dot({ color }: { readonly color: string }) {
  return (
    <svg width="8" height="8" aria-hidden="true">
      <title>Status</title>
      <circle cx="4" cy="4" r="4" fill={`var(--mantine-color-${color}-6)`} />
    </svg>
  )
}
