import type { Token } from '../domain/token.ts'
import { fromJson, toJson } from './columns.ts'
import { countUp } from './counters.ts'
import type { Db, Trx } from './dialect.ts'
import type { TokenRow } from './tables-operators.ts'

/** An id that no token has or ever had, except one that people choose themselves in the settings. */
export async function nextTokenId(trx: Trx): Promise<number> {
  for (;;) {
    const id = await countUp(trx, 'token_id')
    if ((await findToken(trx, id)) === undefined) return id
  }
}

/** False when the name is taken. */
export async function insertToken(trx: Trx, token: Token, digest: string): Promise<boolean> {
  const row = await trx
    .insertInto('tokens')
    .values({
      id: token.id,
      name: token.name,
      digest,
      source: token.source,
      created_at_ms: token.createdAtMs,
      description: token.description,
      issued_by: token.issuedBy,
      roles: toJson(token.roles),
      expire_ms: token.expireMs,
      last_used_at_ms: token.lastUsedAtMs,
      user_id: token.userId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findToken(
  db: Db,
  id: number,
): Promise<{ readonly token: Token; readonly digest: string } | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : { token: tokenOf(row), digest: row.digest }
}

/** In order of their ids. */
export async function listTokens(db: Db): Promise<Token[]> {
  const rows = await db.selectFrom('tokens').selectAll().orderBy('id').execute()
  return rows.map(tokenOf)
}

export async function listTokensOfUser(db: Db, userId: number): Promise<Token[]> {
  const query = db.selectFrom('tokens').selectAll().where('user_id', '=', userId)
  return (await query.orderBy('id').execute()).map(tokenOf)
}

export async function deleteToken(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('tokens').where('id', '=', id).execute()
}

/** Never back in time. */
export async function noteTokenUse(db: Db, id: number, atMs: number): Promise<void> {
  await db
    .updateTable('tokens')
    .set({ last_used_at_ms: atMs })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at_ms', 'is', null), eb('last_used_at_ms', '<', atMs)]))
    .execute()
}

function tokenOf(row: TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    createdAtMs: row.created_at_ms,
    source: row.source,
    issuedBy: row.issued_by,
    userId: row.user_id,
    roles: fromJson<Token['roles']>(row.roles),
    expireMs: row.expire_ms,
    lastUsedAtMs: row.last_used_at_ms,
  }
}
