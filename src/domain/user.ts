import type { Role, RoleOn } from './role.ts'

/** A person who works with this server; the hash of the password is not part of it. */
export interface User {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly isDisabled: boolean
  readonly roles: readonly RoleOn[]
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly passwordChangedAtMs: number
  readonly lastLogInAtMs: number | null
}

/** A person and the role that this person has on a project. */
export interface Member {
  readonly userId: number
  readonly email: string
  readonly name: string
  readonly isDisabled: boolean
  readonly role: Role
  /** Whether the role is one on all projects. */
  readonly isOnAll: boolean
  readonly sinceMs: number
}

export const EMAIL_CHARS_MAX = 254
/** Not more than a plausible form: whether there is such a mailbox, only a mail to it would tell. */
export const EMAIL_PATTERN =
  '^[^\\s@\\u0000-\\u001f<>"(),:;\\\\]+@[^\\s@\\u0000-\\u001f<>"(),:;\\\\]+$'
export const PASSWORD_CHARS_MIN = 12
export const PASSWORD_CHARS_MAX = 256

/** Addresses that differ in case alone are one. */
export function emailKey(email: string): string {
  return email.normalize('NFC').toLowerCase()
}

/** Equal texts typed on different systems are equal bytes. */
export function normalizedPassword(password: string): string {
  return password.normalize('NFC')
}

/** What is wrong with a password, to go on after `The password`; undefined when nothing is. */
export function passwordFault(password: string, email: string): string | undefined {
  const length = [...normalizedPassword(password)].length
  if (length < PASSWORD_CHARS_MIN) return `must have at least ${PASSWORD_CHARS_MIN} characters`
  if (length > PASSWORD_CHARS_MAX) return `must have at most ${PASSWORD_CHARS_MAX} characters`
  if (emailKey(password) === emailKey(email)) return 'must not be the e-mail address'
  return undefined
}
