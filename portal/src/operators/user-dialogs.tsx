import { Modal, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { UserSerializer } from '../../../src/client/types.ts'
import type { Role } from '../../../src/domain/role.ts'
import { api } from '../app/api.ts'
import { meQuery } from '../app/me.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ShownOnce } from '../ui/shown-once.tsx'
import { isChosen, newPasswordChoice, PasswordChoice } from './password-choice.tsx'
import { RoleRadios } from './role-radios.tsx'

export type UserDialog =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'password'; readonly user: UserSerializer }

export interface UserDialogsProps {
  /** Undefined for none. */
  readonly dialog: UserDialog | undefined
  readonly onClose: () => void
}

const FIELDS = ['email', 'name', 'password', 'role']
const NO_ROLE = 'No role on all projects: members of single projects have theirs there.'

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
      opened={dialog !== undefined}
      onClose={close}
      title={dialog === undefined ? '' : titleOf(dialog)}
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

function CreateUser({
  onMade,
  onClose,
}: {
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role | ''>('')
  const [choice, setChoice] = useState(newPasswordChoice)
  const refresh = useRefresh()
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
      await refresh()
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
      <TextInput
        label="E-mail address"
        description="What the person logs in with. Nothing is sent there."
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={refused.email}
        autoComplete="off"
        required
        data-autofocus
      />
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused.name}
        maxLength={100}
        autoComplete="off"
      />
      <PasswordChoice
        label="First password"
        value={choice}
        email={email}
        onChange={setChoice}
        error={refused.password}
      />
      <RoleRadios
        label="Role on all projects"
        value={role}
        onChange={setRole}
        none={NO_ROLE}
        error={refused.role}
      />
    </DialogForm>
  )
}

function EditUser({
  user,
  onClose,
}: {
  readonly user: UserSerializer
  readonly onClose: () => void
}) {
  const roleBefore = user.roles.find((one) => one.project_id === null)?.role ?? ''
  const [email, setEmail] = useState(user.email)
  const [name, setName] = useState(user.name)
  const [role, setRole] = useState<Role | ''>(roleBefore)
  const refresh = useRefresh()
  const change = {
    ...(email.trim() !== user.email && { email: email.trim() }),
    ...(name !== user.name && { name }),
    ...(role !== roleBefore && { role: role === '' ? null : role }),
  }
  const mutation = useMutation({
    mutationFn: () => api.users.update(user.id, change),
    async onSuccess() {
      onClose()
      await refresh()
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
      <TextInput
        label="E-mail address"
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={refused.email}
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused.name}
        maxLength={100}
        autoComplete="off"
      />
      <RoleRadios
        label="Role on all projects"
        value={role}
        onChange={setRole}
        none={NO_ROLE}
        error={refused.role}
      />
    </DialogForm>
  )
}

function ResetPassword({
  user,
  onMade,
  onClose,
}: {
  readonly user: UserSerializer
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}) {
  const [choice, setChoice] = useState(newPasswordChoice)
  const refresh = useRefresh()
  const mutation = useMutation({
    mutationFn: () => api.users.update(user.id, { password: choice.password }),
    async onSuccess() {
      if (choice.isMade) onMade(choice.password)
      else onClose()
      await refresh()
    },
  })
  const { placed, rest } = serverErrors(mutation.error, FIELDS)
  return (
    <DialogForm
      action="Reset password"
      isPending={mutation.isPending}
      isDisabled={!isChosen(choice, user.email)}
      error={rest}
      onSubmit={() => mutation.mutate()}
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

/** A change may be one of who is logged in. */
function useRefresh(): () => Promise<unknown> {
  const queryClient = useQueryClient()
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['users'] }),
      queryClient.invalidateQueries({ queryKey: ['members'] }),
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
    ])
}
