import type { Principal } from '../domain/principal.ts'
import type { RoleOn } from '../domain/role.ts'
import type { Session } from '../domain/session.ts'
import type { Token } from '../domain/token.ts'
import type { Member, User } from '../domain/user.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { MeWire, SessionWire } from './schemas/sessions.ts'
import type { TokenWire } from './schemas/tokens.ts'
import type { MemberWire, UserWire } from './schemas/users.ts'

export function rolesWire(roles: readonly RoleOn[]): TokenWire['roles'] {
  return roles.map(({ projectId, role }) => ({ project_id: projectId, role }))
}

export function rolesOf(wire: TokenWire['roles']): RoleOn[] {
  return wire.map(({ project_id: projectId, role }) => ({ projectId, role }))
}

export function tokenWire(token: Token): TokenWire {
  return {
    id: token.id,
    name: token.name,
    source: token.source,
    description: token.description,
    roles: rolesWire(token.roles),
    expire: utcSecondsOrNull(token.expireMs),
    issued_by: token.issuedBy,
    user_id: token.userId,
    last_used_at: utcSecondsOrNull(token.lastUsedAtMs),
    created_at: utcSeconds(token.createdAtMs),
  }
}

export function userWire(user: User): UserWire {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    disabled: user.isDisabled,
    roles: rolesWire(user.roles),
    created_at: utcSeconds(user.createdAtMs),
    updated_at: utcSeconds(user.updatedAtMs),
    password_changed_at: utcSeconds(user.passwordChangedAtMs),
    last_log_in_at: utcSecondsOrNull(user.lastLogInAtMs),
  }
}

export function memberWire(member: Member): MemberWire {
  return {
    user_id: member.userId,
    email: member.email,
    name: member.name,
    disabled: member.isDisabled,
    role: member.role,
    all_projects: member.isOnAll,
    since: utcSeconds(member.sinceMs),
  }
}

export function sessionWire(session: Session, currentId: string | null): SessionWire {
  return {
    id: session.id,
    created_at: utcSeconds(session.createdAtMs),
    last_seen_at: utcSeconds(session.seenAtMs),
    ends_at: utcSeconds(session.endMs),
    address: session.address,
    agent: session.agent,
    current: session.id === currentId,
  }
}

export function meWire(principal: Principal, session: Session | undefined): MeWire {
  const { kind, id, name, email, userId, roles, expireMs, sessionId } = principal
  return {
    kind,
    id,
    name,
    user_id: userId,
    email,
    roles: rolesWire(roles),
    expire: utcSecondsOrNull(expireMs),
    session: session === undefined ? null : sessionWire(session, sessionId),
  }
}
