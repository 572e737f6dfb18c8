import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useMayOnServer } from '../app/may.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { pagesOf, rowsOf } from '../ui/list-rows.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { useProjectNames } from './project-names.ts'
import { DeleteUser, SwitchUser } from './user-confirms.tsx'
import { type UserDialog, UserDialogs } from './user-dialogs.tsx'
import { userColumns } from './users-columns.tsx'

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
  const query = useQuery({
    queryKey: ['users', params.offset],
    queryFn: () => api.users.list({ limit: PAGE_SIZE, offset: params.offset }),
    placeholderData: (before) => before,
  })
  const [switched, setSwitched] = useState<UserSerializer>()
  const [deleted, setDeleted] = useState<UserSerializer>()
  const actions = (user: UserSerializer) => (
    <RowMenu
      label={`Actions for ${user.email}`}
      actions={[
        { label: 'Edit', onClick: () => onDialog({ kind: 'edit', user }) },
        { label: 'Reset password', onClick: () => onDialog({ kind: 'password', user }) },
        { label: user.disabled ? 'Enable' : 'Disable', onClick: () => setSwitched(user) },
        { label: 'Delete', isDangerous: true, onClick: () => setDeleted(user) },
      ]}
    />
  )
  return (
    <>
      <DataTable
        label="Users"
        columns={userColumns(projectName)}
        {...rowsOf(query)}
        rowId={(row) => row.id}
        {...pagesOf(params, PAGE_SIZE)}
        empty={
          <Empty title="There are no users yet">
            So far only API tokens work here. A user logs in with an e-mail address and a password.
          </Empty>
        }
        rowActions={actions}
      />
      <SwitchUser user={switched} onClose={() => setSwitched(undefined)} />
      <DeleteUser user={deleted} onClose={() => setDeleted(undefined)} />
    </>
  )
}
