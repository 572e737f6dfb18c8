import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core'
import { type KeyboardEvent, useEffect, useState } from 'react'
import type { ListParams } from '../ui/list-params.ts'
import { SearchField } from '../ui/search-field.tsx'

export interface LogFiltersProps {
  readonly params: ListParams
  /** Seen in the lines so far. */
  readonly versions: readonly string[]
  readonly instances: readonly string[]
}

const STREAMS = [
  { value: '', label: 'All streams' },
  { value: 'stdout', label: 'stdout' },
  { value: 'stderr', label: 'stderr' },
  { value: 'system', label: 'system' },
]
const SINCE = [
  { value: '', label: 'All that is kept' },
  { value: '5m', label: 'The last 5 minutes' },
  { value: '1h', label: 'The last hour' },
  { value: '24h', label: 'The last 24 hours' },
  { value: '7d', label: 'The last 7 days' },
]

/** Which lines are shown; all of it stands in the page's address. */
export function LogFilters({ params, versions, instances }: LogFiltersProps) {
  return (
    <Group gap="sm" align="flex-end">
      <SearchField label="Search in the lines" params={params} />
      <Choice label="Stream" name="stream" params={params} data={STREAMS} />
      <Choice
        label="Since"
        name="since"
        params={params}
        data={withChosen(SINCE, params, 'since')}
      />
      <Choice
        label="Instance"
        name="instance"
        params={params}
        data={withChosen(
          [{ value: '', label: 'All instances' }, ...choices(instances)],
          params,
          'instance',
        )}
      />
      <Choice
        label="Version"
        name="version"
        params={params}
        data={withChosen(
          [{ value: '', label: 'All versions' }, ...choices(versions, 'Version ')],
          params,
          'version',
          'Version ',
        )}
      />
      <RequestField params={params} />
    </Group>
  )
}

interface Option {
  readonly value: string
  readonly label: string
}

function Choice({
  label,
  name,
  params,
  data,
}: {
  readonly label: string
  readonly name: string
  readonly params: ListParams
  readonly data: readonly Option[]
}) {
  return (
    <NativeSelect
      aria-label={label}
      data={[...data]}
      value={params.get(name)}
      onChange={({ currentTarget }) => params.set({ [name]: currentTarget.value })}
    />
  )
}

/** Taken when it is complete: each letter would be another question. */
function RequestField({ params }: { readonly params: ListParams }) {
  const inAddress = params.get('request_id')
  const [typed, setTyped] = useState(inAddress)
  useEffect(() => setTyped(inAddress), [inAddress])
  const take = (text: string) => params.set({ request_id: text.trim() })
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') take(typed)
  }
  return (
    <TextInput
      aria-label="Request"
      placeholder="Request id"
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => typed.trim() !== inAddress && take(typed)}
      maxLength={128}
      w={{ base: '100%', xs: 230 }}
      rightSection={
        inAddress !== '' && (
          <CloseButton size="sm" aria-label="Lines of all requests" onClick={() => take('')} />
        )
      }
      spellCheck={false}
      autoComplete="off"
    />
  )
}

function choices(values: readonly string[], before = ''): Option[] {
  return values.map((value) => ({ value, label: before + value }))
}

/** What the address asks for is there to be seen, whatever has come so far. */
function withChosen(
  options: readonly Option[],
  params: ListParams,
  name: string,
  before = '',
): readonly Option[] {
  const chosen = params.get(name)
  if (options.some(({ value }) => value === chosen)) return options
  return [...options, { value: chosen, label: before + chosen }]
}
