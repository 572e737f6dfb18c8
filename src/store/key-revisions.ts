import type { Scope } from '../domain/names.ts'
import type { Db } from './dialect.ts'

/** The newest change of a key that data nodes must apply. */
export interface KeyRevision {
  readonly id: string
  readonly name: string
  readonly revision: number
  readonly isDeleted: boolean
}

/** Of the key with this name or id, else of the one that was deleted last. */
export async function findKeyRevision(
  db: Db,
  scope: Scope,
  nameOrId: string,
): Promise<KeyRevision | undefined> {
  const key = await db
    .selectFrom('keys')
    .select(['id', 'name', 'changed_revision as revision'])
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
    .where((eb) => eb.or([eb('name', '=', nameOrId), eb('id', '=', nameOrId)]))
    // A key may be called as another one is numbered.
    .orderBy((eb) => eb.case().when('name', '=', nameOrId).then(0).else(1).end())
    .executeTakeFirst()
  if (key !== undefined) return { ...key, isDeleted: false }
  const deleted =
    (await findDeletion(db, scope, 'name', nameOrId)) ??
    (await findDeletion(db, scope, 'id', nameOrId))
  return deleted && { ...deleted, isDeleted: true }
}

/** One column at a time: with both in one condition, all deleted keys of the project are read. */
async function findDeletion(
  db: Db,
  { projectId, regionId }: Scope,
  column: 'name' | 'id',
  value: string,
): Promise<Omit<KeyRevision, 'isDeleted'> | undefined> {
  return await db
    .selectFrom('deleted_keys')
    .select(['id', 'name', 'revision'])
    .where('project_id', '=', projectId)
    .where('region_id', '=', regionId)
    .where(column, '=', value)
    .orderBy('revision', 'desc')
    .executeTakeFirst()
}
