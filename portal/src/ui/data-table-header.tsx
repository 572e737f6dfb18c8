import { Group, Table, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import styles from './data-table.module.css'
import type { Column } from './data-table.tsx'
import { PARTS } from './data-table-row.tsx'

export interface SortableHeaderProps<Row> {
  readonly column: Column<Row>
  readonly order: string | undefined
  readonly onOrder: ((order: string) => void) | undefined
}

/** Orders by the column when it is clicked, and the other way round the next time. */
export function SortableHeader<Row>({ column, order, onOrder }: SortableHeaderProps<Row>) {
  const { header, orderBy, isMostFirst, from, align } = column
  const place = {
    ...PARTS.header,
    className: styles.cell ?? '',
    'data-from': from,
    'data-align': align,
  }
  if (orderBy === undefined || onOrder === undefined) {
    return <Table.Th {...place}>{header}</Table.Th>
  }
  const isUp = order === `${orderBy}.asc`
  const isDown = order === `${orderBy}.desc`
  const isNextDown = isUp || (!isDown && isMostFirst === true)
  const Icon = isUp ? IconArrowUp : isDown ? IconArrowDown : IconArrowsSort
  return (
    <Table.Th {...place} aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <UnstyledButton
        fz="inherit"
        fw="inherit"
        mih={24}
        onClick={() => onOrder(`${orderBy}.${isNextDown ? 'desc' : 'asc'}`)}
      >
        <Group component="span" gap={4} wrap="nowrap">
          {header}
          <Icon size={14} aria-hidden />
        </Group>
      </UnstyledButton>
    </Table.Th>
  )
}
