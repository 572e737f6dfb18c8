import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

const SHOWN_MAX = 50
const WAIT_MS = 250
/** What the API searches for; anything else is found nowhere. */
const SEARCHED = /^[-a-z0-9]{1,26}$/

export interface KeysSelectProps {
  readonly scope: Scope
  readonly label: string
  readonly description?: string
  readonly value: readonly string[]
  readonly onChange: (keys: string[]) => void
  /** Those that are not offered. */
  readonly without?: readonly string[]
  readonly disabled?: boolean
}

/** Keys by name. The server searches: there may be thousands. */
export function KeysSelect(props: KeysSelectProps) {
  const { scope, value, onChange, without = [], description, ...rest } = props
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search.trim().toLowerCase(), WAIT_MS)
  const found = useQuery({
    queryKey: ['keys', scope, 'names', asked],
    queryFn: async () => {
      const searched = SEARCHED.test(asked) ? { search: asked } : {}
      const { results, count } = await api.keys.list(scope, {
        limit: SHOWN_MAX,
        order_by: 'name.asc',
        ...searched,
      })
      return { names: results.map(({ name }) => name), count }
    },
    placeholderData: keepPreviousData,
  })
  const { names = [], count = 0 } = found.data ?? {}
  const offered = [...new Set([...value, ...names])].filter((name) => !without.includes(name))
  const more =
    count > names.length ? `The first ${names.length} of ${count}: type to find others.` : ''
  return (
    <MultiSelect
      {...rest}
      description={[description, more].filter(Boolean).join(' ')}
      data={offered}
      value={[...value]}
      onChange={onChange}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      nothingFoundMessage={found.isFetching ? 'Looking …' : 'No such key'}
      clearable
      clearButtonProps={{ 'aria-label': 'Choose none' }}
      hidePickedOptions
    />
  )
}
