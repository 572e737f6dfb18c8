import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMayOnServer } from '../app/may.ts'
import { Confirm } from '../ui/confirm.tsx'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { useLast } from '../ui/use-last.ts'
import { useProjectNames } from './project-names.ts'
import { rolesText } from './role-words.ts'
import { type UserDialog, UserDialogs } from './user-dialogs.tsx'
import { Who } from './who.tsx'

export function Component() {
  const isOwner = useMayOnServer('owner')
  const [dialog, setDialog] = useState<UserDialog>()
  const create = isOwner && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: 'create' })}
    >
      Create user
    </Button>
  )
  return (
    <Page title="Users" actions={create}>
      {isOwner ? (
        <Users onDialog={setDialog} />
      ) : (
        <NeedsRole least="owner" where="server">
          Who can log in to this server is shown to owners of all projects.
        </NeedsRole>
      )}
      <UserDialogs dialog={dialog} onClose={() => setDialog(undefined)} />
    </Page>
  )
}

function Users({ onDialog }: { readonly onDialog: (dialog: UserDialog) => void }) {
  const params = useListParams()
  const projectName = useProjectNames()
  const { data, error, refetch } = useQuery({
    queryKey: ['users', params.offset],
    queryFn: () => api.users.list({ limit: PAGE_SIZE, offset: params.offset }),
    placeholderData: (before) => before,
  })
  const [switched, setSwitched] = useState<UserSerializer>()
  const [deleted, setDeleted] = useState<UserSerializer>()
  return (
    <>
      <DataTable
        label="Users"
        columns={columnsOf(projectName)}
        rows={data?.results}
        rowId={(row) => row.id}
        error={error}
        onRetry={refetch}
        {...(data && { total: data.count })}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        empty={
          <Empty title="There are no users yet">
            So far only API tokens work here. A user logs in with an e-mail address and a password.
          </Empty>
        }
        rowActions={(user) => (
          <RowMenu
            label={`Actions for ${user.email}`}
            actions={[
              { label: 'Edit', onClick: () => onDialog({ kind: 'edit', user }) },
              { label: 'Reset password', onClick: () => onDialog({ kind: 'password', user }) },
              {
                label: user.disabled ? 'Enable' : 'Disable',
                onClick: () => setSwitched(user),
              },
              { label: 'Delete', isDangerous: true, onClick: () => setDeleted(user) },
            ]}
          />
        )}
      />
      <SwitchUser user={switched} onClose={() => setSwitched(undefined)} />
      <DeleteUser user={deleted} onClose={() => setDeleted(undefined)} />
    </>
  )
}

interface UserConfirmProps {
  readonly user: UserSerializer | undefined
  readonly onClose: () => void
}

function SwitchUser({ user, onClose }: UserConfirmProps) {
  const queryClient = useQueryClient()
  const shown = useLast(user)
  const isDisabled = shown?.disabled ?? false
  const mutation = useMutation({
    mutationFn: (id: number) => api.users.update(id, { disabled: !isDisabled }),
    async onSuccess() {
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['users'] })
    },
  })
  return (
    <Confirm
      opened={user !== undefined}
      title={`${isDisabled ? 'Enable' : 'Disable'} ${shown?.email ?? ''}?`}
      action={isDisabled ? 'Enable' : 'Disable'}
      isDangerous={!isDisabled}
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => user && mutation.mutate(user.id)}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
    >
      <Text>
        {isDisabled
          ? 'The person can log in again, with the roles of before, and their API tokens work again.'
          : 'Sessions of this person end now, and their API tokens are refused until the person is enabled again. Keys and functions stay.'}
      </Text>
    </Confirm>
  )
}

function DeleteUser({ user, onClose }: UserConfirmProps) {
  const shown = useLast(user)
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: (id: number) => api.users.delete(id),
    async onSuccess() {
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['users'] })
      await queryClient.invalidateQueries({ queryKey: ['members'] })
    },
  })
  return (
    <ConfirmByName
      opened={user !== undefined}
      title="Delete this user?"
      name={shown?.email ?? ''}
      action="Delete user"
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => user && mutation.mutate(user.id)}
      onClose={() => {
        mutation.reset()
        onClose()
      }}
    >
      <Text>
        With {shown?.email} go the roles, the sessions and the API tokens of this person. Keys and
        functions that the person made stay, and the audit log goes on naming who it was.
      </Text>
    </ConfirmByName>
  )
}

function columnsOf(projectName: (id: number) => string): Column<UserSerializer>[] {
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
