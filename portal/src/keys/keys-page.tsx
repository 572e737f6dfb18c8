import { Box, Button, Tooltip } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { Link } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { DataTable } from '../ui/data-table.tsx'
import { type ListParams, PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { pagesOf, rowsOf } from '../ui/list-rows.ts'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { useKeyActions } from './key-actions.tsx'
import { keyColumns } from './keys-columns.tsx'
import { KeysFilters } from './keys-filters.tsx'
import { clearFilters, isFiltered, keysQuery, listQueryOf } from './keys-list.ts'
import classes from './keys-page.module.css'

export function Component() {
  const scope = useScope()
  const params = useListParams()
  const query = listQueryOf(params)
  const keys = useQuery(keysQuery(scope, query))
  const columns = useMemo(() => keyColumns(scope), [scope])
  const { actionsOf, dialogs, ahead } = useKeyActions()
  const rowActions = useCallback(
    (key: FaasApiKeySerializer) => (
      <Box {...ahead}>
        <RowMenu name={key.name} actions={actionsOf(key)} />
      </Box>
    ),
    [ahead, actionsOf],
  )
  const hasNone = keys.data?.count === 0 && !isFiltered(params)
  return (
    <Page
      title="API keys"
      actions={
        <>
          <Button
            variant="subtle"
            component={Link}
            to={places.keyReview(scope)}
            className={classes.beside ?? ''}
          >
            Review
          </Button>
          <Button
            variant="subtle"
            component={Link}
            to={places.deletedKeys(scope)}
            className={classes.beside ?? ''}
          >
            Deleted keys
          </Button>
          {!hasNone && <CreateNow />}
        </>
      }
    >
      {!hasNone && <KeysFilters params={params} />}
      <DataTable
        label="API keys"
        columns={columns}
        {...rowsOf(keys)}
        rowId={(key) => key.id}
        isFetching={keys.isPlaceholderData}
        {...pagesOf(params, PAGE_SIZE)}
        order={query.order_by ?? ''}
        onOrder={(order) => params.set({ order })}
        empty={<NoKeys params={params} />}
        rowActions={rowActions}
      />
      {dialogs}
    </Page>
  )
}

function CreateNow() {
  const scope = useScope()
  const may = useMay('editor')
  const icon = <IconPlus size={16} aria-hidden />
  if (may) {
    return (
      <Button
        component={Link}
        to={places.newKey(scope)}
        leftSection={icon}
        className={classes.create ?? ''}
      >
        Create now
      </Button>
    )
  }
  return (
    <Tooltip label={roleNeededText('editor')}>
      <Button leftSection={icon} data-disabled aria-disabled onClick={(e) => e.preventDefault()}>
        Create now
      </Button>
    </Tooltip>
  )
}

function NoKeys({ params }: { readonly params: ListParams }) {
  if (isFiltered(params)) {
    return (
      <Empty
        title="No API key is like that"
        action={
          <Button variant="default" onClick={() => clearFilters(params)}>
            Clear filters
          </Button>
        }
      >
        Only keys for which all filters hold are listed.
      </Empty>
    )
  }
  return (
    <Empty title="There are no API keys yet" action={<CreateNow />}>
      Whoever calls a function sends a key in the header X-API-Key. A key opens the functions that
      it is given, until it expires or is taken back.
    </Empty>
  )
}
