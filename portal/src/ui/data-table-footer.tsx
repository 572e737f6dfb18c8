import { Group, Pagination, Text } from '@mantine/core'

export interface TableFooterProps {
  readonly label: string
  readonly shown: number
  readonly total?: number
  readonly page?: number
  readonly pageSize?: number
  readonly onPage?: (page: number) => void
}

/** How much of the list is shown, and its other pages. */
export function TableFooter(props: TableFooterProps) {
  const { label, shown, total, page = 1, pageSize = shown, onPage } = props
  if (total === undefined) return null
  const pages = Math.max(1, Math.ceil(total / Math.max(1, pageSize)))
  return (
    <Group justify="space-between" mt="md">
      <Text size="sm" c="dimmed" role="status">
        Showing {shown.toLocaleString('en')} of {total.toLocaleString('en')}
      </Text>
      {onPage !== undefined && pages > 1 && (
        <nav aria-label={`Pages of ${label}`}>
          <Pagination
            total={pages}
            value={page}
            onChange={onPage}
            siblings={1}
            size="sm"
            getControlProps={(control) => ({ 'aria-label': CONTROLS[control] })}
            getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
          />
        </nav>
      )}
    </Group>
  )
}

const CONTROLS = {
  first: 'First page',
  previous: 'Previous page',
  next: 'Next page',
  last: 'Last page',
} as const
