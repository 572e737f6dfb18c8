/** From the least to the most: each may do what those before it may. */
export const ROLES = ['invoker', 'viewer', 'editor', 'owner'] as const
export type Role = (typeof ROLES)[number]

export interface RoleOn {
  /** Null for all projects, those to come included. */
  readonly projectId: number | null
  readonly role: Role
}

/**
 * What is asked of who wants something:
 *
 * - `anyone`: nothing;
 * - `operator`: to be known, whatever the roles;
 * - `listed:<role>`: the same, for what belongs to no one project: the answer is narrowed to the
 *   projects on which the role is held;
 * - `found:<role>`: the role on the project that the thing turns out to belong to;
 * - `project:<role>`: the role on the project of the path;
 * - `server:<role>`: the role on all projects.
 */
export type Permission =
  | 'anyone'
  | 'operator'
  | `${'listed' | 'found' | 'project' | 'server'}:${Role}`

/** `hidden`: there is no role on the project, so it must look as if it did not exist. */
export type Verdict = 'allowed' | 'hidden' | 'too-small'

/** The server's own owner: creates projects and users, and sees what belongs to no project. */
export const OWNER_OF_ALL: readonly RoleOn[] = [{ projectId: null, role: 'owner' }]

/**
 * Whether these roles may do what asks for the permission on the project. Without a project
 * (`undefined`, as in lists) `listed` and `found` are allowed here, and decided thing by thing.
 */
export function mayDo(
  roles: readonly RoleOn[],
  permission: Permission,
  projectId: number | undefined,
): Verdict {
  const [place, least] = permission.split(':') as [string, Role | undefined]
  if (least === undefined) return 'allowed'
  if (place === 'server') {
    return reaches(roleOnAll(roles), least) ? 'allowed' : 'too-small'
  }
  if (projectId === undefined) return place === 'project' ? 'hidden' : 'allowed'
  const role = roleOn(roles, projectId)
  if (role === undefined) return 'hidden'
  return reaches(role, least) ? 'allowed' : 'too-small'
}

/** The role that a permission asks for; undefined when it asks for none. */
export function roleNeeded(permission: Permission): Role | undefined {
  return permission.split(':')[1] as Role | undefined
}

/** The largest role on the project; undefined when there is none. */
export function roleOn(roles: readonly RoleOn[], projectId: number): Role | undefined {
  return largest(roles.filter((one) => one.projectId === null || one.projectId === projectId))
}

export function roleOnAll(roles: readonly RoleOn[]): Role | undefined {
  return largest(roles.filter((one) => one.projectId === null))
}

/** The projects on which at least this role is held: `all`, or their ids. */
export function projectsWith(roles: readonly RoleOn[], least: Role): 'all' | readonly number[] {
  if (reaches(roleOnAll(roles), least)) return 'all'
  const ids = roles.flatMap(({ projectId, role }) =>
    projectId !== null && reaches(role, least) ? [projectId] : [],
  )
  return [...new Set(ids)].sort((a, b) => a - b)
}

/** Whether everything that `wanted` allows is allowed by `held` too. */
export function covers(held: readonly RoleOn[], wanted: readonly RoleOn[]): boolean {
  return wanted.every(({ projectId, role }) =>
    reaches(projectId === null ? roleOnAll(held) : roleOn(held, projectId), role),
  )
}

/** What both allow. */
export function narrowed(roles: readonly RoleOn[], by: readonly RoleOn[]): RoleOn[] {
  const both = roles.flatMap((one) =>
    by.flatMap((other) => {
      const projectId = one.projectId ?? other.projectId
      const meet = other.projectId === null || other.projectId === projectId
      const role = reaches(one.role, other.role) ? other.role : one.role
      return meet ? [{ projectId, role }] : []
    }),
  )
  return [...Map.groupBy(both, ({ projectId }) => projectId)].map(([projectId, own]) => ({
    projectId,
    role: largest(own)!,
  }))
}

export function reaches(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least)
}

function largest(roles: readonly RoleOn[]): Role | undefined {
  return ROLES.findLast((role) => roles.some((one) => one.role === role))
}
