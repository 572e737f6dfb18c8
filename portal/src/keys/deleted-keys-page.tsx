import { Anchor, Badge, Box, Group, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { DeletedKeySerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { fetchedDialog } from '../ui/fetched-dialog.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { pagesOf, rowsOf } from '../ui/list-rows.ts'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { Empty } from '../ui/states.tsx'
import { RelativeTime, TimeText } from '../ui/time-text.tsx'
import type { AskedDeletedKeyDialogProps } from './deleted-dialog.tsx'
import { useFocusBack } from './key-focus.ts'

type Asked = Pick<AskedDeletedKeyDialogProps, 'what' | 'deleted'>

const { Dialog, ahead } = fetchedDialog(
  async () => (await import('./deleted-dialog.tsx')).DeletedKeyDialog,
)

const COLUMNS: readonly Column<DeletedKeySerializer>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ name, description }) => (
      <>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {description !== '' && (
          <Text size="xs" c="dimmed" lineClamp={1}>
            {description}
          </Text>
        )}
      </>
    ),
  },
  { id: 'deleted', header: 'Deleted', cell: ({ deleted_at: time }) => <TimeText time={time} /> },
  { id: 'by', header: 'By', from: 'md', cell: ({ deleted_by: by }) => by || '—' },
  {
    id: 'until',
    header: 'Can come back',
    cell: ({ leaked, restorable_until: until }) =>
      leaked ? (
        <Badge color="red" variant="light" tt="none">
          Never: it leaked
        </Badge>
      ) : (
        <RelativeTime time={until} never="No" />
      ),
  },
  {
    ...{ id: 'expire', header: 'Expires', from: 'md' },
    cell: ({ expire }) => <TimeText time={expire} never="Never" />,
  },
  { id: 'hint', header: 'Secret', from: 'lg', cell: ({ hint }) => <code>{hint}</code> },
]

/** Keys that were deleted, and can be brought back for a while. */
export function Component() {
  const scope = useScope()
  const params = useListParams()
  const may = useMay('editor')
  const [asked, setAsked] = useState<Asked>()
  const search = params.get('search')
  const query = { search: search || undefined, limit: PAGE_SIZE, offset: params.offset }
  const deleted = useQuery({
    queryKey: ['keys', scope, 'deleted', query],
    queryFn: () => api.deletedKeys.list(scope, query),
    placeholderData: keepPreviousData,
  })
  const { remember } = useFocusBack(asked !== undefined)
  const ask = (what: Asked['what'], deleted: DeletedKeySerializer) => {
    remember()
    setAsked({ what, deleted })
  }
  const close = () => setAsked(undefined)
  return (
    <Page title="Deleted API keys">
      <Text size="sm" c="dimmed" mb="md">
        A deleted key opens nothing. It can be brought back with the secret that it had until the
        time that stands beside it; then it is forgotten.
      </Text>
      <Group mb="md">
        <SearchField label="Search by name" params={params} />
      </Group>
      <DataTable
        label="Deleted API keys"
        columns={COLUMNS}
        {...rowsOf(deleted)}
        rowId={({ id }) => id}
        isFetching={deleted.isPlaceholderData}
        {...pagesOf(params, PAGE_SIZE)}
        rowActions={(key) => (
          <Box {...ahead}>
            <RowMenu
              name={key.name}
              actions={[
                {
                  ...{ label: 'Bring back', isDisabled: !may || key.leaked },
                  onClick: () => ask('restore', key),
                },
                {
                  ...{ label: 'Delete for good', isDangerous: true, isDisabled: !may },
                  onClick: () => ask('purge', key),
                },
              ]}
            />
          </Box>
        )}
        empty={
          <Empty title={search === '' ? 'No API key was deleted' : 'No deleted key has that name'}>
            <Anchor component={Link} to={places.keys(scope)}>
              API keys
            </Anchor>
          </Empty>
        }
      />
      {asked !== undefined && <Dialog {...asked} onClose={close} />}
    </Page>
  )
}
