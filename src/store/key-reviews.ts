import { type RawBuilder, sql } from 'kysely'
import type { Key } from '../domain/key.ts'
import { FINDING_KINDS, type Finding } from '../domain/key-review.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { Db } from './dialect.ts'
import { functionNamesById } from './grant-names.ts'
import { type FindingQuery, type FoundRow, findings } from './key-findings.ts'
import { keysOfRows } from './keys.ts'
import type { PageOf, Slice } from './paging.ts'

export interface ReviewQuery extends Slice, FindingQuery {
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

/** Beyond the last page there is no row that tells how many there are. */
async function countFound(db: Db, found: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ total: number | string }>`
    select count(distinct key_id) as total from (${found}) f
  `.execute(db)
  return Number(rows[0]!.total)
}

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
