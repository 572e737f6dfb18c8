import { Button, Code, Group, Skeleton, Table, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { KeySection } from './key-section.tsx'

const FIRST = 5
/** As many as are kept of a key. */
const MOST = 1000

/** From where it was used. */
export function KeyAddresses({ name }: { readonly name: string }) {
  const scope = useScope()
  const [limit, setLimit] = useState(FIRST)
  const addresses = useQuery({
    queryKey: ['keys', scope, 'addresses', name, limit],
    queryFn: () => api.keys.addresses(scope, name, { limit }),
    placeholderData: keepPreviousData,
  })
  const { data } = addresses
  return (
    <KeySection title="Addresses">
      {data === undefined && addresses.isError && (
        <ErrorNote error={addresses.error} onRetry={() => void addresses.refetch()} />
      )}
      {addresses.isPending && <Skeleton height={60} />}
      {data?.count === 0 && (
        <Text size="sm" c="dimmed">
          Nobody has used it yet.
        </Text>
      )}
      {data !== undefined && data.count > 0 && (
        <Table aria-label="Addresses" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Address</Table.Th>
              <Table.Th scope="col">First seen</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.results.map(({ address, first_seen: time }) => (
              <Table.Tr key={address}>
                <Table.Td>
                  <Code style={{ overflowWrap: 'anywhere' }}>{address}</Code>
                </Table.Td>
                <Table.Td>
                  <TimeText time={time} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {data !== undefined && data.results.length < data.count && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={() => setLimit(MOST)}>
            Show all {data.count}
          </Button>
        </Group>
      )}
    </KeySection>
  )
}
