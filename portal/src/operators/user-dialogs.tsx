import { Modal, Text } from '@mantine/core'
import { useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import { ShownOnce } from '../ui/shown-once.tsx'
import { ResetPassword } from './reset-password.tsx'
import { CreateUser, EditUser } from './user-forms.tsx'

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
  const [made, setMade] = useState<string>()
  const close = () => {
    setMade(undefined)
    onClose()
  }
  const isShown = made !== undefined
  return (
    <Modal
      // What comes after it was closed is shown all the same: there is no other time.
      opened={dialog !== undefined || isShown}
      onClose={close}
      title={dialog === undefined ? isShown && 'Keep the password' : titleOf(dialog)}
      closeButtonProps={{ 'aria-label': 'Close' }}
      withCloseButton={!isShown}
      closeOnEscape={!isShown}
      closeOnClickOutside={!isShown}
    >
      {isShown ? (
        <ShownOnce what="password" secret={made} onClose={close}>
          <Text size="sm">
            Pass it on where nobody else reads it, and ask for another one at the first log-in.
          </Text>
        </ShownOnce>
      ) : dialog?.kind === 'create' ? (
        <CreateUser onMade={setMade} onClose={close} />
      ) : dialog?.kind === 'edit' ? (
        <EditUser user={dialog.user} onClose={close} />
      ) : dialog?.kind === 'password' ? (
        <ResetPassword user={dialog.user} onMade={setMade} onClose={close} />
      ) : null}
    </Modal>
  )
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
