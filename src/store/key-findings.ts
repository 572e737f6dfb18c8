import { type RawBuilder, sql } from 'kysely'
import { FINDING_KINDS, type FindingKind } from '../domain/key-review.ts'
import type { Scope } from '../domain/names.ts'

export interface FindingQuery {
  readonly nowMs: number
  /** What was not used from then on counts as unused. The start of a day. */
  readonly sinceMs: number
  /** A secret from before counts as old. */
  readonly secretsSinceMs: number
  readonly kinds: readonly FindingKind[]
}

/** `place`: the id of the function or the namespace. */
export interface FoundRow {
  key_id: string
  rank: number
  place: string | null
  since_ms: number | null
}

/**
 * A row for each finding. `live` are the keys that work, or will once their time has come; `used` those
 * of them that had their time and were used in it, so that it is worth asking for what.
 */
export function findings(
  scope: Scope,
  query: FindingQuery,
  ids?: readonly string[],
): RawBuilder<unknown> {
  const { nowMs, sinceMs, secretsSinceMs } = query
  const only = ids === undefined ? sql`` : sql`and id in (${sql.join(ids)})`
  const own = sql`project_id = ${scope.projectId} and region_id = ${scope.regionId} ${only}`
  const began = sql`case when not_before_ms > created_at_ms then not_before_ms else created_at_ms end`
  const live = sql`(select *, ${began} as began_ms from keys
    where ${own} and disabled_at_ms is null and (expire_ms is null or expire_ms > ${nowMs}))`
  const used = sql`(select id from ${live} l where began_ms < ${sinceMs} and last_used_at_ms >= ${sinceMs})`
  const parts: Record<FindingKind, RawBuilder<unknown>> = {
    never_used: sql`select id, null, began_ms from ${live} l
      where began_ms < ${sinceMs} and last_used_at_ms is null`,
    unused: sql`select id, null, last_used_at_ms from ${live} l
      where began_ms < ${sinceMs} and last_used_at_ms < ${sinceMs}`,
    unused_namespace: sql`select g.key_id, g.namespace_id, null
      from namespace_grants g join namespaces n on n.id = g.namespace_id
      where g.key_id in ${used} and n.created_at_ms < ${sinceMs}
      and not exists (${calledOfNamespace(sinceMs)})
      and not ${givenSince(sinceMs, sql`g.key_id`, sql`n.name`)}`,
    unused_function: sql`select g.key_id, g.function_id, null
      from grants g join functions f on f.id = g.function_id
      join namespaces n on n.id = f.namespace_id join keys k on k.id = g.key_id
      where g.key_id in ${used} and f.created_at_ms < ${sinceMs} and not ${calledSince(sinceMs)}
      and not ${givenSince(sinceMs, sql`g.key_id`, sql`n.name || '/' || f.name`)}
      and not ${givenSince(sinceMs, sql`g.function_id`, sql`k.name`)}`,
    broad_namespace: sql`select g.key_id, g.namespace_id, null
      from namespace_grants g join namespaces n on n.id = g.namespace_id
      join (select namespace_id, count(*) as total from functions
        where created_at_ms < ${sinceMs} group by namespace_id) c on c.namespace_id = g.namespace_id
      where g.key_id in ${used} and exists (${calledOfNamespace(sinceMs)})
      and c.total > (select count(*) from (${calledOfNamespace(sinceMs)}) called
        where called.created_at_ms < ${sinceMs})
      and not ${givenSince(sinceMs, sql`g.key_id`, sql`n.name`)}`,
    opens_nothing: sql`select id, null, null from ${live} l
      where not exists (select 1 from grants g where g.key_id = l.id)
      and not exists (select 1 from namespace_grants g where g.key_id = l.id)`,
    old_secret: sql`select id, null, secret_ms from (select id, ${SECRET_SINCE} as secret_ms from ${live} l) s
      where secret_ms < ${secretsSinceMs}`,
    never_expires: sql`select id, null, created_at_ms from ${live} l where expire_ms is null`,
    disabled: sql`select id, null, disabled_at_ms from keys where ${own}
      and disabled_at_ms is not null and (expire_ms is null or expire_ms > ${nowMs})`,
    expired: sql`select id, null, expire_ms from keys where ${own} and expire_ms <= ${nowMs}`,
  }
  const selects = query.kinds.map(
    (kind) =>
      sql`select key_id, ${sql.lit(FINDING_KINDS.indexOf(kind))} as rank, place, since_ms
        from (select null as key_id, null as place, null as since_ms where 1 = 0
          union all ${parts[kind]}) p`,
  )
  return sql.join(selects, sql` union all `)
}

/** Whether the key of the grant `g` opened the function `f` since then; one probe of an index finds it. */
function calledSince(sinceMs: number): RawBuilder<boolean> {
  return sql`exists (select 1 from usage_pairs p
    where p.key_id = g.key_id and p.function_id = f.id and ${isUsedSince(sinceMs)})`
}

/** The functions of the namespace of the grant `g` that its key opened since then. */
function calledOfNamespace(sinceMs: number): RawBuilder<unknown> {
  return sql`select f.id, f.created_at_ms from usage_pairs p join functions f on f.id = p.function_id
    where p.key_id = g.key_id and f.namespace_id = g.namespace_id and ${isUsedSince(sinceMs)}`
}

function isUsedSince(sinceMs: number): RawBuilder<boolean> {
  return sql`exists (select 1 from usage_days u
    where u.pair_id = p.id and u.at_ms >= ${sinceMs} and u.allowed > 0)`
}

/**
 * Whether the audit tells of a change of the key (or of the function, where its keys were changed) after
 * which the name stands in what is shown, and before which it did not.
 */
function givenSince(
  sinceMs: number,
  entity: RawBuilder<unknown>,
  name: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const quoted = sql`('"' || ${name} || '"')`
  return sql`exists (select 1 from audit a where a.entity_id = ${entity} and a.at_ms >= ${sinceMs}
    and a.action in ('key.updated', 'key.restored', 'function.updated')
    and replace(a.after, ${quoted}, '') <> a.after
    and (a.before is null or replace(a.before, ${quoted}, '') = a.before))`
}

/** A rotation that has ended is known by its row in the audit. */
const SECRET_SINCE = sql`coalesce(l.rotated_at_ms, (select max(a.at_ms) from audit a
  where a.entity_id = l.id and a.action = 'key.rotation-finished'), l.created_at_ms)`
