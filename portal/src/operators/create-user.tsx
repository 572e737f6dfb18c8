import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { isAddress } from './address.ts'
import { isChosen, newPasswordChoice, PasswordChoice } from './password-choice.tsx'
import { useUsersChanged } from './use-users-changed.ts'
import { type TypedUser, USER_FIELDS, UserFields } from './user-fields.tsx'

const NOBODY: TypedUser = { email: '', name: '', role: '' }

export interface CreateUserProps {
  /** With the password that was made, where one was. */
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}

export function CreateUser({ onMade, onClose }: CreateUserProps) {
  const [typed, setTyped] = useState(NOBODY)
  const { email, name, role } = typed
  const [choice, setChoice] = useState(newPasswordChoice)
  const usersChanged = useUsersChanged()
  const mutation = useMutation({
    async mutationFn() {
      await api.users.create({
        email: email.trim(),
        name,
        password: choice.password,
        role: role === '' ? null : role,
      })
      if (choice.isMade) onMade(choice.password)
    },
    onSuccess: () => void usersChanged(),
  })
  const { placed: refused, rest } = serverErrors(mutation.error, USER_FIELDS)
  return (
    <DialogForm
      action="Create user"
      isPending={mutation.isPending}
      isDisabled={!isAddress(email) || !isChosen(choice, email)}
      error={rest}
      onSubmit={() => mutation.mutate(undefined, choice.isMade ? {} : { onSuccess: onClose })}
      onCancel={onClose}
    >
      <UserFields typed={typed} onChange={setTyped} refused={refused} isNew>
        <PasswordChoice
          label="First password"
          value={choice}
          email={email}
          onChange={setChoice}
          error={refused.password}
        />
      </UserFields>
    </DialogForm>
  )
}
