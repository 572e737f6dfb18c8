import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { FunctionStatusBadge } from '../functions/function-status.tsx'
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
      empty={
        <Text size="sm" c="dimmed">
          There are no functions in it yet.
        </Text>
      }
    />
  )
}

function columnsOf(place: (name: string) => string): Column<FunctionSerializer>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name }) => (
        <Anchor component={Link} to={place(name)} fz="inherit" fw={600}>
          {name}
        </Anchor>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      cell: ({ status }) => <FunctionStatusBadge status={status} />,
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
