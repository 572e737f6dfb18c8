import type { Session } from '../domain/session.ts'
import type { Db, Trx } from './dialect.ts'
import type { SessionRow } from './tables-operators.ts'

export async function insertSession(trx: Trx, session: Session, digest: string): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({
      digest,
      id: session.id,
      user_id: session.of.kind === 'user' ? session.of.id : null,
      token_id: session.of.kind === 'token' ? session.of.id : null,
      created_at_ms: session.createdAtMs,
      seen_at_ms: session.seenAtMs,
      end_ms: session.endMs,
      address: session.address,
      agent: session.agent,
    })
    .execute()
}

/** Also one that has been idle for too long; see `isLive`. */
export async function findSession(db: Db, digest: string): Promise<Session | undefined> {
  const query = db.selectFrom('sessions').selectAll().where('digest', '=', digest)
  const row = await query.executeTakeFirst()
  return row && sessionOf(row)
}

/** Newest first. */
export async function listSessions(db: Db, of: Session['of']): Promise<Session[]> {
  const query = db.selectFrom('sessions').selectAll().where(columnOf(of), '=', of.id)
  return (await query.orderBy('created_at_ms', 'desc').orderBy('id').execute()).map(sessionOf)
}

export async function noteSessionUse(db: Db, id: string, atMs: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ seen_at_ms: atMs })
    .where('id', '=', id)
    .where('seen_at_ms', '<', atMs)
    .execute()
}

export async function deleteSession(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('sessions').where('id', '=', id).execute()
}

/** @param except - The id of one that stays. */
export async function deleteSessions(
  trx: Trx,
  of: Session['of'],
  except: string | null = null,
): Promise<void> {
  let query = trx.deleteFrom('sessions').where(columnOf(of), '=', of.id)
  if (except !== null) query = query.where('id', '!=', except)
  await query.execute()
}

export async function deleteEndedSessions(trx: Trx, nowMs: number): Promise<void> {
  await trx.deleteFrom('sessions').where('end_ms', '<=', nowMs).execute()
}

function columnOf(of: Session['of']): 'user_id' | 'token_id' {
  return of.kind === 'user' ? 'user_id' : 'token_id'
}

function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    of:
      row.user_id === null
        ? { kind: 'token', id: row.token_id! }
        : { kind: 'user', id: row.user_id },
    createdAtMs: row.created_at_ms,
    seenAtMs: row.seen_at_ms,
    endMs: row.end_ms,
    address: row.address,
    agent: row.agent,
  }
}
