import type { Role, RoleOn } from '../domain/role.ts'
import type { Member } from '../domain/user.ts'
import { fromFlag } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

/** What stands in a row for all projects. */
const ALL = 0

export async function rolesByUser(
  db: Db,
  userIds: readonly number[],
): Promise<Map<number, RoleOn[]>> {
  const rows = await db
    .selectFrom('members')
    .select(['user_id', 'project_id', 'role'])
    .where('user_id', 'in', userIds)
    .orderBy('project_id')
    .execute()
  const roles = new Map<number, RoleOn[]>()
  for (const { user_id: userId, project_id: projectId, role } of rows) {
    const own = roles.get(userId) ?? []
    own.push({ projectId: projectId === ALL ? null : projectId, role })
    roles.set(userId, own)
  }
  return roles
}

/** @param projectId - Null for all projects. */
export async function setRole(
  trx: Trx,
  userId: number,
  projectId: number | null,
  role: Role,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('members')
    .values({ user_id: userId, project_id: projectId ?? ALL, role, since_ms: nowMs })
    .onConflict((conflict) => conflict.columns(['user_id', 'project_id']).doUpdateSet({ role }))
    .execute()
}

/** False when there was none. */
export async function removeRole(
  trx: Trx,
  userId: number,
  projectId: number | null,
): Promise<boolean> {
  const row = await trx
    .deleteFrom('members')
    .where('user_id', '=', userId)
    .where('project_id', '=', projectId ?? ALL)
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Who has a role on the project itself, and who has one on all; by address. */
export async function listMembers(db: Db, projectId: number): Promise<Member[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['users.id', 'email', 'name', 'disabled', 'role', 'project_id', 'since_ms'])
    .where('project_id', 'in', [projectId, ALL])
    .orderBy('email_key')
    .orderBy('project_id')
    .execute()
  return rows.map((row) => ({
    userId: row.id,
    email: row.email,
    name: row.name,
    isDisabled: fromFlag(row.disabled),
    role: row.role,
    isOnAll: row.project_id === ALL,
    sinceMs: row.since_ms,
  }))
}

/** Persons who are owners of all projects and may sign in. */
export async function countOwnersOfAll(db: Db): Promise<number> {
  const row = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('project_id', '=', ALL)
    .where('role', '=', 'owner')
    .where('disabled', '=', 0)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
