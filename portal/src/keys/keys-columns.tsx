import { Anchor, Badge, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { places } from '../app/places.ts'
import type { Column } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { RelativeTime, TimeText, useNowMs } from '../ui/time-text.tsx'
import { isSoon, leftText } from './expiration-time.ts'
import classes from './keys-columns.module.css'

const LABELS_SHOWN = 3

type Key = FaasApiKeySerializer

export function keyColumns(scope: Scope): Column<Key>[] {
  return [
    {
      ...{ id: 'name', header: 'Name', orderBy: 'name' },
      cell: (key) => <NameCell scope={scope} apiKey={key} />,
    },
    {
      ...{ id: 'issued_by', header: 'Issued by', from: 'lg' },
      cell: (key) => <Text size="sm">{key.issued_by === '' ? '—' : key.issued_by}</Text>,
    },
    { id: 'status', header: 'Status', cell: (key) => <KeyStatus apiKey={key} /> },
    {
      ...{ id: 'start', header: 'Start', orderBy: 'created_at', from: 'lg' },
      cell: (key) => (
        <Text size="sm" component="div" className={classes.time ?? ''}>
          <TimeText time={key.not_before ?? key.created_at} />
        </Text>
      ),
    },
    {
      ...{ id: 'expire', header: 'Expire', orderBy: 'expire' },
      cell: ({ expire }) =>
        typeof expire === 'string' ? <ExpireCell expire={expire} /> : <Text size="sm">Never</Text>,
    },
    {
      ...{ id: 'last_used', header: 'Last usage', orderBy: 'last_used_at', from: 'md' },
      cell: (key) => (
        <Text size="sm" component="div" className={classes.time ?? ''}>
          <RelativeTime time={key.last_used_at} never="Never" />
        </Text>
      ),
    },
  ]
}

function NameCell({ scope, apiKey }: { readonly scope: Scope; readonly apiKey: Key }) {
  const labels = Object.entries(apiKey.labels)
  const description = apiKey.description ?? ''
  return (
    <Stack gap={2} className={classes.name ?? ''}>
      <Anchor component={Link} to={places.key(scope, apiKey.name)} fw={600} size="sm">
        {apiKey.name}
      </Anchor>
      {description !== '' && (
        <Text size="xs" c="dimmed" lineClamp={1} title={description}>
          {description}
        </Text>
      )}
      {labels.length > 0 && (
        <Group gap={4}>
          {labels.slice(0, LABELS_SHOWN).map(([name, value]) => (
            <Badge key={name} size="sm" variant="default" tt="none" fw={400}>
              {value === '' ? name : `${name}=${value}`}
            </Badge>
          ))}
          {labels.length > LABELS_SHOWN && (
            <Text size="xs" c="dimmed">
              {labels.length - LABELS_SHOWN} more
            </Text>
          )}
        </Group>
      )}
    </Stack>
  )
}

/** Its status, and whether two secrets work. */
export function KeyStatus({ apiKey }: { readonly apiKey: Key }) {
  return (
    <Group gap={4}>
      <StatusBadge status={apiKey.status} />
      {apiKey.rotation !== null && <StatusBadge status="Rotating" />}
    </Group>
  )
}

function ExpireCell({ expire }: { readonly expire: string }) {
  const nowMs = useNowMs()
  const soon = isSoon(expire, nowMs)
  return (
    <Stack gap={0}>
      <Text size="sm" component="div" className={classes.time ?? ''}>
        <TimeText time={expire} />
      </Text>
      <Group gap={4} wrap="nowrap" className={soon ? (classes.soon ?? '') : (classes.calm ?? '')}>
        {soon && <IconAlertTriangle size={13} aria-hidden />}
        <Text size="xs">{leftText(expire, nowMs)}</Text>
      </Group>
    </Stack>
  )
}
