import { Loader, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'

export interface TestKeySelectProps {
  /** The name of a key; null for none. */
  readonly value: string | null
  readonly onChange: (key: string | null) => void
  /** Whether the function opens without one. */
  readonly isOpen: boolean
  readonly error?: string | undefined
}

/** No name is empty. */
const NO_KEY = ''
const SHOWN_MAX = 50
const WAIT_MS = 250
/** No name has other signs. */
const NAME_PART = /[^-a-z0-9]/g

/** A key to call with; the server looks for it by name. */
export function TestKeySelect({ value, onChange, isOpen, error }: TestKeySelectProps) {
  const scope = useScope()
  const [typed, setTyped] = useState(value ?? '')
  const asked = typed.toLowerCase().replace(NAME_PART, '')
  const [search] = useDebouncedValue(asked === value ? '' : asked, WAIT_MS)
  const keys = useQuery({
    queryKey: ['keys', scope, 'to-test-with', search],
    queryFn: () =>
      api.keys.list(scope, {
        limit: SHOWN_MAX,
        order_by: 'name.asc',
        ...(search !== '' && { search }),
      }),
    placeholderData: keepPreviousData,
  })
  const found = keys.data?.results ?? []
  const data = found.map(({ name, status }) => ({
    value: name,
    label: status === 'Active' ? name : `${name} (${status.toLowerCase()})`,
  }))
  if (search === '') data.unshift({ value: NO_KEY, label: 'No key' })
  if (value !== null && !found.some(({ name }) => name === value)) {
    data.unshift({ value, label: value })
  }
  return (
    <Select
      label="Key"
      description={
        isOpen
          ? 'The function opens without one; with one it learns who calls.'
          : 'The function wants one. Its secret is not needed.'
      }
      placeholder="No key"
      data={data}
      value={value}
      onChange={(name) => onChange(name === NO_KEY ? null : name)}
      searchable
      clearable
      onSearchChange={setTyped}
      // The server has looked already.
      filter={({ options }) => options}
      nothingFoundMessage={keys.isError ? 'The keys cannot be listed.' : 'No key is called so.'}
      rightSection={keys.isFetching && search !== '' ? <Loader size={14} /> : undefined}
      error={error}
      comboboxProps={{ withinPortal: true }}
    />
  )
}
