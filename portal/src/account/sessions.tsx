import { Badge, Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Section } from '../ui/section.tsx'
import { Empty, ErrorNote } from '../ui/states.tsx'
import { RelativeTime, TimeText } from '../ui/time-text.tsx'
import { browserName } from './browser-name.ts'

const COLUMNS: readonly Column<SessionSerializer>[] = [
  {
    id: 'agent',
    header: 'Browser',
    cell: ({ agent, current }) => (
      <>
        {browserName(agent)}{' '}
        {current && (
          <Badge variant="light" tt="none">
            This one
          </Badge>
        )}
      </>
    ),
  },
  { id: 'address', header: 'Address', cell: ({ address }) => address },
  { id: 'created', header: 'Since', cell: ({ created_at }) => <TimeText time={created_at} /> },
  {
    id: 'seen',
    header: 'Last used',
    cell: ({ last_seen_at }) => <RelativeTime time={last_seen_at} />,
  },
  { id: 'ends', header: 'Ends', from: 'md', cell: ({ ends_at }) => <TimeText time={ends_at} /> },
]

/** Where else the same operator is logged in. */
export function Sessions() {
  const queryClient = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions'],
    queryFn: () => api.sessions.list(),
  })
  const end = useMutation({
    mutationFn: (id: string) => api.sessions.end(id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Section title="Sessions">
      <Text size="sm" c="dimmed" mb="sm">
        Every browser in which you are logged in. End those that you do not know, and change your
        password.
      </Text>
      {end.isError && <ErrorNote error={end.error} />}
      <DataTable
        label="Sessions"
        columns={COLUMNS}
        rows={data?.results}
        rowId={({ id }) => id}
        error={error}
        onRetry={refetch}
        {...(data !== undefined && { total: data.count })}
        empty={<Empty title="There are no sessions" />}
        rowActions={({ id, agent, address, current }) =>
          !current && (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={`End ${browserName(agent)} at ${address}`}
              loading={end.isPending && end.variables === id}
              onClick={() => end.mutate(id)}
            >
              End
            </Button>
          )
        }
      />
    </Section>
  )
}
