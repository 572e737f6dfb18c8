import type { BuildStatus, Deployed } from '../domain/function.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

/** Says that a deployment is asked for and none that began before counts for it. */
export async function markForDeploy(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('functions')
    .set((eb) => ({
      generation: eb('generation', '+', 1),
      build_status: 'pending' as const,
      build_message: '',
    }))
    .where('id', '=', id)
    .execute()
}

export interface BuildRecord {
  readonly status: BuildStatus
  readonly message: string
}

/** Notes how a build stands, unless a newer deployment was asked for meanwhile. */
export async function recordBuild(
  db: Db,
  id: string,
  generation: number,
  build: BuildRecord,
): Promise<void> {
  await db
    .updateTable('functions')
    .set({ build_status: build.status, build_message: build.message })
    .where('id', '=', id)
    .where('generation', '=', generation)
    .execute()
}

export async function setDeployed(
  trx: Trx,
  id: string,
  deployed: Deployed,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('functions')
    .set({ deployed: toJson(deployed), updated_at_ms: nowMs })
    .where('id', '=', id)
    .execute()
}

/** The artifact that each function serves from. */
export async function deployedArtifacts(
  db: Db,
): Promise<{ readonly functionId: string; readonly artifactId: string }[]> {
  const rows = await db
    .selectFrom('functions')
    .select(['id', 'deployed'])
    .where('deployed', 'is not', null)
    .orderBy('revision')
    .execute()
  return rows.map(({ id, deployed }) => ({
    functionId: id,
    artifactId: fromJson<Deployed>(deployed!).artifact.id,
  }))
}

/** The artifacts that some function serves from. */
export async function deployedArtifactIds(db: Db): Promise<Set<string>> {
  return new Set((await deployedArtifacts(db)).map(({ artifactId }) => artifactId))
}
