import { Table, type TableProps } from '@mantine/core'
import type { ReactNode } from 'react'

/** What is known of one thing, as a table with a name at the head of each row. */
export function Facts({ children, ...table }: TableProps) {
  return (
    <Table variant="vertical" {...table}>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  )
}

const NAME_WIDTH = 130

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={NAME_WIDTH}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  )
}
