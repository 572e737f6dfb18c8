import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  covers,
  mayDo,
  narrowed,
  OWNER_OF_ALL,
  projectsWith,
  ROLES,
  type RoleOn,
  roleOn,
} from '../../src/domain/role.ts'

const EDITOR_OF_7: readonly RoleOn[] = [{ projectId: 7, role: 'editor' }]

describe('what roles may do', () => {
  it('each may do what those before it may, and no more', () => {
    for (const [held, role] of ROLES.entries()) {
      for (const [asked, least] of ROLES.entries()) {
        const verdict = mayDo([{ projectId: 1, role }], `project:${least}`, 1)
        expect(verdict, `${role} asks for ${least}`).toBe(held >= asked ? 'allowed' : 'too-small')
      }
    }
  })

  it('a project without a role on it looks as if it did not exist', () => {
    expect(mayDo(EDITOR_OF_7, 'project:invoker', 8)).toBe('hidden')
    expect(mayDo([], 'project:invoker', 7)).toBe('hidden')
    expect(mayDo(EDITOR_OF_7, 'project:invoker', Number.NaN)).toBe('hidden')
    expect(mayDo(EDITOR_OF_7, 'project:invoker', undefined)).toBe('hidden')
    expect(mayDo(EDITOR_OF_7, 'found:viewer', 8)).toBe('hidden')
  })

  it('a role on all projects is one on each, those to come included', () => {
    const viewer: readonly RoleOn[] = [{ projectId: null, role: 'viewer' }]
    expect(mayDo(viewer, 'project:viewer', 123_456)).toBe('allowed')
    expect(mayDo(viewer, 'project:editor', 123_456)).toBe('too-small')
    expect(roleOn([...viewer, ...EDITOR_OF_7], 7)).toBe('editor')
  })

  it('what belongs to the server asks for a role on all projects', () => {
    expect(mayDo([{ projectId: 1, role: 'owner' }], 'server:viewer', undefined)).toBe('too-small')
    expect(mayDo(OWNER_OF_ALL, 'server:owner', undefined)).toBe('allowed')
  })

  it('lists are open to whoever is known, and narrowed', () => {
    expect(mayDo([], 'listed:viewer', undefined)).toBe('allowed')
    expect(projectsWith(OWNER_OF_ALL, 'viewer')).toBe('all')
    const roles: readonly RoleOn[] = [
      ...EDITOR_OF_7,
      { projectId: 2, role: 'invoker' },
      { projectId: 1, role: 'owner' },
    ]
    expect(projectsWith(roles, 'viewer')).toEqual([1, 7])
    expect(projectsWith(roles, 'owner')).toEqual([1])
    expect(projectsWith([], 'invoker')).toEqual([])
  })

  it('roles cover what they allow and nothing past it', () => {
    expect(covers(OWNER_OF_ALL, EDITOR_OF_7)).toBe(true)
    expect(covers(EDITOR_OF_7, [{ projectId: 7, role: 'viewer' }])).toBe(true)
    expect(covers(EDITOR_OF_7, [{ projectId: 7, role: 'owner' }])).toBe(false)
    expect(covers(EDITOR_OF_7, [{ projectId: 8, role: 'invoker' }])).toBe(false)
    expect(covers([{ projectId: 7, role: 'owner' }], OWNER_OF_ALL)).toBe(false)
  })

  it('two lists of roles allow together what both allow, and nothing else', () => {
    const role = fc.record({
      projectId: fc.constantFrom(null, 1, 2),
      role: fc.constantFrom(...ROLES),
    })
    const roles = fc.array(role, { maxLength: 4 })
    fc.assert(
      fc.property(roles, roles, (a, b) => {
        const both = narrowed(a, b)
        for (const projectId of [1, 2, 3]) {
          for (const least of ROLES) {
            const may = (held: readonly RoleOn[]) =>
              mayDo(held, `project:${least}`, projectId) === 'allowed'
            expect(may(both)).toBe(may(a) && may(b))
          }
        }
      }),
    )
  })
})
