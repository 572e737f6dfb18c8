import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import type { Role } from '../../../src/domain/role.ts'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { isChosen, newPasswordChoice, PasswordChoice } from './password-choice.tsx'
import { RoleRadios } from './role-radios.tsx'
import { useUsersChanged } from './use-users-changed.ts'

interface Typed {
  readonly email: string
  readonly name: string
  /** Empty for none. */
  readonly role: Role | ''
}

const NOBODY: Typed = { email: '', name: '', role: '' }
const FIELDS = ['email', 'name', 'password', 'role']
const NO_ROLE = 'No role on all projects: members of single projects have theirs there.'

export function CreateUser({
  onMade,
  onClose,
}: {
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState(NOBODY)
  const { email, name, role } = typed
  const [choice, setChoice] = useState(newPasswordChoice)
  const usersChanged = useUsersChanged()
  const mutation = useMutation({
    mutationFn: () =>
      api.users.create({
        email: email.trim(),
        name,
        password: choice.password,
        role: role === '' ? null : role,
      }),
    async onSuccess() {
      if (choice.isMade) onMade(choice.password)
      else onClose()
      await usersChanged()
    },
  })
  const { placed: refused, rest } = serverErrors(mutation.error, FIELDS)
  return (
    <DialogForm
      action="Create user"
      isPending={mutation.isPending}
      isDisabled={!/^[^\s@]+@[^\s@]+$/.test(email.trim()) || !isChosen(choice, email)}
      error={rest}
      onSubmit={() => mutation.mutate()}
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

export function EditUser({
  user,
  onClose,
}: {
  readonly user: UserSerializer
  readonly onClose: () => void
}) {
  const roleBefore = user.roles.find((one) => one.project_id === null)?.role ?? ''
  const [typed, setTyped] = useState<Typed>({
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
    async onSuccess() {
      onClose()
      await usersChanged()
    },
  })
  const { placed: refused, rest } = serverErrors(mutation.error, FIELDS)
  return (
    <DialogForm
      action="Save"
      isPending={mutation.isPending}
      isDisabled={Object.keys(change).length === 0}
      error={rest}
      onSubmit={() => mutation.mutate()}
      onCancel={onClose}
    >
      <UserFields typed={typed} onChange={setTyped} refused={refused} />
    </DialogForm>
  )
}

interface UserFieldsProps {
  readonly typed: Typed
  readonly onChange: (typed: Typed) => void
  readonly refused: Readonly<Record<string, string>>
  readonly isNew?: boolean
  /** Between who it is and what the person may do. */
  readonly children?: ReactNode
}

function UserFields({ typed, onChange, refused, isNew = false, children }: UserFieldsProps) {
  const set = (changes: Partial<Typed>) => onChange({ ...typed, ...changes })
  return (
    <>
      <TextInput
        label="E-mail address"
        description={isNew && 'What the person logs in with. Nothing is sent there.'}
        type="email"
        value={typed.email}
        onChange={(event) => set({ email: event.currentTarget.value })}
        error={refused.email}
        autoComplete="off"
        required={isNew}
        data-autofocus
      />
      <TextInput
        label="Name"
        value={typed.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={refused.name}
        maxLength={100}
        autoComplete="off"
      />
      {children}
      <RoleRadios
        label="Role on all projects"
        value={typed.role}
        onChange={(role) => set({ role })}
        none={NO_ROLE}
        error={refused.role}
      />
    </>
  )
}
