import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

export interface FlavorSelectProps {
  readonly scope: Scope
  readonly value: string
  readonly onChange: (flavor: string) => void
  readonly readOnly?: boolean
  readonly error?: string | undefined
}

/** Memory, and share of the processor, of each instance. */
export function FlavorSelect({
  scope,
  value,
  onChange,
  readOnly = false,
  error,
}: FlavorSelectProps) {
  const flavors = useQuery({
    queryKey: ['flavors', scope],
    queryFn: () => api.flavors.list(scope),
    staleTime: 60_000,
  })
  const offered = flavors.data?.results ?? []
  const data = offered.map(({ name, cpu, ram }) => ({
    value: name ?? '',
    label: `${ram} MB · ${cpu === 1000 ? 'a whole core' : `${cpu / 1000} of a core`}`,
  }))
  const isKnown = data.some((one) => one.value === value)
  return (
    <Select
      label="Flavor"
      description={
        offered[0]?.cpu_enforced_by === 'none'
          ? 'Memory of each instance. The share of the processor is not enforced on this machine.'
          : 'Memory and share of the processor of each instance.'
      }
      data={isKnown ? data : [{ value, label: value }, ...data]}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
      allowDeselect={false}
      readOnly={readOnly}
      error={error}
      maw={360}
    />
  )
}
