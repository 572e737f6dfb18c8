import { Table } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { DataTableProps } from './data-table.tsx'
import { DataRow, PARTS } from './data-table-row.tsx'

/** Until a row was measured. */
const ROW_PX = 53
/** Beyond what is in sight, so that neither the wheel nor the keyboard runs into nothing. */
const OVERSCAN = 15

type Props = Pick<DataTableProps<unknown>, 'columns' | 'rowId'> & {
  readonly rows: readonly unknown[]
  readonly rowActions: DataTableProps<unknown>['rowActions'] | undefined
}

/** The rows of a long list that are in sight, and room where the others are. */
export default function VirtualRows({ rows, columns, rowId, rowActions }: Props) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => {
    setScrollMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [])
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin,
    getItemKey: (index) => rowId(rows[index]),
    measureElement: heightOf,
  })
  const items = virtualizer.getVirtualItems()
  const before = (items[0]?.start ?? scrollMargin) - scrollMargin
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? scrollMargin) - scrollMargin)
  return (
    <Table.Tbody {...PARTS.group} ref={body}>
      <Room px={before} />
      {items.map(({ key, index }) => (
        <DataRow
          key={String(key)}
          ref={virtualizer.measureElement}
          index={index}
          row={rows[index]}
          columns={columns}
          rowActions={rowActions}
        />
      ))}
      <Room px={after} />
    </Table.Tbody>
  )
}

/** Cards keep a distance, which is no part of their own height. */
function heightOf(row: Element): number {
  return row.getBoundingClientRect().height + Number.parseFloat(getComputedStyle(row).marginBottom)
}

function Room({ px }: { readonly px: number }) {
  if (px <= 0) return null
  return <tr aria-hidden data-room style={{ height: px }} />
}
