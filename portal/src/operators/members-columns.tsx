import { Stack, Text } from '@mantine/core'
import type { MemberSerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { ROLE_NAMES, ROLE_WORDS } from './role-words.ts'
import { Who } from './who.tsx'

export const MEMBER_COLUMNS: readonly Column<MemberSerializer>[] = [
  {
    id: 'who',
    header: 'Who',
    cell: (user) => <Who user={user} />,
  },
  {
    id: 'role',
    header: 'Role',
    cell: ({ role, all_projects: isOnAll }) => (
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {ROLE_NAMES[role]}
        </Text>
        {isOnAll && (
          <Text size="sm" c="dimmed">
            on all projects, changed under Users
          </Text>
        )}
      </Stack>
    ),
  },
  {
    id: 'words',
    header: 'What the role may do',
    from: 'md',
    cell: ({ role }) => <Text size="sm">{ROLE_WORDS[role]}</Text>,
  },
  { id: 'since', header: 'Since', from: 'sm', cell: ({ since }) => <TimeText time={since} /> },
]
