import { Button, Code, Group, List, Skeleton, Stack, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuditRowSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { changesOf } from './key-audit-changes.ts'
import { KeySection } from './key-section.tsx'

const PAGE = 8
/** What the server does by itself belongs to no request. */
const SYSTEM = 'system'

/** Who has done what to the key, newest first. Its id is asked for: names change. */
export function KeyAudit({ id }: { readonly id: string }) {
  const may = useMay('owner')
  return (
    <KeySection title="Audit">
      {may ? (
        <Rows id={id} />
      ) : (
        <Text size="sm" c="dimmed">
          {roleNeededText('owner')}
        </Text>
      )}
    </KeySection>
  )
}

function Rows({ id }: { readonly id: string }) {
  const scope = useScope()
  const [limit, setLimit] = useState(PAGE)
  const rows = useQuery({
    queryKey: ['keys', scope, 'audit', id, limit],
    queryFn: () => api.audit.list({ project_id: [scope.projectId], entity_id: [id], limit }),
    placeholderData: keepPreviousData,
  })
  if (rows.data === undefined) {
    if (rows.isError) return <ErrorNote error={rows.error} onRetry={() => void rows.refetch()} />
    return <Skeleton height={80} />
  }
  return (
    <Stack gap="sm">
      {rows.data.results.map((row) => (
        <Row key={row.sequence} row={row} />
      ))}
      {rows.data.next !== null && (
        <Group>
          <Button size="xs" variant="default" onClick={() => setLimit(limit + 4 * PAGE)}>
            Show older
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function Row({ row }: { readonly row: AuditRowSerializer }) {
  const changes = changesOf(row)
  return (
    <div>
      <Text size="sm">
        <b>{row.action}</b> by {row.actor === '' ? 'the server' : row.actor}
        {row.address === '' ? '' : ` from ${row.address}`}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <TimeText time={row.at} />, row {row.sequence}
        {row.request_id !== '' && row.request_id !== SYSTEM && `, request ${row.request_id}`}
      </Text>
      {changes.length > 0 && (
        <List size="sm" listStyleType="none">
          {changes.map(({ member, before, after }) => (
            <List.Item key={member} style={{ overflowWrap: 'anywhere' }}>
              {member}: <Code>{before}</Code> became <Code>{after}</Code>
            </List.Item>
          ))}
        </List>
      )}
    </div>
  )
}
