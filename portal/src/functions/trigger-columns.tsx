import { Anchor, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { callStateText } from './call-words.ts'
import { scheduleWords } from './schedule-words.ts'

/** @param place - where a call of the function is shown, by its id */
export function triggerColumns(place: (callId: string) => string): Column<TriggerSerializer>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name }) => (
        <Text size="sm" fw={600}>
          {name}
        </Text>
      ),
    },
    {
      id: 'schedule',
      header: 'Schedule',
      cell: ({ schedule, timezone }) => (
        <div>
          <Text size="sm">{scheduleWords(schedule) ?? schedule}</Text>
          <Text size="xs" c="dimmed">
            <code>{schedule}</code>, {timezone}
          </Text>
        </div>
      ),
    },
    {
      id: 'calls',
      header: 'Calls',
      from: 'md',
      cell: ({ method, path }) => (
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {method} {path}
        </Text>
      ),
    },
    {
      id: 'next',
      header: 'Next run',
      cell: ({ enabled, next_run_at: at }) =>
        enabled ? <TimeText time={at} /> : <StatusBadge status="Disabled" />,
    },
    {
      id: 'last',
      header: 'Last run',
      cell: ({ last_run: run }) =>
        run === null ? (
          'None yet'
        ) : (
          <Group gap="xs">
            <StatusBadge status={callStateText(run.state)} />
            {run.state === 'skipped' || run.state === 'failed' || run.state === 'forgotten' ? (
              <TimeText time={run.at} />
            ) : (
              <Anchor component={Link} to={place(run.call_id)} size="sm">
                <TimeText time={run.at} />
              </Anchor>
            )}
            {run.reason !== null && (
              <Text size="xs" c="dimmed">
                {run.reason}
              </Text>
            )}
          </Group>
        ),
    },
  ]
}
