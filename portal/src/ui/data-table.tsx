import { Button, NativeSelect, Table, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { lazy, Suspense } from 'react'
import styles from './data-table.module.css'
import { TableFooter } from './data-table-footer.tsx'
import { SortableHeader } from './data-table-header.tsx'
import { DataRow, PARTS } from './data-table-row.tsx'
import { Empty, ErrorNote, LoadingRows } from './states.tsx'

export interface Column<Row> {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** By what the API orders, without `.asc`; absent for columns that cannot be ordered. */
  readonly orderBy?: string
  /** Whether it is ordered downwards first: who orders by an amount looks for the most. */
  readonly isMostFirst?: boolean
  /** Where the list is narrower than this (sm 600, md 800, lg 1120 px) the column is left out. */
  readonly from?: 'sm' | 'md' | 'lg'
  readonly align?: 'left' | 'right'
}

export interface DataTableProps<Row> {
  /** What the list is, for those who do not see it. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** Undefined while nothing has come yet. */
  readonly rows: readonly Row[] | undefined
  readonly rowId: (row: Row) => string | number
  readonly error?: unknown
  readonly onRetry?: () => void
  /** That what is shown is being fetched anew. */
  readonly isFetching?: boolean
  /** Before paging. */
  readonly total?: number
  readonly page?: number
  readonly pageSize?: number
  readonly onPage?: (page: number) => void
  /** `name.asc`. */
  readonly order?: string
  readonly onOrder?: (order: string) => void
  /** Stands there when there are no rows. */
  readonly empty: ReactNode
  /** What can be done with a row: its menu, at the end of the line. */
  readonly rowActions?: (row: Row) => ReactNode
}

/** More than these are drawn only where they can be seen. */
const DRAWN_MAX = 100

const VirtualRows = lazy(() => import('./data-table-virtual.tsx'))

/**
 * A list in all its states: loading, slow, failed, empty, and rows with order and pages that the server
 * makes. Where it is narrow each row is a card that names its values.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, error = null, onRetry, total = 0, page = 1, onPage } = props
  if (rows === undefined) {
    if (error === null) return <LoadingRows />
    return <ErrorNote error={error} {...(onRetry && { onRetry })} />
  }
  const isBeyond = rows.length === 0 && total > 0 && page > 1 && onPage !== undefined
  return (
    <div className={styles.list} aria-busy={props.isFetching ?? false}>
      {error !== null && (
        <ErrorNote error={error} {...(onRetry && { onRetry })}>
          What stands here is what came before, and may be out of date.
        </ErrorNote>
      )}
      {isBeyond && (
        <Empty
          title="The list is not that long"
          action={<Button onClick={() => onPage(1)}>To the first page</Button>}
        />
      )}
      {rows.length === 0 && !isBeyond && props.empty}
      {rows.length > 0 && <Rows {...props} rows={rows} />}
    </div>
  )
}

function Rows<Row>(props: DataTableProps<Row> & { readonly rows: readonly Row[] }) {
  const { label, columns, rows, rowId, rowActions } = props
  const isVirtual = rows.length > DRAWN_MAX
  const draw = (some: readonly Row[]) =>
    some.map((row) => (
      <DataRow key={rowId(row)} row={row} columns={columns} rowActions={rowActions} />
    ))
  return (
    <>
      <NarrowOrder {...props} />
      {props.isFetching === true && <div className={styles.fetching} aria-hidden />}
      <Table
        {...PARTS.table}
        aria-label={label}
        {...(isVirtual && { 'aria-rowcount': rows.length + 1 })}
        highlightOnHover
        verticalSpacing="sm"
        className={styles.table ?? ''}
      >
        <Table.Thead {...PARTS.group} className={styles.head ?? ''}>
          <Table.Tr {...PARTS.row}>
            {columns.map((column) => (
              <SortableHeader
                key={column.id}
                column={column}
                order={props.order}
                onOrder={props.onOrder}
              />
            ))}
            {rowActions !== undefined && (
              <Table.Th {...PARTS.header} w={50}>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        {isVirtual ? (
          <Suspense
            fallback={<Table.Tbody {...PARTS.group}>{draw(rows.slice(0, DRAWN_MAX))}</Table.Tbody>}
          >
            <VirtualRows
              rows={rows as readonly unknown[]}
              columns={columns as readonly Column<unknown>[]}
              rowId={rowId as (row: unknown) => string | number}
              rowActions={rowActions as ((row: unknown) => ReactNode) | undefined}
            />
          </Suspense>
        ) : (
          <Table.Tbody {...PARTS.group}>{draw(rows)}</Table.Tbody>
        )}
      </Table>
      <TableFooter {...props} shown={rows.length} />
    </>
  )
}

/** Cards have no headers to click. */
function NarrowOrder<Row>({ columns, order, onOrder }: DataTableProps<Row>) {
  const options = columns.flatMap(({ header, orderBy }) =>
    orderBy === undefined
      ? []
      : [
          { value: `${orderBy}.asc`, label: `${header} ↑` },
          { value: `${orderBy}.desc`, label: `${header} ↓` },
        ],
  )
  if (onOrder === undefined || options.length === 0) return null
  const isKnown = options.some(({ value }) => value === order)
  return (
    <NativeSelect
      className={styles.order ?? ''}
      label="Order"
      size="xs"
      data={isKnown ? options : [{ value: '', label: '—' }, ...options]}
      value={isKnown ? order! : ''}
      onChange={(event) => onOrder(event.currentTarget.value)}
    />
  )
}
