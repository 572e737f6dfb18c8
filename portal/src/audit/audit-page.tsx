import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { IconDownload, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'react-router'
import type { AuditRowSerializer } from '../../../src/client/types.ts'
import { projectsWith } from '../../../src/domain/role.ts'
import { api } from '../app/api.ts'
import { useMaySomewhere } from '../app/may.ts'
import { useMe } from '../app/me.ts'
import { scopesQuery } from '../app/scopes.ts'
import { useProjectNames } from '../operators/project-names.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { AuditFiltersForm } from './audit-filters.tsx'
import { exportAddress, filtersOf, useAuditParams } from './audit-params.ts'
import { AuditRow } from './audit-row.tsx'
import { VerifyAudit } from './verify-audit.tsx'

const ROWS = 50

export function Component() {
  if (useMaySomewhere('owner')) return <AuditLog />
  return (
    <Page title="Audit log">
      <NeedsRole least="owner">
        It names people and addresses, so each project shows its rows to its owners.
      </NeedsRole>
    </Page>
  )
}

function AuditLog() {
  const { filters, before, row, set } = useAuditParams()
  const seen = useSeenProjects()
  const [isVerifying, setVerifying] = useState(false)
  const ask = { ...filtersOf(filters), before_sequence: before, limit: ROWS }
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['audit', 'list', ask],
    queryFn: () => api.audit.list(ask),
    placeholderData: (previous) => previous,
  })
  const actions = (
    <>
      <Button
        component="a"
        href={exportAddress(filters)}
        download="audit.jsonl"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        Export
      </Button>
      {seen === 'all' && <Button onClick={() => setVerifying(true)}>Verify</Button>}
    </>
  )
  return (
    <Page title="Audit log" actions={actions}>
      {seen !== 'all' && <Gaps projects={seen} />}
      <AuditFiltersForm filters={filters} projects={useChoosable(seen)} onChange={set} />
      <DataTable
        label="Audit log"
        columns={useColumns()}
        rows={data?.results}
        rowId={(one) => one.sequence}
        error={error}
        onRetry={refetch}
        empty={
          <Empty title="There are no such rows">
            Every change and every log-in leaves one; other filters may show them.
          </Empty>
        }
      />
      <Group mt="md" justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {data === undefined || isFetching ? 'Loading…' : rangeText(data.results)}
        </Text>
        <Group gap="xs">
          {before !== undefined && (
            <Button variant="default" onClick={() => set({ before: '' })}>
              Newest
            </Button>
          )}
          <Button
            variant="default"
            disabled={data?.next == null}
            onClick={() => set({ before: String(data?.next ?? '') })}
          >
            Older
          </Button>
        </Group>
      </Group>
      <AuditRow
        sequence={row}
        row={data?.results.find((one) => one.sequence === row)}
        onClose={() => set({ row: '' })}
      />
      <VerifyAudit opened={isVerifying} onClose={() => setVerifying(false)} />
    </Page>
  )
}

function rangeText(rows: readonly AuditRowSerializer[]): string {
  const [newest, oldest] = [rows[0], rows.at(-1)]
  if (newest === undefined || oldest === undefined) return ''
  return `Rows ${newest.sequence} to ${oldest.sequence}, newest first`
}

/** Why rows are missing between those that are shown. */
function Gaps({ projects }: { readonly projects: readonly number[] }) {
  const projectName = useProjectNames()
  return (
    <Alert color="gray" icon={<IconInfoCircle aria-hidden />} mb="md" variant="light">
      You see the rows of the projects that you own: {projects.map(projectName).join(', ')}. Rows
      are numbered over the whole server, so the numbers have gaps where rows of others are. An
      owner of all projects sees and verifies them all.
    </Alert>
  )
}

function useSeenProjects(): 'all' | readonly number[] {
  const { roles } = useMe()
  return projectsWith(
    roles.map((one) => ({ projectId: one.project_id, role: one.role })),
    'owner',
  )
}

function useChoosable(seen: 'all' | readonly number[]): readonly number[] {
  const all = useQuery(scopesQuery).data?.projects ?? []
  return seen === 'all' ? all.map(({ id }) => id) : seen
}

function useColumns(): Column<AuditRowSerializer>[] {
  const { search } = useLocation()
  return [
    {
      id: 'row',
      header: 'Row',
      cell: ({ sequence }) => (
        <Anchor component={Link} to={{ search: withRow(search, sequence) }} fz="inherit">
          {sequence}
        </Anchor>
      ),
    },
    { id: 'time', header: 'Time', cell: ({ at }) => <TimeText time={at} /> },
    { id: 'action', header: 'Action', cell: ({ action }) => action },
    {
      id: 'object',
      header: 'Object',
      cell: (one) => <Text size="sm">{one.entity_name || '—'}</Text>,
    },
    { id: 'who', header: 'Who', from: 'sm', cell: ({ actor }) => <Text size="sm">{actor}</Text> },
    { id: 'address', header: 'Address', from: 'md', cell: ({ address }) => address || '—' },
  ]
}

function withRow(search: string, sequence: number): string {
  const params = new URLSearchParams(search)
  params.set('row', String(sequence))
  return `?${params}`
}
