import { Button, Group, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FUNCTION_STATUSES } from '../../../src/domain/function-status.ts'
import { useScope } from '../app/scope.ts'
import { functionNamesQuery } from '../keys/access-names.ts'
import type { ListParams } from '../ui/list-params.ts'
import { SearchField } from '../ui/search-field.tsx'
import { functionStatusLabel } from './function-status.tsx'
import { clearFilters, isFiltered } from './functions-list.ts'

const OPTIONS_MAX = 50
const STATUSES = FUNCTION_STATUSES.map((status) => ({
  value: status,
  label: functionStatusLabel(status),
}))

/** What the list is narrowed by; all of it stands in the page's address. */
export function FunctionsFilters({ params }: { readonly params: ListParams }) {
  return (
    <Group mb="md" gap="sm" align="flex-start">
      <SearchField label="Search by name" params={params} />
      <NamespaceFilter params={params} />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATUSES}
        value={params.get('status') || null}
        onChange={(status) => params.set({ status: status ?? '' })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any status' }}
        w={{ base: '100%', xs: 150 }}
      />
      {isFiltered(params) && (
        <Button variant="subtle" onClick={() => clearFilters(params)}>
          Clear filters
        </Button>
      )}
    </Group>
  )
}

/** The names are fetched when they are wanted. */
function NamespaceFilter({ params }: { readonly params: ListParams }) {
  const scope = useScope()
  const [isWanted, setWanted] = useState(false)
  const names = useQuery({ ...functionNamesQuery(scope), enabled: isWanted })
  const chosen = params.get('namespace')
  const all = (names.data ?? []).map(({ name }) => name)
  return (
    <Select
      aria-label="Namespace"
      placeholder="Any namespace"
      data={chosen === '' || all.includes(chosen) ? all : [chosen, ...all]}
      value={chosen === '' ? null : chosen}
      onChange={(namespace) => params.set({ namespace: namespace ?? '' })}
      onFocus={() => setWanted(true)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Any namespace' }}
      limit={OPTIONS_MAX}
      nothingFoundMessage={names.isPending ? 'Loading…' : 'No such namespace'}
      w={{ base: '100%', xs: 190 }}
    />
  )
}
