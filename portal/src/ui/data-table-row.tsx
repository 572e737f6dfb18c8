import { Table } from '@mantine/core'
import { memo, type ReactNode, type Ref } from 'react'
import styles from './data-table.module.css'
import type { Column } from './data-table.tsx'

/** Said, because a table that is drawn as cards is none for browsers otherwise. */
export const PARTS = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  header: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const

export interface DataRowProps<Row> {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly rowActions?: ((row: Row) => ReactNode) | undefined
  /** From 0, of rows of which not all are drawn. */
  readonly index?: number
  readonly ref?: Ref<HTMLTableRowElement>
}

/** Drawn anew only when it is another row: what is fetched again mostly brings the same ones. */
export const DataRow = memo(Cells) as typeof Cells

function Cells<Row>({ row, columns, rowActions, index, ref }: DataRowProps<Row>) {
  return (
    <Table.Tr
      {...PARTS.row}
      {...(ref !== undefined && { ref })}
      {...(index !== undefined && { 'data-index': index, 'aria-rowindex': index + 2 })}
    >
      {columns.map(({ id, header, cell, from, align }) => (
        <Table.Td
          {...PARTS.cell}
          key={id}
          className={styles.cell ?? ''}
          data-label={header}
          data-from={from}
          data-align={align}
        >
          <div className={styles.value}>{cell(row)}</div>
        </Table.Td>
      ))}
      {rowActions !== undefined && (
        <Table.Td {...PARTS.cell} className={styles.actions ?? ''}>
          {rowActions(row)}
        </Table.Td>
      )}
    </Table.Tr>
  )
}
