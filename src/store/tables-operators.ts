import type { AuditAction } from '../domain/audit.ts'
import type { Role } from '../domain/role.ts'
import type { Flag } from './columns.ts'

export interface TokenRow {
  id: number
  name: string
  digest: string
  source: 'api' | 'settings'
  created_at_ms: number
  description: string
  /** What who made it was called then. */
  issued_by: string
  /** JSON list. */
  roles: string
  expire_ms: number | null
  last_used_at_ms: number | null
  /** The person whose token it is; null for one of no person's. */
  user_id: number | null
}

export interface UserRow {
  id: number
  email: string
  /** The address in one case. */
  email_key: string
  name: string
  /** Hashed, in a text that names its own parameters. */
  password: string
  disabled: Flag
  created_at_ms: number
  updated_at_ms: number
  password_changed_at_ms: number
  last_log_in_at_ms: number | null
}

export interface MemberRow {
  user_id: number
  /** 0 for all projects. */
  project_id: number
  role: Role
  since_ms: number
}

export interface SessionRow {
  /** Of the secret that is in the cookie. */
  digest: string
  id: string
  /** One of the two. */
  user_id: number | null
  token_id: number | null
  created_at_ms: number
  seen_at_ms: number
  /** When it ends however much it is used. */
  end_ms: number
  address: string
  agent: string
}

export interface LogInLimitRow {
  name: string
  failures: number
  failed_at_ms: number
  blocked_until_ms: number
}

/** Never changed, never deleted; see `AuditLine` for what is hashed. */
export interface AuditRow {
  sequence: number
  at_ms: number
  action: AuditAction
  /** Null for what changed nothing. */
  revision: number | null
  token_id: number
  user_id: number
  /** What who asked was called then. */
  actor: string
  request_id: string
  address: string
  project_id: number | null
  region_id: number | null
  entity_id: string
  entity_name: string
  /** Canonical JSON, as `after`. */
  before: string | null
  after: string | null
  previous_hash: string
  hash: string
}

export interface IdempotencyRow {
  /** See `operatorOf`. */
  operator: string
  key: string
  fingerprint: string
  status: number
  body: string
  created_at_ms: number
}
