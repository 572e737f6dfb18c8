import type { Actor } from './audit.ts'
import { covers, OWNER_OF_ALL, type RoleOn, roleOn } from './role.ts'
import type { PresentedToken, Token } from './token.ts'
import type { User } from './user.ts'

/** Who asks: a token, or a person who is signed in. */
export interface Principal {
  readonly kind: 'token' | 'user'
  /** Of the token or of the user. */
  readonly id: number
  /** The e-mail address of a person, the name of a token. */
  readonly name: string
  /** The e-mail address of the person behind it; null for a token of nobody's. */
  readonly email: string | null
  readonly roles: readonly RoleOn[]
  /** Whose: the person who is signed in, or whose token it is. Null for a token of nobody's. */
  readonly userId: number | null
  /** When the token expires; null for never, and for a person. */
  readonly expireMs: number | null
  /** Null for a token in the Authorization header. */
  readonly sessionId: string | null
}

/** What a request says of who asks. */
export type PresentedCredential =
  | { readonly kind: 'token'; readonly token: PresentedToken }
  | { readonly kind: 'session'; readonly secret: string }

export type Known =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'expired'; readonly expireMs: number }
  /** The person whose token it is may not work here at present. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'unknown' }

export function actorFor(
  { kind, id, name, email, userId }: Principal,
  requestId: string,
  address: string,
): Actor {
  return {
    tokenId: kind === 'token' ? id : 0,
    userId: userId ?? 0,
    name: email ?? name,
    requestId,
    address,
  }
}

/** Whether this token is one that the principal may see, and end. */
export function mayManageToken(principal: Principal, token: Token): boolean {
  const { kind, id, roles } = principal
  if (covers(roles, OWNER_OF_ALL)) return true
  if (kind === 'token' && token.id === id) return true
  if (kind === 'user' && token.userId === id) return true
  return token.roles.every(
    ({ projectId }) => projectId !== null && roleOn(roles, projectId) === 'owner',
  )
}

/** Whether the principal, an owner of the project, sees who this is: among its members, or in the list of all. */
export function maySeeUser({ roles }: Principal, user: User, projectId: number): boolean {
  return covers(roles, OWNER_OF_ALL) || roleOn(user.roles, projectId) !== undefined
}

/**
 * Whether the principal may make a token with these roles. People make tokens of their own, with what
 * they may do themselves; a token makes others only where it is an owner.
 */
export function mayGrant({ kind, roles }: Principal, wanted: readonly RoleOn[]): boolean {
  if (kind === 'user') return covers(roles, wanted)
  return covers(
    roles,
    wanted.map(({ projectId }) => ({ projectId, role: 'owner' })),
  )
}
