import { Text } from '@mantine/core'
import type { UserSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { Confirm } from '../ui/confirm.tsx'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { useConfirmed } from '../ui/use-confirmed.ts'

export interface UserConfirmProps {
  /** Undefined for none. */
  readonly user: UserSerializer | undefined
  readonly onClose: () => void
}

/** Disables a user, or enables one again. */
export function SwitchUser({ user, onClose }: UserConfirmProps) {
  const { shown, dialog } = useConfirmed({
    thing: user,
    change: ({ id, disabled }) => api.users.update(id, { disabled: !disabled }),
    changes: [['users']],
    onClose,
  })
  const isDisabled = shown?.disabled ?? false
  const action = isDisabled ? 'Enable' : 'Disable'
  return (
    <Confirm
      {...dialog}
      title={`${action} ${shown?.email ?? ''}?`}
      action={action}
      isDangerous={!isDisabled}
    >
      <Text>
        {isDisabled
          ? 'The person can log in again, with the roles of before, and their API tokens work again.'
          : 'Sessions of this person end now, and their API tokens are refused until the person is enabled again. Keys and functions stay.'}
      </Text>
    </Confirm>
  )
}

export function DeleteUser({ user, onClose }: UserConfirmProps) {
  const { shown, dialog } = useConfirmed({
    thing: user,
    change: ({ id }) => api.users.delete(id),
    changes: [['users'], ['members']],
    onClose,
  })
  return (
    <ConfirmByName
      {...dialog}
      title="Delete this user?"
      name={shown?.email ?? ''}
      action="Delete user"
    >
      <Text>
        With {shown?.email} go the roles, the sessions and the API tokens of this person. Keys and
        functions that the person made stay, and the audit log goes on naming who it was.
      </Text>
    </ConfirmByName>
  )
}
