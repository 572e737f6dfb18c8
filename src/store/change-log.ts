import { setCounter } from './counters.ts'
import type { Db, Trx } from './dialect.ts'
import type { ChangedKind } from './tables.ts'

export interface Touched {
  readonly kind: ChangedKind
  readonly id: string
}

/** Below SQLite's bound on the parameters of one statement. */
const ROWS_PER_INSERT = 1000
/** Trimming in steps keeps it off most changes. */
const TRIM_EVERY = 100

/** Records what a revision touched and forgets what lies further back than `kept` revisions. */
export async function writeChangeLog(
  trx: Trx,
  revision: number,
  touched: readonly Touched[],
  kept: number,
): Promise<void> {
  const rows = distinct(touched).map(({ kind, id }) => ({
    revision,
    entity_kind: kind,
    entity_id: id,
  }))
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await trx
      .insertInto('changes')
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .execute()
  }
  const floor = revision - kept
  if (floor > 0 && floor % TRIM_EVERY === 0) await trim(trx, floor)
}

/** The ids of what was touched after this revision. */
export function touched(db: Db, kind: ChangedKind, since: number) {
  return db
    .selectFrom('changes')
    .select('entity_id')
    .distinct()
    .where('revision', '>', since)
    .where('entity_kind', '=', kind)
}

function distinct(touched: readonly Touched[]): Touched[] {
  return [...new Map(touched.map((entity) => [`${entity.kind} ${entity.id}`, entity])).values()]
}

async function trim(trx: Trx, floor: number): Promise<void> {
  await trx.deleteFrom('changes').where('revision', '<=', floor).execute()
  await setCounter(trx, 'changes_floor', floor)
}
