import type { RoleOnProjectSerializer } from '../../../src/client/types.ts'
import { ROLES, type Role } from '../../../src/domain/role.ts'

/** What each role may do, to those who give it. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  invoker: 'Sees names, endpoints and states of functions.',
  viewer: 'Reads everything, and changes nothing.',
  editor: 'Reads everything; changes functions, namespaces, triggers, keys and webhooks.',
  owner: 'Changes everything, members and the rules for keys too; reads the audit log.',
}

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  invoker: 'Invoker',
  viewer: 'Viewer',
  editor: 'Editor',
  owner: 'Owner',
}

/** The most first, as people look for it. */
export const ROLES_DOWN: readonly Role[] = [...ROLES].reverse()

/** `Editor on shop, viewer on all projects`. */
export function rolesText(
  roles: readonly RoleOnProjectSerializer[],
  projectName: (id: number) => string,
): string {
  if (roles.length === 0) return 'No role'
  return roles
    .map(({ project_id: id, role }) =>
      id === null
        ? `${ROLE_NAMES[role]} on all projects`
        : `${ROLE_NAMES[role]} on ${projectName(id)}`,
    )
    .join(', ')
}
