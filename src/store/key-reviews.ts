import { type RawBuilder, sql } from 'kysely'
import type { Key } from '../domain/key.ts'
import { FINDING_KINDS, type Finding, type FindingKind } from '../domain/key-review.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { Db } from './dialect.ts'
import { functionNamesById } from './grants.ts'
import { keysOfRows } from './keys.ts'
import type { PageOf, Slice } from './paging.ts'

export interface ReviewQuery extends Slice {
  readonly nowMs: number
  /** What was not used from then on counts as unused. The start of a day. */
  readonly sinceMs: number
  /** A secret from before counts as old. */
  readonly secretsSinceMs: number
  readonly kinds: readonly FindingKind[]
  readonly byName: boolean
}

export interface ReviewedKey {
  readonly key: Key
  readonly findings: readonly Finding[]
}

/** Keys of which something was found: what weighs most first, then who was used longest ago, or by name. */
export async function reviewKeys(
  db: Db,
  scope: Scope,
  query: ReviewQuery,
): Promise<PageOf<ReviewedKey>> {
  const found = findings(scope, query)
  const order = query.byName
    ? sql`k.name`
    : sql`min(f.rank), coalesce(min(k.last_used_at_ms), 0), k.name`
  const { rows } = await sql<{ id: string; total: number | string }>`
    select k.id, count(*) over () as total from (${found}) f join keys k on k.id = f.key_id
    group by k.id, k.name order by ${order} limit ${query.limit} offset ${query.offset}
  `.execute(db)
  if (rows.length === 0) return { count: await countFound(db, found), results: [] }
  const ids = rows.map((row) => row.id)
  const details = await sql<FoundRow>`
    select * from (${findings(scope, query, ids)}) f order by f.key_id, f.rank
  `.execute(db)
  return {
    count: Number(rows[0]!.total),
    results: await reviewed(db, query, ids, details.rows),
  }
}

/** How many keys no more work as they are. */
export async function countEndedKeys(
  db: Db,
  { projectId, regionId }: Scope,
  nowMs: number,
): Promise<{ disabled: number; expired: number }> {
  const row = await db
    .selectFrom('keys')
    .select(({ fn, eb }) => [
      fn.countAll<number | string>().filterWhere('expire_ms', '<=', nowMs).as('expired'),
      fn
        .countAll<number | string>()
        .filterWhere(
          eb.and([
            eb('disabled_at_ms', 'is not', null),
            eb.or([eb('expire_ms', 'is', null), eb('expire_ms', '>', nowMs)]),
          ]),
        )
        .as('disabled'),
    ])
    .where('project_id', '=', projectId)
    .where('region_id', '=', regionId)
    .executeTakeFirstOrThrow()
  return { disabled: Number(row.disabled), expired: Number(row.expired) }
}

/** `place`: the id of the function or the namespace. */
interface FoundRow {
  key_id: string
  rank: number
  place: string | null
  since_ms: number | null
}

/** Beyond the last page there is no row that tells how many there are. */
async function countFound(db: Db, found: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ total: number | string }>`
    select count(distinct key_id) as total from (${found}) f
  `.execute(db)
  return Number(rows[0]!.total)
}

/**
 * A row for each finding. `live` are the keys that work, or will once their time has come; `used` those
 * of them that had their time and were used in it, so that it is worth asking for what.
 */
function findings(scope: Scope, query: ReviewQuery, ids?: readonly string[]): RawBuilder<unknown> {
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

async function reviewed(
  db: Db,
  { sinceMs }: ReviewQuery,
  ids: readonly string[],
  rows: readonly FoundRow[],
): Promise<ReviewedKey[]> {
  const keys = await keysOfRows(
    db,
    await db.selectFrom('keys').selectAll().where('id', 'in', ids).execute(),
  )
  const byId = new Map(keys.map((key) => [key.id, key]))
  const byKey = Map.groupBy(rows, (row) => row.key_id)
  const results: ReviewedKey[] = []
  for (const id of ids) {
    const found: Finding[] = []
    for (const row of byKey.get(id) ?? []) found.push(await findingOf(db, row, sinceMs))
    const key = byId.get(id)
    // It may have been deleted between two queries.
    if (key !== undefined) results.push({ key, findings: found })
  }
  return results
}

const NOWHERE = { function: null, namespace: null, calledFunctions: [], functionsCount: null }

async function findingOf(db: Db, row: FoundRow, sinceMs: number): Promise<Finding> {
  const kind = FINDING_KINDS[row.rank]!
  const { place } = row
  if (place === null) return { kind, sinceMs: row.since_ms, ...NOWHERE }
  if (kind === 'unused_function') {
    const names = await functionNamesById(db, [place])
    const last = await lastCalls(db, row.key_id, [place])
    return {
      ...{ kind, ...NOWHERE, sinceMs: last.get(place) ?? null },
      function: names.get(place) ?? null,
    }
  }
  return { kind, ...(await namespaceFinding(db, row.key_id, place, sinceMs)) }
}

async function namespaceFinding(
  db: Db,
  keyId: string,
  namespaceId: string,
  sinceMs: number,
): Promise<Omit<Finding, 'kind'>> {
  const functions = await db
    .selectFrom('functions as f')
    .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
    .select(['f.id', 'f.name', 'n.name as namespace'])
    .where('n.id', '=', namespaceId)
    .orderBy('f.name')
    .execute()
  const last = await lastCalls(
    db,
    keyId,
    functions.map((fn) => fn.id),
  )
  const isCalled = (id: string) => (last.get(id) ?? 0) >= sinceMs
  const called: FunctionName[] = functions
    .filter((fn) => isCalled(fn.id))
    .map(({ name, namespace }) => ({ name, namespace }))
  const newest = Math.max(...last.values())
  return {
    sinceMs: called.length > 0 || last.size === 0 ? null : newest,
    function: null,
    namespace: functions[0]?.namespace ?? (await namespaceName(db, namespaceId)),
    calledFunctions: called,
    functionsCount: functions.length,
  }
}

/** The last day on which the key opened each of these functions, as far as usage is kept. */
async function lastCalls(
  db: Db,
  keyId: string,
  functionIds: readonly string[],
): Promise<Map<string, number>> {
  if (functionIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('usage_pairs as p')
    .innerJoin('usage_days as u', 'u.pair_id', 'p.id')
    .select(['p.function_id', (eb) => eb.fn.max('u.at_ms').as('at_ms')])
    .where('p.key_id', '=', keyId)
    .where('p.function_id', 'in', functionIds)
    .where('u.allowed', '>', 0)
    .groupBy('p.function_id')
    .execute()
  return new Map(rows.map((row) => [row.function_id, row.at_ms]))
}

async function namespaceName(db: Db, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('namespaces')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.name ?? null
}
