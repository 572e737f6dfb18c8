import type { Scope } from '../domain/names.ts'
import type { Db } from './dialect.ts'

/** By what the gateway knows the key's secret, the newer one of a rotation. Not for anybody's eyes. */
export async function findKeyDigest(
  db: Db,
  { projectId, regionId }: Scope,
  name: string,
): Promise<{ readonly id: string; readonly digest: string } | undefined> {
  return await db
    .selectFrom('keys')
    .select(['id', 'digest'])
    .where('project_id', '=', projectId)
    .where('region_id', '=', regionId)
    .where('name', '=', name)
    .executeTakeFirst()
}
