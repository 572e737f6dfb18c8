import type { Scope } from '../domain/names.ts'
import { NOTICE_DAYS, type Project, type Region, UNUSED_DAYS } from '../domain/project.ts'
import { fromFlag, toFlag, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import type { ProjectRow } from './tables.ts'

/** False when the name is taken. */
export async function insertProject(
  trx: Trx,
  project: Project,
  revision: number,
): Promise<boolean> {
  const row = await trx
    .insertInto('projects')
    .values({
      id: project.id,
      name: project.name,
      description: project.description,
      is_default: toFlag(project.isDefault),
      key_life_days_max: null,
      keys_must_expire: toFlag(false),
      notice_days: toJson(NOTICE_DAYS),
      unused_days: UNUSED_DAYS,
      notice_emails: '[]',
      revision,
      created_at_ms: project.createdAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function insertRegion(trx: Trx, region: Region): Promise<void> {
  await trx
    .insertInto('regions')
    .values({
      id: region.id,
      display_name: region.displayName,
      created_at_ms: region.createdAtMs,
    })
    .execute()
}

export interface ProjectFilter extends Slice {
  /** The whole name. */
  readonly name?: string
  /** Only these. */
  readonly ids?: readonly number[]
  readonly orderBy: 'created_at' | 'name'
  readonly descending: boolean
}

export async function listProjects(db: Db, filter: ProjectFilter): Promise<PageOf<Project>> {
  let query = db.selectFrom('projects')
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  if (filter.ids !== undefined) query = query.where('id', 'in', filter.ids)
  const direction = filter.descending ? 'desc' : 'asc'
  const ordered =
    filter.orderBy === 'name'
      ? query.orderBy('name', direction)
      : query.orderBy('created_at_ms', direction).orderBy('revision', direction)
  const rows = await ordered.selectAll().limit(filter.limit).offset(filter.offset).execute()
  return { count: await countRows(query), results: rows.map(projectOf) }
}

export async function findProject(db: Db, id: number): Promise<Project | undefined> {
  const row = await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : projectOf(row)
}

function projectOf(row: ProjectRow): Project {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    isDefault: fromFlag(row.is_default),
    createdAtMs: row.created_at_ms,
  }
}

export interface RegionFilter extends Slice {
  /** The whole display name, in any case. */
  readonly displayName?: string
  readonly orderBy: 'created_at' | 'display_name'
  readonly descending: boolean
}

export async function listRegions(db: Db, filter: RegionFilter): Promise<PageOf<Region>> {
  let query = db.selectFrom('regions')
  const { displayName } = filter
  if (displayName !== undefined) {
    query = query.where((eb) =>
      eb(eb.fn('lower', ['display_name']), '=', displayName.toLowerCase()),
    )
  }
  const direction = filter.descending ? 'desc' : 'asc'
  const ordered =
    filter.orderBy === 'display_name'
      ? query.orderBy('display_name', direction)
      : query.orderBy('created_at_ms', direction).orderBy('id', direction)
  const rows = await ordered.selectAll().limit(filter.limit).offset(filter.offset).execute()
  return {
    count: await countRows(query),
    results: rows.map((row) => ({
      id: row.id,
      displayName: row.display_name,
      createdAtMs: row.created_at_ms,
    })),
  }
}

/** Which of the two halves of a scope exist. */
export async function scopeExists(
  db: Db,
  scope: Scope,
): Promise<{ readonly project: boolean; readonly region: boolean }> {
  const [project, region] = [
    await db
      .selectFrom('projects')
      .select('id')
      .where('id', '=', scope.projectId)
      .executeTakeFirst(),
    await db.selectFrom('regions').select('id').where('id', '=', scope.regionId).executeTakeFirst(),
  ]
  return { project: project !== undefined, region: region !== undefined }
}
