import { Code, Table, Text } from '@mantine/core'
import type { NamespaceSerializer } from '../../../src/client/types.ts'

/** The environment values of a namespace, for those who may not change them. */
export function EnvironmentTable({ namespace }: { readonly namespace: NamespaceSerializer }) {
  const envs = Object.entries(namespace.envs ?? {}).sort()
  const secretNames = [...namespace.secret_env_names].sort()
  if (envs.length + secretNames.length === 0) return <Text c="dimmed">There are no values.</Text>
  return (
    <Table aria-label="Environment values" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {envs.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
            <Table.Td>
              <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{value}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
        {secretNames.map((name) => (
          <Table.Tr key={name}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
            <Table.Td>Secret: it is not shown.</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
