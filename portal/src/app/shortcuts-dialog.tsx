import { Kbd, Modal, Table } from '@mantine/core'
import { PALETTE_KEYS } from './palette-state.ts'
import { GO_KEYS } from './shortcuts.ts'

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [PALETTE_KEYS.split(' '), 'Search pages, keys and functions, and run actions'],
  [['/'], 'Go to the search of the page'],
  ...GO_KEYS.map(({ key, label }) => [['g', key], `Go to ${label}`] as const),
  [['?'], 'Show this list'],
  [['Esc'], 'Close a dialog or a menu'],
]

export default function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts">
      <Table aria-label="Keyboard shortcuts" withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Keys</Table.Th>
            <Table.Th>What they do</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {KEYS.map(([keys, does]) => (
            <Table.Tr key={does}>
              <Table.Td>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
