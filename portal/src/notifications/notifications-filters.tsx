import { Group, MultiSelect, Switch } from '@mantine/core'
import type { NotificationTypeChoices } from '../../../src/client/types.ts'
import type { ListParams } from '../ui/list-params.ts'

const TYPES: Readonly<Record<NotificationTypeChoices, string>> = {
  'key.expiring': 'Key expires soon',
  'key.expired': 'Key has expired',
  'key.unused': 'Key is not used',
  'key.new-address': 'Key used from a new address',
  'key.leaked': 'Key leaked',
  'key.created': 'Key created',
  'key.rotated': 'Key rotated',
  'key.disabled': 'Key disabled',
  'key.enabled': 'Key enabled',
  'key.deleted': 'Key deleted',
  'key.restored': 'Key brought back',
}

/** What the address asks for. */
export function filtersOf(params: ListParams) {
  const types = params
    .get('type')
    .split(',')
    .filter((type): type is NotificationTypeChoices => type in TYPES)
  return { types, isUnreadOnly: params.get('unread') === 'true' }
}

export function NotificationsFilters({ params }: { readonly params: ListParams }) {
  const { types, isUnreadOnly } = filtersOf(params)
  return (
    <Group mb="md" align="flex-end">
      <MultiSelect
        label="Kind"
        placeholder={types.length === 0 ? 'All' : ''}
        data={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
        value={types}
        onChange={(chosen) => params.set({ type: chosen.join(',') })}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear the kinds' }}
        w={{ base: '100%', sm: 360 }}
      />
      <Switch
        label="Unread only"
        checked={isUnreadOnly}
        onChange={({ currentTarget }) =>
          params.set({ unread: currentTarget.checked ? 'true' : undefined })
        }
        mb={8}
      />
    </Group>
  )
}
