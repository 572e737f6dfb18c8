import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { IsolationSerializer } from '../../../src/client/types.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { isolationQuery } from './nodes-query.ts'

type Guarantee = IsolationSerializer['guarantees'][number]

/** What functions cannot do to each other and to the machine, and what of that holds here. */
export function Isolation() {
  const isolation = useQuery(isolationQuery)
  return (
    <section aria-labelledby="isolation">
      <Title order={2} size="h4" mb="xs" id="isolation">
        Isolation
      </Title>
      {isolation.data !== undefined && (
        <Text size="sm" mb="sm">
          {levelSentence(isolation.data)} {limitsSentence(isolation.data)}
        </Text>
      )}
      <DataTable
        label="Guarantees"
        columns={COLUMNS}
        rows={isolation.data?.guarantees}
        rowId={({ name }) => name}
        error={isolation.error}
        onRetry={() => void isolation.refetch()}
        empty={<Text c="dimmed">There are no guarantees.</Text>}
      />
    </section>
  )
}

const COLUMNS: readonly Column<Guarantee>[] = [
  { id: 'promise', header: 'Guarantee', cell: ({ promise }) => promise },
  {
    id: 'holds',
    header: 'Here',
    cell: ({ holds }) => <StatusBadge status={holds ? 'Holds' : 'Does not hold'} />,
  },
  {
    id: 'reason',
    header: 'How, or why not',
    cell: ({ reason }) => (
      <Text size="sm" c="dimmed">
        {reason}
      </Text>
    ),
  },
]

function levelSentence({ level }: IsolationSerializer): string {
  return level === 'namespaced'
    ? 'Functions run at the level namespaced: every guarantee holds.'
    : 'Functions run at the level process: not every guarantee holds. Run only code that you trust.'
}

function limitsSentence(isolation: IsolationSerializer): string {
  const memory =
    isolation.memory_enforced_by === 'cgroup'
      ? 'The kernel limits their memory'
      : 'A watch limits their memory'
  return isolation.cpu_enforced_by === 'cgroup'
    ? `${memory} and their share of the processor.`
    : `${memory}; their share of the processor is not limited.`
}
