import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { useUsersChanged } from './use-users-changed.ts'
import { type TypedUser, USER_FIELDS, UserFields } from './user-fields.tsx'

export interface EditUserProps {
  readonly user: UserSerializer
  readonly onClose: () => void
}

export function EditUser({ user, onClose }: EditUserProps) {
  const roleBefore = user.roles.find((one) => one.project_id === null)?.role ?? ''
  const [typed, setTyped] = useState<TypedUser>({
    email: user.email,
    name: user.name,
    role: roleBefore,
  })
  const { email, name, role } = typed
  const usersChanged = useUsersChanged()
  const change = {
    ...(email.trim() !== user.email && { email: email.trim() }),
    ...(name !== user.name && { name }),
    ...(role !== roleBefore && { role: role === '' ? null : role }),
  }
  const mutation = useMutation({
    mutationFn: () => api.users.update(user.id, change),
    onSuccess: () => void usersChanged(),
  })
  const { placed: refused, rest } = serverErrors(mutation.error, USER_FIELDS)
  return (
    <DialogForm
      action="Save"
      isPending={mutation.isPending}
      isDisabled={Object.keys(change).length === 0}
      error={rest}
      onSubmit={() => mutation.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <UserFields typed={typed} onChange={setTyped} refused={refused} />
    </DialogForm>
  )
}
