import type { MeSerializer } from '../../../src/client/types.ts'
import { ROLES, type Role, reaches, roleOn, roleOnAll } from '../../../src/domain/role.ts'
import { useCurrentScope } from '../app/current-scope.ts'
import { useMe } from '../app/me.ts'
import { useProjectNames } from './project-names.ts'

/** Where a token may get a role, and which. */
export interface GivableRoles {
  /** Null for all projects. */
  readonly projectId: number | null
  readonly label: string
  readonly roles: readonly Role[]
}

/** People give what they have; tokens give where they are owners. */
export function useGivableRoles(): GivableRoles[] {
  const me = useMe()
  const projectName = useProjectNames()
  const projects = [
    ...new Set([...me.roles.map((one) => one.project_id), useCurrentScope().projectId]),
  ]
  return [null, ...projects.filter((id) => id !== null)].flatMap((projectId) => {
    const roles = givableOn(me, projectId)
    if (roles.length === 0) return []
    return [
      { projectId, label: projectId === null ? 'All projects' : projectName(projectId), roles },
    ]
  })
}

function givableOn({ kind, roles }: MeSerializer, projectId: number | null): readonly Role[] {
  const held = roles.map((one) => ({ projectId: one.project_id, role: one.role }))
  const role = projectId === null ? roleOnAll(held) : roleOn(held, projectId)
  if (kind === 'token' && role !== 'owner') return []
  return ROLES.filter((least) => reaches(role, least))
}
