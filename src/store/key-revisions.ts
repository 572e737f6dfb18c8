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
  { projectId, regionId }: Scope,
  nameOrId: string,
): Promise<KeyRevision | undefined> {
  const key = await db
    .selectFrom('keys')
    .select(['id', 'name', 'changed_revision as revision'])
    .where('project_id', '=', projectId)
    .where('region_id', '=', regionId)
    .where((eb) => eb.or([eb('name', '=', nameOrId), eb('id', '=', nameOrId)]))
    // A key may be called as another one is numbered.
    .orderBy((eb) => eb.case().when('name', '=', nameOrId).then(0).else(1).end())
    .executeTakeFirst()
  if (key !== undefined) return { ...key, isDeleted: false }
  const deleted = await db
    .selectFrom('deleted_keys')
    .select(['id', 'name', 'revision'])
    .where('project_id', '=', projectId)
    .where('region_id', '=', regionId)
    .where((eb) => eb.or([eb('name', '=', nameOrId), eb('id', '=', nameOrId)]))
    .orderBy('revision', 'desc')
    .executeTakeFirst()
  return deleted && { ...deleted, isDeleted: true }
}
