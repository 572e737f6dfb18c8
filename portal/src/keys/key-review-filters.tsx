import { Group, NativeSelect } from '@mantine/core'
import type { ListParams } from '../ui/list-params.ts'
import {
  DAYS,
  DAYS_UNLESS_TOLD,
  daysOf,
  FINDING_WORDS,
  KINDS,
  kindOf,
  orderOf,
} from './key-review-query.ts'

/** What is looked for, and in which order it is shown; all of it stands in the page's address. */
export function KeyReviewFilters({ params }: { readonly params: ListParams }) {
  return (
    <Group gap="sm" mb="md" align="flex-end">
      <NativeSelect
        label="Not used for"
        data={DAYS.map((value) => ({ value, label: `${value} days` }))}
        value={daysOf(params)}
        onChange={(event) => {
          const { value } = event.currentTarget
          params.set({ days: value === DAYS_UNLESS_TOLD ? undefined : value })
        }}
      />
      <NativeSelect
        label="Finding"
        data={[
          { value: '', label: 'All' },
          ...KINDS.map((value) => ({ value, label: FINDING_WORDS[value] })),
        ]}
        value={kindOf(params) ?? ''}
        onChange={(event) => params.set({ kind: event.currentTarget.value })}
      />
      <NativeSelect
        label="Order"
        data={[
          { value: 'severity', label: 'What weighs most first' },
          { value: 'name', label: 'Name' },
        ]}
        value={orderOf(params)}
        onChange={(event) => {
          const { value } = event.currentTarget
          params.set({ order: value === 'name' ? value : undefined })
        }}
      />
    </Group>
  )
}
