import { Anchor, Code, Group, Modal, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { AuditRowSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useProjectNames } from '../operators/project-names.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Fact, Facts } from '../ui/facts.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { changesOf, type MemberChange } from './audit-changes.ts'

export interface AuditRowProps {
  /** Undefined for none. */
  readonly sequence: number | undefined
  /** The row, where the list has it already. */
  readonly row: AuditRowSerializer | undefined
  readonly onClose: () => void
}

/** Everything that a row says. */
export function AuditRow({ sequence, row, onClose }: AuditRowProps) {
  return (
    <Modal
      opened={sequence !== undefined}
      onClose={onClose}
      title={sequence === undefined ? '' : `Row ${sequence}`}
      size="xl"
    >
      {row !== undefined ? (
        <Details row={row} />
      ) : (
        sequence !== undefined && <FetchedDetails sequence={sequence} />
      )}
    </Modal>
  )
}

function FetchedDetails({ sequence }: { readonly sequence: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['audit', 'row', sequence],
    queryFn: () => api.audit.list({ before_sequence: sequence + 1, limit: 1 }),
  })
  if (error !== null) return <ErrorNote error={error} onRetry={refetch} />
  if (data === undefined) return <LoadingRows rows={4} />
  const row = data.results.find((one) => one.sequence === sequence)
  return row === undefined ? (
    <Text>There is no row {sequence} that you may see.</Text>
  ) : (
    <Details row={row} />
  )
}

function Details({ row }: { readonly row: AuditRowSerializer }) {
  const projectName = useProjectNames()
  const changes = changesOf(row.before, row.after)
  return (
    <Stack>
      <Facts withTableBorder>
        <Fact name="Action">{row.action}</Fact>
        <Fact name="Object">
          <ObjectLink row={row} />
        </Fact>
        <Fact name="Time">
          <TimeText time={row.at} />
        </Fact>
        <Fact name="Who">{whoText(row)}</Fact>
        <Fact name="Address">{row.address || 'the server itself'}</Fact>
        {row.project_id !== null && <Fact name="Project">{projectName(row.project_id)}</Fact>}
        {row.revision !== null && <Fact name="Revision">{row.revision}</Fact>}
        <Fact name="Request">
          <Copied value={row.request_id} label="Copy the request id" />
        </Fact>
        <Fact name="Hash">
          <Copied value={row.hash} label="Copy the hash" />
        </Fact>
        <Fact name="Hash before">
          <Copied value={row.previous_hash} label="Copy the hash before" />
        </Fact>
      </Facts>
      <Title order={3} size="h5">
        What changed
      </Title>
      {changes.length === 0 ? (
        <Text c="dimmed">The row says no more than that it happened.</Text>
      ) : (
        <Changes changes={changes} />
      )}
    </Stack>
  )
}

function Copied({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="start">
      <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
      <CopyButton value={value} label={label} />
    </Group>
  )
}

function whoText({ actor, token_id: token, user_id: user }: AuditRowSerializer): string {
  if (token === 0 && user === 0) return actor === 'system' ? 'the server itself' : actor
  return token === 0 ? actor : `${actor}, with API token ${token}`
}

/** To the thing itself, where it has a page. */
function ObjectLink({ row }: { readonly row: AuditRowSerializer }) {
  const place = placeOf(row)
  if (place === undefined) return row.entity_name || row.entity_id || '—'
  return (
    <Anchor component={Link} to={place} fz="inherit">
      {row.entity_name}
    </Anchor>
  )
}

const GONE = /\.(deleted|leaked|purged)$/

function placeOf(row: AuditRowSerializer): string | undefined {
  const { action, entity_name: name, project_id: projectId, region_id: regionId } = row
  if (projectId === null || regionId === null || name === '') return undefined
  const scope = { projectId, regionId }
  if (action.startsWith('key.')) {
    return GONE.test(action) ? places.deletedKeys(scope) : places.key(scope, name)
  }
  if (GONE.test(action)) return undefined
  if (action.startsWith('namespace.')) return places.namespace(scope, name)
  const [namespace, fn] = name.split('/')
  if (!action.startsWith('function.') || fn === undefined) return undefined
  return places.fn(scope, { namespace: namespace!, name: fn })
}

function Changes({ changes }: { readonly changes: readonly MemberChange[] }) {
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table aria-label="What changed" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="26%">Member</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ name, before, after, isChanged }) => (
            <Table.Tr key={name} {...(!isChanged && { c: 'dimmed' })}>
              <Table.Th scope="row" fw={isChanged ? 600 : 400} style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{before ?? '—'}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {isChanged ? (after ?? '—') : 'the same'}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
