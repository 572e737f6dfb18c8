import { Modal, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../src/domain/role.ts'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { isAddress } from './address.ts'
import { RoleRadios } from './role-radios.tsx'

export interface SetMemberProps {
  readonly projectId: number
  readonly opened: boolean
  /** Who gets another role; somebody new when it is absent. */
  readonly member?: { readonly email: string; readonly role: Role } | undefined
  readonly onClose: () => void
}

export function SetMember({ opened, onClose, ...rest }: SetMemberProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={rest.member === undefined ? 'Add member' : `Change the role of ${rest.member.email}`}
    >
      <Form {...rest} onClose={onClose} />
    </Modal>
  )
}

function Form({ projectId, member, onClose }: Omit<SetMemberProps, 'opened'>) {
  const queryClient = useQueryClient()
  const [email, setEmail] = useState(member?.email ?? '')
  const [role, setRole] = useState<Role>(member?.role ?? 'viewer')
  const mutation = useMutation({
    mutationFn: () => api.members.set(projectId, email.trim(), role),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['members'] }),
  })
  const { placed, rest } = serverErrors(mutation.error, ['role'])
  return (
    <DialogForm
      action={member === undefined ? 'Add member' : 'Change role'}
      isPending={mutation.isPending}
      isDisabled={!isAddress(email) || role === member?.role}
      error={rest}
      onSubmit={() => mutation.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      {member === undefined && (
        <>
          <Text size="sm">
            Whoever is a user of this server can be a member. An owner of all projects makes users.
          </Text>
          <TextInput
            label="E-mail address"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="off"
            required
            data-autofocus
          />
        </>
      )}
      <RoleRadios
        label="Role on this project"
        value={role}
        onChange={setRole}
        error={placed.role}
      />
    </DialogForm>
  )
}
