/** Who asked for a change, and under which request. */
export interface Actor {
  /** 0 for the system itself and for a person who is signed in. */
  readonly tokenId: number
  /** 0 unless it is a person, who is signed in or whose token it is. */
  readonly userId: number
  /** What people call who asked: the e-mail address of a person, the name of a token of nobody's, `system`. */
  readonly name: string
  readonly requestId: string
  /** The client's address; empty for the system itself. */
  readonly address: string
}

export const SYSTEM_ACTOR: Actor = {
  tokenId: 0,
  userId: 0,
  name: 'system',
  requestId: 'system',
  address: '',
}

/** `user:<id>`, `token:<id>` or `system`: what read marks and idempotency keys belong to. */
export function operatorOf({ userId, tokenId }: Pick<Actor, 'userId' | 'tokenId'>): string {
  if (userId !== 0) return `user:${userId}`
  return tokenId === 0 ? 'system' : `token:${tokenId}`
}

export const AUDIT_ACTIONS = [
  'key.created',
  'key.updated',
  'key.disabled',
  'key.enabled',
  'key.deleted',
  'key.leaked',
  'key.restored',
  'key.purged',
  'key.rotated',
  'key.rotation-started',
  'key.rotation-canceled',
  'key.rotation-finished',
  'namespace.created',
  'namespace.updated',
  'namespace.deleted',
  'function.created',
  'function.updated',
  'function.rolled-back',
  'function.deployed',
  'function.build-failed',
  'function.deleted',
  'function.tested',
  'call.retried',
  'call.deleted',
  'trigger.created',
  'trigger.updated',
  'trigger.deleted',
  'trigger.started',
  'project.created',
  'project.updated',
  'token.created',
  'token.deleted',
  'user.created',
  'user.updated',
  'user.deleted',
  'user.logged-in',
  'user.log-in-refused',
  'user.logged-out',
  'user.password-changed',
  'session.ended',
  'member.set',
  'member.removed',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.tested',
  'webhook.redelivered',
  'mail.tested',
  'change.lagged',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]
