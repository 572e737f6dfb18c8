import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Role } from '../../../src/domain/role.ts'
import { RoleRadios } from './role-radios.tsx'

/** What is typed of a user. */
export interface TypedUser {
  readonly email: string
  readonly name: string
  /** On all projects; empty for none. */
  readonly role: Role | ''
}

/** What the server may refuse of it. */
export const USER_FIELDS = ['email', 'name', 'password', 'role']
const NO_ROLE = 'No role on all projects: members of single projects have theirs there.'

export interface UserFieldsProps {
  readonly typed: TypedUser
  readonly onChange: (typed: TypedUser) => void
  readonly refused: Readonly<Record<string, string>>
  readonly isNew?: boolean
  /** Between who it is and what the person may do. */
  readonly children?: ReactNode
}

export function UserFields({ typed, onChange, refused, isNew = false, children }: UserFieldsProps) {
  const set = (changes: Partial<TypedUser>) => onChange({ ...typed, ...changes })
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
