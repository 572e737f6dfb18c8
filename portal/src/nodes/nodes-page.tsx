import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { NodeSerializer, NodesSerializer } from '../../../src/client/types.ts'
import { useMayOnServer } from '../app/may.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { KeyValue } from '../ui/key-value.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { RelativeTime } from '../ui/time-text.tsx'
import { Isolation } from './isolation.tsx'
import { nodeStateOf } from './node-state.ts'
import { nodesQuery } from './nodes-query.ts'
import { Runtimes } from './runtimes.tsx'

/** What the server is made of: control, the data nodes, how functions are kept apart, and on what they run. */
export function Component() {
  return (
    <Page title="Nodes">
      {useMayOnServer('viewer') ? (
        <Nodes />
      ) : (
        <NeedsRole least="viewer" where="server">
          Nodes serve the functions of all projects.
        </NeedsRole>
      )}
    </Page>
  )
}

function Nodes() {
  const nodes = useQuery(nodesQuery)
  const revision = nodes.data?.control.revision ?? 0
  return (
    <Stack gap="xl">
      <section aria-labelledby="data-nodes">
        <Title order={2} size="h4" mb="xs" id="data-nodes">
          Data nodes
        </Title>
        <DataTable
          label="Data nodes"
          columns={columnsOf(revision)}
          rows={nodes.data?.results}
          rowId={(node) => node.name}
          error={nodes.error}
          onRetry={() => void nodes.refetch()}
          empty={
            <Empty title="No data node is known">
              Without one no function answers. A server with the role data connects by itself.
            </Empty>
          }
        />
      </section>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        {nodes.data !== undefined && <Control control={nodes.data.control} />}
        <Runtimes />
      </SimpleGrid>
      <Isolation />
    </Stack>
  )
}

function columnsOf(revision: number): readonly Column<NodeSerializer>[] {
  return [
    { id: 'name', header: 'Name', cell: ({ name }) => name },
    { id: 'state', header: 'State', cell: (node) => <State node={node} revision={revision} /> },
    {
      id: 'applied',
      header: 'Change',
      from: 'sm',
      cell: ({ applied_revision: applied }) =>
        applied === null ? '—' : applied === revision ? applied : `${applied} of ${revision}`,
    },
    {
      id: 'heard',
      header: 'Last heard',
      cell: ({ silent_for_seconds: silent }) =>
        silent === null ? 'Not since control was started' : `${silent.toFixed(0)} s ago`,
    },
    {
      id: 'instances',
      header: 'Instances',
      cell: ({ instances }) =>
        instances === null ? '—' : `${instances.ready} of ${instances.total} ready`,
    },
    {
      id: 'functions',
      header: 'Functions at work',
      from: 'md',
      cell: ({ functions }) => functions ?? '—',
    },
  ]
}

function State({ node, revision }: { readonly node: NodeSerializer; readonly revision: number }) {
  const { word, sentence } = nodeStateOf(node, revision)
  return (
    <Stack gap={2} align="flex-start">
      <StatusBadge status={word} />
      <Text size="xs" c="dimmed" fw={400}>
        {sentence}
      </Text>
    </Stack>
  )
}

function Control({ control }: { readonly control: NodesSerializer['control'] }) {
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="control">
      <Title order={2} size="h5" mb="xs" id="control">
        Control
      </Title>
      <KeyValue
        items={[
          ['Version', control.version],
          ['Started', <RelativeTime key="started" time={control.started_at} />],
          ['Newest change', control.revision],
          ['Database', `${(control.database_bytes / 1_000_000).toFixed(1)} MB on the disk`],
        ]}
      />
    </Paper>
  )
}
