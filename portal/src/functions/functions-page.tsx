import { Button, Text, Tooltip } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'react-router'
import type { FunctionSummarySerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { DataTable } from '../ui/data-table.tsx'
import { type ListParams, PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { FunctionMenu } from './function-actions.tsx'
import { functionColumns } from './functions-columns.tsx'
import { FunctionsFilters } from './functions-filters.tsx'
import { clearFilters, functionsQuery, isFiltered, overviewQueryOf } from './functions-list.ts'

/** The functions of all namespaces, with what they did in the last hour. */
export function Component() {
  return useMay('viewer') ? (
    <Functions />
  ) : (
    <Page title="Functions">
      <NeedsRole least="viewer">What functions do is shown to those who run them.</NeedsRole>
    </Page>
  )
}

function Functions() {
  const scope = useScope()
  const params = useListParams()
  const query = overviewQueryOf(params)
  const functions = useQuery(functionsQuery(scope, query))
  const columns = useMemo(() => functionColumns(scope), [scope])
  const hasNone = functions.data?.count === 0 && !isFiltered(params)
  return (
    <Page title="Functions" actions={!hasNone && <CreateFunction />}>
      {!hasNone && <FunctionsFilters params={params} />}
      <DataTable
        label="Functions"
        columns={columns}
        rows={functions.data?.results}
        rowId={(fn) => fn.id}
        error={functions.error}
        onRetry={() => void functions.refetch()}
        isFetching={functions.isPlaceholderData}
        {...(functions.data && { total: functions.data.count })}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        order={query.order_by ?? ''}
        onOrder={(order) => params.set({ order })}
        empty={<NoFunctions params={params} />}
        rowActions={menuOf}
      />
    </Page>
  )
}

/** Always the same, so that a row which has not changed is not drawn anew. */
const menuOf = (fn: FunctionSummarySerializer) => <FunctionMenu namespace={fn.namespace} fn={fn} />

function CreateFunction() {
  const scope = useScope()
  const icon = <IconPlus size={16} aria-hidden />
  if (useMay('editor')) {
    return (
      <Button component={Link} to={places.newFunction(scope)} leftSection={icon}>
        Create function
      </Button>
    )
  }
  return (
    <Tooltip label={roleNeededText('editor')}>
      <Button leftSection={icon} data-disabled aria-disabled onClick={(e) => e.preventDefault()}>
        Create function
      </Button>
    </Tooltip>
  )
}

function NoFunctions({ params }: { readonly params: ListParams }) {
  if (isFiltered(params)) {
    return (
      <Empty
        title="No function is like that"
        action={
          <Button variant="default" onClick={() => clearFilters(params)}>
            Clear filters
          </Button>
        }
      >
        Only functions for which all filters hold are listed.
      </Empty>
    )
  }
  return (
    <Empty title="There are no functions yet" action={<CreateFunction />}>
      A function is code that answers requests at an address of its own. There are templates for
      every language to begin with.
      <Text span display="block" mt="xs">
        Who may call it is said by API keys.
      </Text>
    </Empty>
  )
}
