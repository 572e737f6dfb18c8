import { describe, expect, it } from 'vitest'
import { AUDIT_ACTIONS } from '../../src/domain/audit.ts'
import { auditActionsOf, userActionWords } from '../../src/domain/user-actions.ts'

describe('the words of user actions', () => {
  it('are there for everything that a user can do', () => {
    const without = AUDIT_ACTIONS.filter((action) => userActionWords(action) === null)
    expect(without).toEqual(['change.lagged'])
  })

  it('are the nearest that there are', () => {
    const words = (action: (typeof AUDIT_ACTIONS)[number]) =>
      Object.values(userActionWords(action) ?? {}).join(' ')
    expect(words('key.rotated')).toBe('faas_key faas_key regenerate_credentials')
    expect(words('trigger.deleted')).toBe('faas_function faas_function delete')
    expect(words('token.created')).toBe('user token create')
    expect(words('user.logged-in')).toBe('user user start')
    expect(words('webhook.updated')).toBe('project project update')
  })

  it('lead back to what the audit calls it', () => {
    expect(auditActionsOf(['deactivate'], undefined)).toEqual(['key.disabled'])
    expect(auditActionsOf(['create'], ['faas_key', 'faas_namespace'])).toEqual([
      ...['key.created', 'namespace.created'],
    ])
    expect(auditActionsOf(['attach'], ['role'])).toEqual(['member.set'])
    expect(auditActionsOf(undefined, undefined)).toHaveLength(AUDIT_ACTIONS.length - 1)
  })
})
