import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { isChosen, newPasswordChoice, PasswordChoice } from './password-choice.tsx'
import { useUsersChanged } from './use-users-changed.ts'

export function ResetPassword({
  user,
  onMade,
  onClose,
}: {
  readonly user: UserSerializer
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}) {
  const [choice, setChoice] = useState(newPasswordChoice)
  const usersChanged = useUsersChanged()
  const mutation = useMutation({
    async mutationFn() {
      await api.users.update(user.id, { password: choice.password })
      if (choice.isMade) onMade(choice.password)
    },
    onSuccess: () => void usersChanged(),
  })
  const { placed, rest } = serverErrors(mutation.error, ['password'])
  return (
    <DialogForm
      action="Reset password"
      isPending={mutation.isPending}
      isDisabled={!isChosen(choice, user.email)}
      error={rest}
      onSubmit={() => mutation.mutate(undefined, choice.isMade ? {} : { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Text size="sm">The old password ends now, and so does every session of this person.</Text>
      <PasswordChoice
        label="New password"
        value={choice}
        email={user.email}
        onChange={setChoice}
        error={placed.password}
      />
    </DialogForm>
  )
}
