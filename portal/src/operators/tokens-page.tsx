import { Badge, Button, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { MeSerializer, TokenSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMe } from '../app/me.ts'
import { Confirm } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { useLast } from '../ui/use-last.ts'
import { CreateToken } from './create-token.tsx'
import { useProjectNames } from './project-names.ts'
import { rolesText } from './role-words.ts'

/** The tokens that who is logged in may see and end. */
export function Component() {
  const me = useMe()
  const projectName = useProjectNames()
  const { data, error, refetch } = useQuery({
    queryKey: ['tokens'],
    queryFn: () => api.tokens.list(),
  })
  const [isCreating, setCreating] = useState(false)
  const [deleted, setDeleted] = useState<TokenSerializer>()
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      Create API token
    </Button>
  )
  return (
    <Page title="API tokens" actions={create}>
      <Text mb="md" maw={760}>
        With an API token programs use the REST API, as their roles allow. API keys, which open
        functions, are something else.
      </Text>
      <DataTable
        label="API tokens"
        columns={columnsOf(projectName, me)}
        rows={data?.results}
        rowId={(row) => row.id}
        error={error}
        onRetry={refetch}
        {...(data && { total: data.count })}
        empty={
          <Empty title="There are no API tokens that you may see" action={create}>
            You see those that you made, and those of the projects that you own.
          </Empty>
        }
        rowActions={(token) => (
          <RowMenu
            label={`Actions for ${token.name}`}
            actions={[{ label: 'Delete', isDangerous: true, onClick: () => setDeleted(token) }]}
          />
        )}
      />
      <CreateToken opened={isCreating} onClose={() => setCreating(false)} />
      <DeleteToken token={deleted} me={me} onClose={() => setDeleted(undefined)} />
    </Page>
  )
}

function DeleteToken({
  token,
  me,
  onClose,
}: {
  readonly token: TokenSerializer | undefined
  readonly me: MeSerializer
  readonly onClose: () => void
}) {
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: (id: number) => api.tokens.delete(id),
    async onSuccess() {
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  const shown = useLast(token)
  const isOwn = me.kind === 'token' && shown?.id === me.id
  return (
    <Confirm
      opened={token !== undefined}
      title={`Delete the API token ${shown?.name ?? ''}?`}
      action="Delete token"
      isDangerous
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => token && mutation.mutate(token.id)}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
    >
      <Text>
        Requests with it are refused from now on, and it cannot be brought back. What was made with
        it stays.
      </Text>
      <Text>
        {shown?.last_used_at == null ? (
          'It was never used.'
        ) : (
          <>
            It was last used <TimeText time={shown.last_used_at} />.
          </>
        )}
      </Text>
      {isOwn && <Text fw={600}>You are logged in with it: your session ends.</Text>}
    </Confirm>
  )
}

function columnsOf(
  projectName: (id: number) => string,
  me: MeSerializer,
): Column<TokenSerializer>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: (token) => (
        <Stack gap={0}>
          <Text component="div" size="sm" miw={120}>
            {token.name}
            {token.user_id !== null && token.user_id === me.user_id && (
              <Badge variant="default" tt="none" ml="xs">
                Yours
              </Badge>
            )}
          </Text>
          {(token.description !== '' || token.source === 'settings') && (
            <Text size="sm" c="dimmed">
              {token.source === 'settings' ? 'From LATCHKEY_ADMIN_TOKEN' : token.description}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      id: 'roles',
      header: 'Roles',
      cell: ({ roles }) => <Text size="sm">{rolesText(roles, projectName)}</Text>,
    },
    {
      id: 'expires',
      header: 'Expires',
      cell: ({ expire }) => (
        <>
          <TimeText time={expire} never="Never" />
          {expire !== null && new Date(expire) <= new Date() && (
            <>
              {' '}
              <StatusBadge status="Expired" />
            </>
          )}
        </>
      ),
    },
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
