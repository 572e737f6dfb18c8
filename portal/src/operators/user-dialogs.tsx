import { Text } from '@mantine/core'
import type { UserSerializer } from '../../../src/client/types.ts'
import { OnceDialog } from '../ui/once-dialog.tsx'
import { useLast } from '../ui/use-last.ts'
import { CreateUser } from './create-user.tsx'
import { EditUser } from './edit-user.tsx'
import { ResetPassword } from './reset-password.tsx'

export type UserDialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'password'; readonly user: UserSerializer }

export interface UserDialogsProps {
  /** Undefined for none. */
  readonly dialog: UserDialog | undefined
  readonly onClose: () => void
}

/** All that asks something of a user of the server. */
export function UserDialogs({ dialog, onClose }: UserDialogsProps) {
  const asked = useLast(dialog)
  const whose = asked?.kind === 'password' ? ` of ${asked.user.email}` : ''
  return (
    <OnceDialog
      opened={dialog !== undefined}
      title={asked === undefined ? '' : titleOf(asked)}
      what="password"
      shownTitle={`Keep the password${whose}`}
      note={
        <Text size="sm">
          Pass it on where nobody else reads it, and ask for another one at the first log-in.
        </Text>
      }
      onClose={onClose}
    >
      {(onMade, close) => asked && <UserForm dialog={asked} onMade={onMade} onClose={close} />}
    </OnceDialog>
  )
}

interface UserFormProps {
  readonly dialog: UserDialog
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}

function UserForm({ dialog, onMade, onClose }: UserFormProps) {
  switch (dialog.kind) {
    case 'create':
      return <CreateUser onMade={onMade} onClose={onClose} />
    case 'edit':
      return <EditUser key={dialog.user.id} user={dialog.user} onClose={onClose} />
    case 'password':
      return (
        <ResetPassword key={dialog.user.id} user={dialog.user} onMade={onMade} onClose={onClose} />
      )
  }
}

function titleOf(dialog: UserDialog): string {
  switch (dialog.kind) {
    case 'create':
      return 'Create user'
    case 'edit':
      return `Edit ${dialog.user.email}`
    case 'password':
      return `Reset the password of ${dialog.user.email}`
  }
}
