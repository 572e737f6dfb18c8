import { Text } from '@mantine/core'
import type { UserSerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { rolesText } from './role-words.ts'
import { Who } from './who.tsx'

export function userColumns(projectName: (id: number) => string): Column<UserSerializer>[] {
  return [
    {
      id: 'who',
      header: 'Who',
      cell: (user) => <Who user={user} />,
    },
    {
      id: 'roles',
      header: 'Roles',
      cell: ({ roles }) => <Text size="sm">{rolesText(roles, projectName)}</Text>,
    },
    {
      id: 'log-in',
      header: 'Last log-in',
      from: 'sm',
      cell: ({ last_log_in_at: at }) => <TimeText time={at} never="Never" />,
    },
    {
      id: 'created',
      header: 'Created',
      from: 'md',
      cell: ({ created_at: at }) => <TimeText time={at} />,
    },
  ]
}
