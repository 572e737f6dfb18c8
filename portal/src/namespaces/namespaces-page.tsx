import { Anchor, Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { NamedListQuery } from '../../../src/client/namespaces.ts'
import type { NamespaceSerializer } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { pagesOf, rowsOf } from '../ui/list-rows.ts'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { Empty } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { CreateNamespace } from './create-namespace.tsx'
import { DeleteNamespace, type DeleteNamespaceProps } from './delete-namespace.tsx'
import { functionsOf, namespacesQuery } from './namespace-queries.ts'

export function Component() {
  const scope = useScope()
  const mayChange = useMay('editor')
  const params = useListParams()
  const order = params.get('order') || 'name.asc'
  const search = searchable(params.get('search'))
  const query = useQuery(
    namespacesQuery(scope, {
      limit: PAGE_SIZE,
      offset: params.offset,
      order_by: order as NonNullable<NamedListQuery['order_by']>,
      search: search || undefined,
    }),
  )
  const [isCreating, setCreating] = useState(false)
  const [deleted, setDeleted] = useState<DeleteNamespaceProps['namespace']>()
  const create = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      Create namespace
    </Button>
  )
  return (
    <Page title="Namespaces" actions={create}>
      <Group mb="md">
        <SearchField label="Search by name" params={params} />
      </Group>
      <DataTable
        label="Namespaces"
        columns={columnsOf((name) => places.namespace(scope, name))}
        {...rowsOf(query)}
        rowId={(row) => row.name}
        {...pagesOf(params, PAGE_SIZE)}
        order={order}
        onOrder={(next) => params.set({ order: next })}
        empty={
          search === '' ? (
            <Empty title="There are no namespaces yet" action={create}>
              Functions live in namespaces: they share environment values, and a key can open all of
              one.
            </Empty>
          ) : (
            <Empty title={`No namespace is called like “${search}”`} />
          )
        }
        {...(mayChange && {
          rowActions: (row: NamespaceSerializer) => (
            <RowMenu
              label={`Actions for ${row.name}`}
              actions={[
                {
                  label: 'Delete',
                  isDangerous: true,
                  onClick: () => setDeleted({ name: row.name, functions: functionsOf(row) }),
                },
              ]}
            />
          ),
        })}
      />
      <CreateNamespace opened={isCreating} onClose={() => setCreating(false)} />
      <DeleteNamespace scope={scope} namespace={deleted} onClose={() => setDeleted(undefined)} />
    </Page>
  )
}

/** Names have nothing else, and the server takes nothing else. */
function searchable(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^-a-z0-9]/g, '')
    .slice(0, 26)
}

function columnsOf(place: (name: string) => string): Column<NamespaceSerializer>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      orderBy: 'name',
      cell: ({ name }) => (
        <Anchor component={Link} to={place(name)} fz="inherit" fw={600}>
          {name}
        </Anchor>
      ),
    },
    {
      id: 'description',
      header: 'Description',
      from: 'md',
      cell: ({ description }) => description || '—',
    },
    {
      id: 'functions',
      header: 'Functions',
      cell: (row) => {
        const total = functionsOf(row)
        const ready = row.functions_deploy_status.ready ?? total
        return ready === total ? total : `${ready} of ${total} ready`
      },
    },
    {
      id: 'created',
      header: 'Created',
      from: 'sm',
      orderBy: 'created_at',
      cell: ({ created_at: at }) => <TimeText time={at} />,
    },
  ]
}
