import { projectsWith, ROLES, type Role, type RoleOn } from './role.ts'

/** A role of Gcore's IAM API: one on the whole account. */
export interface IamGroup {
  readonly id: number
  readonly name: string
}

/** The least of ours comes as Users too, for there is nothing smaller there. */
const GROUPS: Readonly<Record<Role, IamGroup>> = {
  invoker: { id: 2, name: 'Users' },
  viewer: { id: 2, name: 'Users' },
  editor: { id: 5, name: 'Engineers' },
  owner: { id: 1, name: 'Administrators' },
}

/** What stands for a token there: its largest role, on whichever project. */
export function groupOf(roles: readonly RoleOn[]): IamGroup {
  const largest = ROLES.findLast((role) => roles.some((one) => one.role === role))
  return GROUPS[largest ?? 'invoker']
}

/** Our role for a group; undefined for one that there is none for, and when id and name are of two. */
export function roleOfGroup({ id, name }: { id?: number; name?: string }): Role | undefined {
  return (['owner', 'editor', 'viewer'] as const).find((role) => {
    const group = GROUPS[role]
    return (id ?? group.id) === group.id && (name ?? group.name) === group.name
  })
}

/** The role wherever who grants it has it: on all projects, else on each that is its own. */
export function rolesWherever(held: readonly RoleOn[], role: Role): RoleOn[] {
  const projects = projectsWith(held, role)
  if (projects === 'all') return [{ projectId: null, role }]
  return projects.map((projectId) => ({ projectId, role }))
}
