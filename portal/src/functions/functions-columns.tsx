import { Anchor, Group, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { FunctionSummarySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { places } from '../app/places.ts'
import { durationText, plainNumber, shortNumber } from '../ui/charts/scale.ts'
import { COLORS } from '../ui/charts/series.ts'
import { Sparkline } from '../ui/charts/sparkline.tsx'
import type { Column } from '../ui/data-table.tsx'
import { RelativeTime } from '../ui/time-text.tsx'
import { FunctionStatusBadge } from './function-status.tsx'

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
      header: 'Requests, 1 h',
      align: 'right',
      cell: ({ usage }) => <Requests usage={usage} />,
    },
    {
      id: 'errors',
      header: 'Errors',
      from: 'md',
      align: 'right',
      cell: ({ usage }) => <Errors usage={usage} />,
    },
    {
      id: 'p95',
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
      <Text size="xs" c="dimmed" fw={400} lineClamp={1}>
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

function Requests({ usage }: { readonly usage: Row['usage'] }) {
  return (
    <Drawn text={shortNumber(usage.requests)} textWidth={40} isNothing={usage.requests === 0}>
      <Sparkline
        values={usage.series.map(({ requests }) => requests)}
        label={drawnLabel(
          'requests',
          usage.series.map(({ requests }) => requests),
        )}
      />
    </Drawn>
  )
}

function Errors({ usage }: { readonly usage: Row['usage'] }) {
  const { errors, requests, series } = usage
  const part = errors === 0 ? '0' : `${shortNumber(errors)} (${percent(errors / requests)})`
  return (
    <Drawn text={part} textWidth={68} isNothing={errors === 0}>
      <Sparkline
        values={series.map((step) => step.errors)}
        color={COLORS.red}
        label={drawnLabel(
          'errors',
          series.map((step) => step.errors),
        )}
      />
    </Drawn>
  )
}

function Latency({ usage }: { readonly usage: Row['usage'] }) {
  const slowest = Math.max(0, ...usage.series.map(({ p95 }) => p95 ?? 0))
  return (
    <Drawn text={durationText(usage.p95)} textWidth={48} isNothing={usage.p95 === null}>
      <Sparkline
        shape="line"
        values={usage.series.map(({ p95 }) => p95)}
        label={`p95 by five minutes, at most ${durationText(slowest)}`}
      />
    </Drawn>
  )
}

/** What would be an empty drawing is left out. */
function Drawn(props: {
  readonly text: string
  /** At least so wide, that the drawings stand below each other. */
  readonly textWidth: number
  readonly isNothing: boolean
  readonly children: React.ReactNode
}) {
  if (props.isNothing) {
    return (
      <Text c="dimmed" fz="inherit">
        {props.text}
      </Text>
    )
  }
  return (
    <Group gap={8} wrap="nowrap" display="inline-flex" style={{ verticalAlign: 'middle' }}>
      {props.children}
      <Text
        fz="inherit"
        miw={props.textWidth}
        style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}
      >
        {props.text}
      </Text>
    </Group>
  )
}

function drawnLabel(what: string, values: readonly number[]): string {
  return `${what} by five minutes, at most ${plainNumber(Math.max(0, ...values))}`
}

function percent(part: number): string {
  return `${part < 0.01 ? '<1' : Math.round(part * 100)} %`
}
