import { Anchor, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { DeliveryListSerializer, DeliverySerializer } from '../../../src/client/types.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { DeliveryDetails } from './delivery-details.tsx'
import { outcomeText, STATE_WORDS } from './delivery-words.ts'

export interface DeliveryListProps {
  readonly label: string
  readonly data: DeliveryListSerializer | undefined
  readonly error: unknown
  readonly onRetry: () => void
  readonly page: number
  readonly pageSize: number
  readonly onPage: (page: number) => void
  /** Mails have one each. */
  readonly withRecipient?: boolean
  readonly rowActions?: (delivery: DeliverySerializer) => ReactNode
  readonly children?: ReactNode
}

/** What was sent, and what became of it. */
export function DeliveryList(props: DeliveryListProps) {
  const { label, data, error, onRetry, page, pageSize, onPage, withRecipient = false } = props
  const [opened, setOpened] = useState<string>()
  return (
    <>
      <DataTable
        label={label}
        columns={columnsOf(withRecipient, setOpened)}
        rows={data?.results}
        rowId={(row) => row.id}
        error={error}
        onRetry={onRetry}
        {...(data && { total: data.count })}
        page={page}
        pageSize={pageSize}
        onPage={onPage}
        empty={<Empty title="Nothing was sent">What is sent stays here for 30 days.</Empty>}
        {...(props.rowActions && { rowActions: props.rowActions })}
      />
      <DeliveryDetails
        delivery={data?.results.find(({ id }) => id === opened)}
        onClose={() => setOpened(undefined)}
      />
    </>
  )
}

function columnsOf(
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
    ...(withRecipient
      ? [
          {
            id: 'recipient',
            header: 'To',
            cell: ({ recipient }: DeliverySerializer) => <Text size="sm">{recipient ?? '—'}</Text>,
          },
        ]
      : []),
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
}
