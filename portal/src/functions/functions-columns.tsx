import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { FunctionSummarySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { places } from '../app/places.ts'
import type { Column } from '../ui/data-table.tsx'
import { RelativeTime } from '../ui/time-text.tsx'
import { FunctionStatusBadge } from './function-status.tsx'
import { Errors, Latency, Requests } from './functions-usage.tsx'

type Row = FunctionSummarySerializer

/** Requests, errors and latency are those of the last hour, drawn in steps of five minutes. */
export function functionColumns(scope: Scope): readonly Column<Row>[] {
  return [
    { id: 'name', header: 'Name', orderBy: 'name', cell: (fn) => <Name scope={scope} fn={fn} /> },
    {
      id: 'namespace',
      header: 'Namespace',
      orderBy: 'namespace',
      cell: ({ namespace }) => (
        <Anchor component={Link} to={places.namespace(scope, namespace)} fz="sm" c="inherit">
          {namespace}
        </Anchor>
      ),
    },
    { id: 'status', header: 'Status', cell: (fn) => <Status fn={fn} /> },
    {
      id: 'instances',
      header: 'Instances',
      from: 'md',
      align: 'right',
      cell: (fn) => <Instances fn={fn} />,
    },
    {
      id: 'requests',
      ...{ orderBy: 'requests', isMostFirst: true },
      header: 'Requests, 1 h',
      align: 'right',
      cell: ({ usage }) => <Requests usage={usage} />,
    },
    {
      id: 'errors',
      ...{ orderBy: 'errors', isMostFirst: true },
      header: 'Errors',
      from: 'md',
      align: 'right',
      cell: ({ usage }) => <Errors usage={usage} />,
    },
    {
      id: 'p95',
      ...{ orderBy: 'p95', isMostFirst: true },
      header: 'p95',
      from: 'md',
      align: 'right',
      cell: ({ usage }) => <Latency usage={usage} />,
    },
    {
      id: 'updated',
      header: 'Changed',
      orderBy: 'updated_at',
      from: 'lg',
      cell: ({ updated_at: time }) => <RelativeTime time={time} />,
    },
  ]
}

function Name({ scope, fn }: { readonly scope: Scope; readonly fn: Row }) {
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={places.fn(scope, fn)} fz="inherit" fw={600}>
        {fn.name}
      </Anchor>
      <Text size="xs" c="dimmed" fw={400} lineClamp={1} title={fn.description}>
        {fn.description === '' ? fn.runtime : `${fn.runtime} · ${fn.description}`}
      </Text>
    </Stack>
  )
}

/** A newer build that goes wrong does not show in the status of a function that serves. */
function Status({ fn }: { readonly fn: Row }) {
  const isBuilding = fn.build_status === 'pending' || fn.build_status === 'building'
  return (
    <Stack gap={2} align="flex-start" miw="max-content">
      <FunctionStatusBadge status={fn.status} />
      {fn.deployed && isBuilding && (
        <Text size="xs" c="dimmed">
          New version builds
        </Text>
      )}
      {fn.deployed && fn.build_status === 'failed' && (
        <Text size="xs" c="red">
          Newest build failed
        </Text>
      )}
      {!fn.deployed && fn.disabled && (
        <Text size="xs" c="dimmed">
          No version
        </Text>
      )}
    </Stack>
  )
}

function Instances({ fn: { instances } }: { readonly fn: Row }) {
  const { ready, total } = instances
  if (total === 0) {
    return (
      <Text c="dimmed" fz="inherit">
        0
      </Text>
    )
  }
  return (
    <Text fz="inherit">
      {ready}
      {total > ready && (
        <Text span size="xs" c="dimmed">
          {' '}
          + {total - ready} starting
        </Text>
      )}
    </Text>
  )
}
