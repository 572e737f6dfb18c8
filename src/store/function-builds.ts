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
      build_started_at_ms: null,
      build_finished_at_ms: null,
    }))
    .where('id', '=', id)
    .execute()
}

export interface BuildRecord {
  readonly status: BuildStatus
  readonly message: string
  /** Given with the record that begins the build. */
  readonly startedAtMs?: number
  /** Given with the record that ends it. */
  readonly finishedAtMs?: number
}

/** How the newest build of a function stands. */
export interface BuildStanding {
  /** Tells builds of one function apart; a later one has a higher number. */
  readonly generation: number
  readonly status: BuildStatus
  readonly message: string
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
}

export async function findBuild(db: Db, id: string): Promise<BuildStanding | undefined> {
  const row = await db
    .selectFrom('functions')
    .select([
      'generation',
      'build_status',
      'build_message',
      'build_started_at_ms',
      'build_finished_at_ms',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  return (
    row && {
      generation: row.generation,
      status: row.build_status,
      message: row.build_message,
      startedAtMs: row.build_started_at_ms,
      finishedAtMs: row.build_finished_at_ms,
    }
  )
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
    .set({
      build_status: build.status,
      build_message: build.message,
      build_started_at_ms: build.startedAtMs,
      build_finished_at_ms: build.finishedAtMs,
    })
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
