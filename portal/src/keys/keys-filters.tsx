import { Button, Group, Select, TagsInput } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useScope } from '../app/scope.ts'
import type { ListParams } from '../ui/list-params.ts'
import { SearchField } from '../ui/search-field.tsx'
import { functionNamesQuery } from './access-names.ts'
import { clearFilters, isFiltered, isLabelFilter, labelsOf, STATUSES } from './keys-list.ts'

const OPTIONS_MAX = 50
const SOON = [7, 14, 30, 90].map((days) => ({ value: String(days), label: `within ${days} days` }))

/** What the list is narrowed by; all of it stands in the page's address. Where it is narrow all but the search is folded. */
export function KeysFilters({ params }: { readonly params: ListParams }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Group mb="md" gap="sm" align="flex-start">
      <SearchField label="Search by name" params={params} />
      <Button
        variant="default"
        hiddenFrom="sm"
        leftSection={<IconFilter size={16} aria-hidden />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        Filters
      </Button>
      <Group gap="sm" align="flex-start" {...(!isOpen && { visibleFrom: 'sm' })}>
        <Select
          aria-label="Status"
          placeholder="Any status"
          data={[...STATUSES]}
          value={params.get('status') || null}
          onChange={(status) => params.set({ status: status ?? '' })}
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          w={{ base: '100%', xs: 150 }}
        />
        <FunctionFilter params={params} />
        <LabelFilter params={params} />
        <Select
          aria-label="Expires"
          placeholder="Expires at any time"
          data={SOON}
          value={params.get('expire_in') || null}
          onChange={(days) => params.set({ expire_in: days ?? '' })}
          clearable
          clearButtonProps={{ 'aria-label': 'Expires at any time' }}
          w={{ base: '100%', xs: 190 }}
        />
      </Group>
      {isFiltered(params) && (
        <Button variant="subtle" onClick={() => clearFilters(params)}>
          Clear filters
        </Button>
      )}
    </Group>
  )
}

/** The names are fetched when they are wanted. */
function FunctionFilter({ params }: { readonly params: ListParams }) {
  const scope = useScope()
  const [isWanted, setWanted] = useState(false)
  const names = useQuery({ ...functionNamesQuery(scope), enabled: isWanted })
  const chosen = params.get('function')
  const all = (names.data ?? []).flatMap(({ name, functions }) =>
    functions.map((fn) => `${name}/${fn}`),
  )
  const data = chosen === '' || all.includes(chosen) ? all : [chosen, ...all]
  return (
    <Select
      aria-label="Opens the function"
      placeholder="Opens any function"
      data={data}
      value={chosen === '' ? null : chosen}
      onChange={(fn) => params.set({ function: fn ?? '' })}
      onFocus={() => setWanted(true)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Opens any function' }}
      limit={OPTIONS_MAX}
      nothingFoundMessage={names.isPending ? 'Loading…' : 'No such function'}
      w={{ base: '100%', xs: 220 }}
    />
  )
}

function LabelFilter({ params }: { readonly params: ListParams }) {
  const [wrong, setWrong] = useState<string>()
  const labels = labelsOf(params)
  const change = (next: string[]) => {
    const good = next.filter(isLabelFilter)
    setWrong(next.find((label) => !isLabelFilter(label)))
    params.set({ label: good.join(',') })
  }
  return (
    <TagsInput
      aria-label="Labels"
      {...(labels.length === 0 && { placeholder: 'Labels: env, env=prod' })}
      value={labels}
      onChange={change}
      splitChars={[',', ' ']}
      error={wrong !== undefined && `“${wrong}” is no label.`}
      w={{ base: '100%', xs: 210 }}
    />
  )
}
