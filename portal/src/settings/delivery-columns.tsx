import { Anchor, Text } from '@mantine/core'
import type { DeliverySerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { outcomeText, STATE_WORDS } from './delivery-words.ts'

/** @param withRecipient - Mails have one each. */
export function deliveryColumns(
  withRecipient: boolean,
  open: (id: string) => void,
): Column<DeliverySerializer>[] {
  return [
    {
      id: 'type',
      header: 'Event',
      cell: ({ id, type }) => (
        <Anchor component="button" type="button" fz="inherit" onClick={() => open(id)}>
          {type}
        </Anchor>
      ),
    },
    ...(withRecipient ? [RECIPIENT] : []),
    ...COLUMNS,
  ]
}

const RECIPIENT: Column<DeliverySerializer> = {
  id: 'recipient',
  header: 'To',
  cell: ({ recipient }) => <Text size="sm">{recipient ?? '—'}</Text>,
}

const COLUMNS: readonly Column<DeliverySerializer>[] = [
  { id: 'created', header: 'When', cell: ({ created_at: at }) => <TimeText time={at} /> },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => <StatusBadge status={STATE_WORDS[state]} />,
  },
  {
    id: 'attempts',
    header: 'Attempts',
    align: 'right',
    from: 'md',
    cell: ({ attempts }) => attempts.at(-1)?.number ?? 0,
  },
  {
    id: 'last',
    header: 'Last attempt',
    from: 'sm',
    cell: (delivery) => <Text size="sm">{outcomeText(delivery)}</Text>,
  },
]
