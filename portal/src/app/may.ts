import type { MeSerializer } from '../../../src/client/types.ts'
import { type Role, reaches, roleOn, roleOnAll } from '../../../src/domain/role.ts'
import { useCurrentScope } from './current-scope.ts'
import { useMe } from './me.ts'

/**
 * Whether who is logged in has at least this role on the project of the page; on pages of no project, on
 * the one that was looked at last. The server decides anew each time: this only spares people refusals.
 */
export function useMay(role: Role): boolean {
  const { projectId } = useCurrentScope()
  return mayOn(useMe(), role, projectId)
}

/** The same on a project that the page does not name, such as that of a row. */
export function useMayOn(): (role: Role, projectId: number) => boolean {
  const me = useMe()
  return (role, projectId) => mayOn(me, role, projectId)
}

/** Whether who is logged in has at least this role on all projects. */
export function useMayOnServer(role: Role): boolean {
  return meets(useMe(), `server:${role}`, 0)
}

/** Whether there is any project on which who is logged in has at least this role. */
export function useMaySomewhere(role: Role): boolean {
  return meets(useMe(), `somewhere:${role}`, 0)
}

export function mayOn(me: MeSerializer, role: Role, projectId: number): boolean {
  return meets(me, `project:${role}`, projectId)
}

/** Who finds something: by the role on the project, on any project, or on all. */
export type Needs = `${'project' | 'somewhere' | 'server'}:${Role}`

export function meets(me: MeSerializer, needs: Needs, projectId: number): boolean {
  const [where, role] = needs.split(':') as [string, Role]
  const roles = rolesOf(me)
  if (where === 'server') return reaches(roleOnAll(roles), role)
  if (where === 'somewhere') return roles.some((one) => reaches(one.role, role))
  return reaches(roleOn(roles, projectId), role)
}

/** What stands at a control that the role does not allow. */
export function roleNeededText(role: Role, where: 'project' | 'server' = 'project'): string {
  return `This needs the role ${role} on ${where === 'server' ? 'all projects' : 'this project'}.`
}

function rolesOf(me: MeSerializer) {
  return me.roles.map(({ project_id: projectId, role }) => ({ projectId, role }))
}
