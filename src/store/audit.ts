import type { Actor, AuditAction } from '../domain/audit.ts'
import type { Scope } from '../domain/names.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

/** One line of the audit. `before` and `after` hold no secret, no environment value and no code. */
export interface AuditEntry {
  readonly action: AuditAction
  readonly entityId: string
  /** What people call the entity. */
  readonly entityName: string
  /** Absent for what belongs to no project. */
  readonly scope?: Scope
  readonly before?: unknown
  readonly after?: unknown
}

export interface AuditRecord extends AuditEntry {
  readonly revision: number
  readonly atMs: number
  readonly actor: Actor
  /** The data nodes that had not applied the change when its answer was sent. */
  readonly laggards: readonly string[]
}

export async function insertAudit(
  trx: Trx,
  change: { revision: number; nowMs: number; actor: Actor },
  entry: AuditEntry,
): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      revision: change.revision,
      at_ms: change.nowMs,
      action: entry.action,
      token_id: change.actor.tokenId,
      user_id: change.actor.userId,
      actor: change.actor.name,
      request_id: change.actor.requestId,
      address: change.actor.address,
      project_id: entry.scope?.projectId ?? null,
      region_id: entry.scope?.regionId ?? null,
      entity_id: entry.entityId,
      entity_name: entry.entityName,
      before: entry.before === undefined ? null : toJson(entry.before),
      after: entry.after === undefined ? null : toJson(entry.after),
      laggards: null,
    })
    .execute()
}

/** Notes on a change's rows which nodes lagged behind when its answer was sent. */
export async function auditLaggards(
  db: Db,
  revision: number,
  laggards: readonly string[],
): Promise<void> {
  await db
    .updateTable('audit')
    .set({ laggards: toJson(laggards) })
    .where('revision', '=', revision)
    .execute()
}

/** Oldest first, from the revision after `afterRevision`. */
export async function listAudit(db: Db, afterRevision = 0): Promise<AuditRecord[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('revision', '>', afterRevision)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
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
    ...(row.project_id === null || row.region_id === null
      ? {}
      : { scope: { projectId: row.project_id, regionId: row.region_id } }),
    ...(row.before === null ? {} : { before: fromJson(row.before) }),
    ...(row.after === null ? {} : { after: fromJson(row.after) }),
    laggards: row.laggards === null ? [] : fromJson<string[]>(row.laggards),
  }))
}
