import type { RoleOn } from './role.ts'

/** Who asks: a token, or a person who is signed in. */
export interface Principal {
  readonly kind: 'token' | 'user'
  /** Of the token or of the user. */
  readonly id: number
  /** See `Actor.name`. */
  readonly name: string
  readonly roles: readonly RoleOn[]
}
