/** Who asked for a change, and under which request. */
export interface Actor {
  /** 0 for the system itself. */
  readonly tokenId: number
  readonly requestId: string
  /** The client's address; empty for the system itself. */
  readonly address: string
}

export const SYSTEM_ACTOR: Actor = { tokenId: 0, requestId: 'system', address: '' }

export const AUDIT_ACTIONS = [
  'key.created',
  'key.updated',
  'key.deleted',
  'namespace.created',
  'namespace.updated',
  'namespace.deleted',
  'function.created',
  'function.updated',
  'function.rolled-back',
  'function.deployed',
  'function.build-failed',
  'function.deleted',
  'call.retried',
  'call.deleted',
  'trigger.created',
  'trigger.updated',
  'trigger.deleted',
  'trigger.started',
  'project.created',
  'token.created',
  'token.deleted',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]
