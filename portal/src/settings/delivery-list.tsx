import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { DeliveryListSerializer, DeliverySerializer } from '../../../src/client/types.ts'
import { DataTable } from '../ui/data-table.tsx'
import type { ListParams } from '../ui/list-params.ts'
import { pagesOf, rowsOf } from '../ui/list-rows.ts'
import { Empty } from '../ui/states.tsx'
import { deliveryColumns } from './delivery-columns.tsx'
import { DeliveryDetails } from './delivery-details.tsx'

export const DELIVERIES_PAGE_SIZE = 20

export interface DeliveryListProps {
  readonly label: string
  readonly query: Pick<UseQueryResult<DeliveryListSerializer>, 'data' | 'error' | 'refetch'>
  readonly params: ListParams
  /** Mails have one each. */
  readonly withRecipient?: boolean
  readonly rowActions?: (delivery: DeliverySerializer) => ReactNode
}

/** What was sent, and what became of it. */
export function DeliveryList(props: DeliveryListProps) {
  const { label, query, params, withRecipient = false } = props
  const [opened, setOpened] = useState<string>()
  return (
    <>
      <DataTable
        label={label}
        columns={deliveryColumns(withRecipient, setOpened)}
        {...rowsOf(query)}
        rowId={(row) => row.id}
        {...pagesOf(params, DELIVERIES_PAGE_SIZE)}
        empty={<Empty title="Nothing was sent">What is sent stays here for 30 days.</Empty>}
        {...(props.rowActions && { rowActions: props.rowActions })}
      />
      <DeliveryDetails
        delivery={query.data?.results.find(({ id }) => id === opened)}
        onClose={() => setOpened(undefined)}
      />
    </>
  )
}
