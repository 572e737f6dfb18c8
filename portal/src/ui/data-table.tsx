import { Group, Pagination, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ErrorNote, LoadingRows } from './states.tsx'

export interface Column<Row> {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** By what the API orders, without `.asc`; absent for columns that cannot be ordered. */
  readonly orderBy?: string
  /** Below this width the column is left out. */
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

/** A list in all its states: loading, failed, empty, and rows with order and pages that the server makes. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, error, empty, rowActions } = props
  if (rows === undefined) {
    if (error === undefined || error === null) return <LoadingRows />
    return <ErrorNote error={error} {...(props.onRetry && { onRetry: props.onRetry })} />
  }
  if (rows.length === 0) return <>{empty}</>
  return (
    <>
      <Table.ScrollContainer minWidth={0} type="native">
        <Table aria-label={label} highlightOnHover verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Header key={column.id} column={column} {...props} />
              ))}
              {rowActions !== undefined && (
                <Table.Th w={50}>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={rowId(row)}>
                {columns.map(({ id, cell, from, align }) => (
                  <Table.Td key={id} ta={align ?? 'left'} {...(from && { visibleFrom: from })}>
                    {cell(row)}
                  </Table.Td>
                ))}
                {rowActions !== undefined && <Table.Td>{rowActions(row)}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Footer {...props} shown={rows.length} />
    </>
  )
}

function Header<Row>({
  column,
  order,
  onOrder,
}: { readonly column: Column<Row> } & DataTableProps<Row>) {
  const { header, orderBy, from, align } = column
  const place = { ta: align ?? 'left', ...(from && { visibleFrom: from }) } as const
  if (orderBy === undefined || onOrder === undefined)
    return <Table.Th {...place}>{header}</Table.Th>
  const isUp = order === `${orderBy}.asc`
  const isDown = order === `${orderBy}.desc`
  const Icon = isUp ? IconArrowUp : isDown ? IconArrowDown : IconArrowsSort
  return (
    <Table.Th {...place} aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <UnstyledButton
        fz="inherit"
        fw="inherit"
        onClick={() => onOrder(`${orderBy}.${isUp ? 'desc' : 'asc'}`)}
      >
        <Group gap={4} wrap="nowrap">
          {header}
          <Icon size={14} aria-hidden />
        </Group>
      </UnstyledButton>
    </Table.Th>
  )
}

function Footer<Row>({
  shown,
  total,
  page = 1,
  pageSize = shown,
  onPage,
}: DataTableProps<Row> & { readonly shown: number }) {
  if (total === undefined) return null
  const pages = Math.max(1, Math.ceil(total / Math.max(1, pageSize)))
  return (
    <Group justify="space-between" mt="md">
      <Text size="sm" c="dimmed" role="status">
        Showing {shown} of {total}
      </Text>
      {onPage !== undefined && pages > 1 && (
        <Pagination
          total={pages}
          value={page}
          onChange={onPage}
          size="sm"
          getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        />
      )}
    </Group>
  )
}
