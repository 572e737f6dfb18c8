import { Badge, Stack, Text } from '@mantine/core'
import type { MeSerializer, TokenSerializer } from '../../../src/client/types.ts'
import type { Column } from '../ui/data-table.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText, useNowMs } from '../ui/time-text.tsx'
import { rolesText } from './role-words.ts'

export function tokenColumns(
  projectName: (id: number) => string,
  me: MeSerializer,
): Column<TokenSerializer>[] {
  return [
    { id: 'name', header: 'Name', cell: (token) => <Name token={token} me={me} /> },
    {
      id: 'roles',
      header: 'Roles',
      cell: ({ roles }) => <Text size="sm">{rolesText(roles, projectName)}</Text>,
    },
    { id: 'expires', header: 'Expires', cell: ({ expire }) => <Expiry expire={expire} /> },
    {
      id: 'used',
      header: 'Last used',
      from: 'sm',
      cell: ({ last_used_at: at }) => <TimeText time={at} never="Never" />,
    },
    {
      id: 'by',
      header: 'Made by',
      from: 'md',
      cell: ({ issued_by: by }) => <Text size="sm">{by || '—'}</Text>,
    },
  ]
}

function Name({ token, me }: { readonly token: TokenSerializer; readonly me: MeSerializer }) {
  const { name, description, source, user_id: userId } = token
  const words = source === 'settings' ? 'From LATCHKEY_ADMIN_TOKEN' : description
  return (
    <Stack gap={0}>
      <Text component="div" size="sm" miw={120}>
        {name}
        {userId !== null && userId === me.user_id && (
          <Badge variant="default" tt="none" ml="xs">
            Yours
          </Badge>
        )}
      </Text>
      {words !== '' && (
        <Text size="sm" c="dimmed">
          {words}
        </Text>
      )}
    </Stack>
  )
}

function Expiry({ expire }: Pick<TokenSerializer, 'expire'>) {
  const nowMs = useNowMs()
  return (
    <>
      <TimeText time={expire} never="Never" />
      {expire !== null && Date.parse(expire) <= nowMs && (
        <>
          {' '}
          <StatusBadge status="Expired" />
        </>
      )}
    </>
  )
}
