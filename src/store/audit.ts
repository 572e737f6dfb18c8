import { type Actor, type AuditAction, SYSTEM_ACTOR } from '../domain/audit.ts'
import { type AuditLine, auditHash } from '../domain/audit-line.ts'
import { auditLineOf, auditRowOf, auditTime, parsedText } from './audit-rows.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'
import type { AuditRow } from './tables-operators.ts'

/** One line of the audit. `before` and `after` hold no secret, no environment value and no code. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly entityId: string
  /** What people call the entity. */
  readonly entityName: string
  /** Absent for what belongs to no project. */
  readonly scope?: AuditScope
  readonly before?: unknown
  readonly after?: unknown
}

/** What belongs to a project and to no region of it has none. */
export interface AuditScope {
  readonly projectId: number
  readonly regionId?: number
}

export interface AuditRecord extends AuditEntry {
  readonly sequence: number
  /** Null for what changed nothing. */
  readonly revision: number | null
  readonly atMs: number
  readonly actor: Actor
  /** The data nodes that had not applied the change when its answer was sent. */
  readonly laggards: readonly string[]
}

/**
 * Appends a row to the chain, in the transaction of what it tells of. The head stays locked until that
 * ends, so that rows are numbered and chained in the order in which they are committed.
 */
export async function insertAudit(
  trx: Trx,
  change: { revision: number | null; nowMs: number; actor: Actor },
  entry: AuditEntry,
): Promise<void> {
  const head = await trx
    .updateTable('audit_head')
    .set((eb) => ({ sequence: eb('sequence', '+', 1) }))
    .returning(['sequence', 'hash'])
    .executeTakeFirstOrThrow()
  const line = chained({ ...head, previous: head.hash }, change, entry)
  const row = auditRowOf(line, change.nowMs)
  await trx.insertInto('audit').values(row).execute()
  await trx.updateTable('audit_head').set({ hash: row.hash }).execute()
}

/** Notes what is no change: a log-in, for one. In a transaction of its own, without a revision. */
export async function auditOnly(store: Store, actor: Actor, entry: AuditEntry): Promise<void> {
  const nowMs = store.clock.now()
  await store.db.transaction().execute(async (trx) => {
    await insertAudit(trx, { revision: null, nowMs, actor }, entry)
  })
}

/** Notes which nodes lagged behind a change when its answer was sent: in a row of its own. */
export async function auditLaggards(
  store: Store,
  revision: number,
  laggards: readonly string[],
): Promise<void> {
  const nowMs = store.clock.now()
  await store.db.transaction().execute(async (trx) => {
    const changed = await trx
      .selectFrom('audit')
      .select(['project_id', 'region_id', 'request_id'])
      .where('revision', '=', revision)
      .orderBy('sequence')
      .executeTakeFirst()
    const actor = { ...SYSTEM_ACTOR, requestId: changed?.request_id ?? SYSTEM_ACTOR.requestId }
    await insertAudit(
      trx,
      { revision, nowMs, actor },
      {
        action: 'change.lagged',
        entityId: String(revision),
        entityName: `revision ${revision}`,
        ...scopeOf(changed?.project_id ?? null, changed?.region_id ?? null),
        after: { laggards },
      },
    )
  })
}

/**
 * Oldest first, those after the revision `afterRevision`. The rows that tell of laggards are not among
 * them: each row has those of its change.
 */
export async function listAudit(db: Db, afterRevision = 0): Promise<AuditRecord[]> {
  const all = await db
    .selectFrom('audit')
    .selectAll()
    .where('sequence', '>', (eb) =>
      eb
        .selectFrom('audit')
        .select((sub) => sub.fn.coalesce(sub.fn.max('sequence'), sub.lit(0)).as('sequence'))
        .where('revision', '<=', afterRevision),
    )
    .orderBy('sequence')
    .execute()
  const laggards = new Map<number | null, string[]>()
  const rows = all.filter((row) => {
    if (row.action !== 'change.lagged') return true
    laggards.set(row.revision, (parsedText(row.after) as { laggards: string[] }).laggards)
    return false
  })
  return rows.map((row) => recordOf(row, laggards.get(row.revision) ?? []))
}

function chained(
  head: { sequence: number; previous: string },
  change: { revision: number | null; nowMs: number; actor: Actor },
  entry: AuditEntry,
): AuditLine {
  const { actor } = change
  // As the database holds it: what has no text in UTF-8 would come back as another.
  const text = (value: string) => value.toWellFormed()
  const hashed = {
    sequence: head.sequence,
    previous_hash: head.previous,
    at: auditTime(change.nowMs),
    action: entry.action,
    revision: change.revision,
    token_id: actor.tokenId,
    user_id: actor.userId,
    actor: text(actor.name),
    request_id: text(actor.requestId),
    address: text(actor.address),
    project_id: entry.scope?.projectId ?? null,
    region_id: entry.scope?.regionId ?? null,
    entity_id: text(entry.entityId),
    entity_name: text(entry.entityName),
    before: entry.before ?? null,
    after: entry.after ?? null,
  }
  return { ...hashed, hash: auditHash(hashed) }
}

function recordOf(row: AuditRow, laggards: readonly string[]): AuditRecord {
  const { before, after } = auditLineOf(row)
  return {
    sequence: row.sequence,
    revision: row.revision,
    atMs: row.at_ms,
    action: row.action,
    actor: {
      tokenId: row.token_id,
      userId: row.user_id,
      name: row.actor,
      requestId: row.request_id,
      address: row.address,
    },
    entityId: row.entity_id,
    entityName: row.entity_name,
    ...scopeOf(row.project_id, row.region_id),
    ...(before === null ? {} : { before }),
    ...(after === null ? {} : { after }),
    laggards,
  }
}

function scopeOf(projectId: number | null, regionId: number | null): { scope?: AuditScope } {
  if (projectId === null) return {}
  return { scope: regionId === null ? { projectId } : { projectId, regionId } }
}
