import { Anchor } from '@mantine/core'
import type { CallSerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { callStateText, reasonText } from './call-words.ts'
import { statusText } from './test-words.ts'

export function callColumns(open: (id: string) => void): Column<CallSerializer>[] {
  return [
    {
      id: 'request',
      header: 'Request',
      cell: ({ id, method, path }) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="left"
          style={{ overflowWrap: 'anywhere' }}
          aria-label={`${method} ${path}, call ${id}`}
          onClick={() => open(id)}
        >
          {method} {path}
        </Anchor>
      ),
    },
    {
      id: 'state',
      header: 'State',
      cell: ({ state }) => <StatusBadge status={callStateText(state)} />,
    },
    {
      id: 'answer',
      header: 'Last answer',
      cell: ({ status, code }) =>
        status === null || status === 0
          ? code === null
            ? '—'
            : reasonText(code)
          : statusText(status),
    },
    { id: 'tries', header: 'Tries', align: 'right', cell: ({ attempts }) => attempts },
    {
      id: 'by',
      header: 'Made by',
      from: 'md',
      cell: ({ trigger, key_id: keyId }) =>
        trigger === null ? (keyId === null ? 'No key' : 'A key') : `Trigger ${trigger}`,
    },
    {
      id: 'accepted',
      header: 'Accepted',
      from: 'sm',
      cell: ({ accepted_at: at }) => <TimeText time={at} />,
    },
  ]
}
