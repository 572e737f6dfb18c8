import type { RoleOn } from '../domain/role.ts'
import { emailKey, type User } from '../domain/user.ts'
import { fromFlag, toFlag } from './columns.ts'
import { countUp } from './counters.ts'
import type { Db, Trx } from './dialect.ts'
import { rolesByUser } from './members.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import type { UserRow } from './tables-operators.ts'

export interface StoredUser {
  readonly user: User
  /** Hashed; see `passwords.ts`. */
  readonly password: string
}

export function nextUserId(trx: Trx): Promise<number> {
  return countUp(trx, 'user_id')
}

/** Without the roles, which are members of their own. False when the address is taken. */
export async function insertUser(trx: Trx, user: User, password: string): Promise<boolean> {
  const row = await trx
    .insertInto('users')
    .values({
      id: user.id,
      email: user.email,
      email_key: emailKey(user.email),
      name: user.name,
      password,
      disabled: toFlag(user.isDisabled),
      created_at_ms: user.createdAtMs,
      updated_at_ms: user.updatedAtMs,
      password_changed_at_ms: user.passwordChangedAtMs,
      last_log_in_at_ms: user.lastLogInAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findUser(db: Db, id: number): Promise<StoredUser | undefined> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  return row && (await storedUser(db, row))
}

export async function findUserByEmail(db: Db, email: string): Promise<StoredUser | undefined> {
  const query = db.selectFrom('users').selectAll().where('email_key', '=', emailKey(email))
  const row = await query.executeTakeFirst()
  return row && (await storedUser(db, row))
}

/** By address. */
export async function listUsers(db: Db, slice: Slice): Promise<PageOf<User>> {
  const query = db.selectFrom('users')
  const rows = await query
    .selectAll()
    .orderBy('email_key')
    .limit(slice.limit)
    .offset(slice.offset)
    .execute()
  const roles = await rolesByUser(
    db,
    rows.map(({ id }) => id),
  )
  return {
    count: await countRows(query),
    results: rows.map((row) => userOf(row, roles.get(row.id) ?? [])),
  }
}

export interface UserChange {
  readonly email?: string
  readonly name?: string
  readonly isDisabled?: boolean
  /** Hashed. */
  readonly password?: string
}

/** False when the address is another's. */
export async function updateUser(
  trx: Trx,
  id: number,
  change: UserChange,
  nowMs: number,
): Promise<boolean> {
  const { email, name, isDisabled, password } = change
  if (email !== undefined) {
    const holder = await findUserByEmail(trx, email)
    if (holder !== undefined && holder.user.id !== id) return false
  }
  await trx
    .updateTable('users')
    .set({
      updated_at_ms: nowMs,
      ...(email === undefined ? {} : { email, email_key: emailKey(email) }),
      ...(name === undefined ? {} : { name }),
      ...(isDisabled === undefined ? {} : { disabled: toFlag(isDisabled) }),
      ...(password === undefined ? {} : { password, password_changed_at_ms: nowMs }),
    })
    .where('id', '=', id)
    .execute()
  return true
}

/** The same password, hashed as it is done now, unless it was changed meanwhile. */
export async function rehash(trx: Trx, id: number, before: string, after: string): Promise<void> {
  await trx
    .updateTable('users')
    .set({ password: after })
    .where('id', '=', id)
    .where('password', '=', before)
    .execute()
}

export async function noteLogIn(trx: Trx, id: number, atMs: number): Promise<void> {
  await trx.updateTable('users').set({ last_log_in_at_ms: atMs }).where('id', '=', id).execute()
}

/** Sessions and memberships go with it; its tokens must have gone before. */
export async function deleteUser(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('users').where('id', '=', id).execute()
}

async function storedUser(db: Db, row: UserRow): Promise<StoredUser> {
  const roles = await rolesByUser(db, [row.id])
  return { user: userOf(row, roles.get(row.id) ?? []), password: row.password }
}

function userOf(row: UserRow, roles: readonly RoleOn[]): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    isDisabled: fromFlag(row.disabled),
    roles,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    passwordChangedAtMs: row.password_changed_at_ms,
    lastLogInAtMs: row.last_log_in_at_ms,
  }
}
