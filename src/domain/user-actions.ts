import { AUDIT_ACTIONS, type AuditAction } from './audit.ts'

/**
 * The words of the provider's log of user actions for what the audit knows. Where it has none, the
 * nearest: what the audit calls it stands beside.
 */
export const ACTION_TYPES = [
  'activate',
  'attach',
  'create',
  'deactivate',
  'delete',
  'detach',
  'rebuild',
  'regenerate_credentials',
  'revert',
  'start',
  'stop',
  'update',
] as const
export type UserActionType = (typeof ACTION_TYPES)[number]

export const API_GROUPS = [
  'faas_function',
  'faas_key',
  'faas_namespace',
  'project',
  'role',
  'user',
] as const
export type ApiGroup = (typeof API_GROUPS)[number]
export type ResourceType = ApiGroup | 'token'

export interface UserActionWords {
  readonly type: UserActionType
  readonly group: ApiGroup
  readonly resource: ResourceType
}

/** A noun that is missing here belongs to its project. */
const NOUNS: Readonly<Record<string, Omit<UserActionWords, 'type'>>> = {
  key: { group: 'faas_key', resource: 'faas_key' },
  namespace: { group: 'faas_namespace', resource: 'faas_namespace' },
  function: { group: 'faas_function', resource: 'faas_function' },
  call: { group: 'faas_function', resource: 'faas_function' },
  trigger: { group: 'faas_function', resource: 'faas_function' },
  token: { group: 'user', resource: 'token' },
  user: { group: 'user', resource: 'user' },
  session: { group: 'user', resource: 'user' },
  member: { group: 'role', resource: 'role' },
}

/** A verb that is missing here is an update. */
const VERBS: Readonly<Record<string, UserActionType>> = {
  created: 'create',
  deleted: 'delete',
  leaked: 'delete',
  purged: 'delete',
  enabled: 'activate',
  disabled: 'deactivate',
  restored: 'revert',
  rotated: 'regenerate_credentials',
  'rotation-canceled': 'revert',
  'rolled-back': 'revert',
  deployed: 'rebuild',
  'build-failed': 'rebuild',
  retried: 'start',
  started: 'start',
  tested: 'start',
  redelivered: 'start',
  'logged-in': 'start',
  'log-in-refused': 'start',
  'logged-out': 'stop',
  ended: 'stop',
  set: 'attach',
  removed: 'detach',
  'password-changed': 'regenerate_credentials',
}

/** Null for what no user did: that nodes lagged behind. */
export function userActionWords(action: AuditAction): UserActionWords | null {
  const [noun, verb] = action.split('.') as [string, string]
  if (noun === 'change') return null
  const words = NOUNS[noun] ?? ({ group: 'project', resource: 'project' } as const)
  return { ...words, type: VERBS[verb] ?? 'update' }
}

/** What the audit calls the actions of these types and groups; undefined stands for all. */
export function auditActionsOf(
  types: readonly UserActionType[] | undefined,
  groups: readonly ApiGroup[] | undefined,
): AuditAction[] {
  return AUDIT_ACTIONS.filter((action) => {
    const words = userActionWords(action)
    if (words === null) return false
    return (types?.includes(words.type) ?? true) && (groups?.includes(words.group) ?? true)
  })
}
