import type { Deployed, Envs, SourceFiles } from '../domain/function.ts'
import type { FunctionVersion, FunctionVersionSummary } from '../domain/function-version.ts'
import type { SealedEnvs } from '../domain/secret-envs.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import type { FunctionVersionRow } from './tables.ts'

const SUMMARY = [
  'number',
  'created_at_ms',
  'runtime',
  'flavor',
  'artifact_id',
  'token_id',
  'token_name',
  'task_id',
  'rolled_back_to',
] as const
type SummaryRow = Pick<FunctionVersionRow, (typeof SUMMARY)[number]>

export type NewFunctionVersion = Omit<
  FunctionVersion,
  'number' | 'runtime' | 'flavor' | 'artifactId'
>

/** Adds the function's next version and forgets those beyond the `kept` newest; the new one's number. */
export async function insertVersion(
  trx: Trx,
  functionId: string,
  version: NewFunctionVersion,
  kept: number,
): Promise<number> {
  const { source, deployed } = version
  const number = ((await newestVersion(trx, functionId))?.number ?? 0) + 1
  await trx
    .insertInto('function_versions')
    .values({
      function_id: functionId,
      number,
      created_at_ms: version.createdAtMs,
      runtime: source.runtime,
      code_text: source.codeText,
      files: toJson(source.files),
      dependencies: source.dependencies,
      main_method: source.mainMethod,
      envs: toJson(version.envs),
      secret_envs: toJson(version.secretEnvs),
      flavor: deployed.flavor,
      artifact_id: deployed.artifact.id,
      deployed: toJson(deployed),
      token_id: version.tokenId,
      token_name: version.tokenName,
      task_id: version.taskId,
      rolled_back_to: version.rolledBackTo,
    })
    .execute()
  await trx
    .deleteFrom('function_versions')
    .where('function_id', '=', functionId)
    .where('number', '<=', number - kept)
    .execute()
  return number
}

export async function newestVersion(
  db: Db,
  functionId: string,
): Promise<{ readonly number: number; readonly deployed: Deployed } | undefined> {
  const row = await db
    .selectFrom('function_versions')
    .select(['number', 'deployed'])
    .where('function_id', '=', functionId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { number: row.number, deployed: fromJson<Deployed>(row.deployed) }
}

/** What each kept version put to work, oldest first: of two that put the same to work the newer counts. */
export async function deployedVersions(
  db: Db,
  functionId: string,
): Promise<{ readonly number: number; readonly deployed: Deployed }[]> {
  const rows = await db
    .selectFrom('function_versions')
    .select(['number', 'deployed'])
    .where('function_id', '=', functionId)
    .orderBy('number')
    .execute()
  return rows.map((row) => ({ number: row.number, deployed: fromJson<Deployed>(row.deployed) }))
}

export async function findVersion(
  db: Db,
  functionId: string,
  number: number,
): Promise<FunctionVersion | undefined> {
  const row = await db
    .selectFrom('function_versions')
    .selectAll()
    .where('function_id', '=', functionId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row && versionOf(row)
}

/** The number of the newest version before this one that is still kept. */
export async function numberBefore(
  db: Db,
  functionId: string,
  number: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('function_versions')
    .select('number')
    .where('function_id', '=', functionId)
    .where('number', '<', number)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.number
}

/** Newest first. */
export async function listVersions(
  db: Db,
  functionId: string,
  { limit, offset }: Slice,
): Promise<PageOf<FunctionVersionSummary>> {
  const query = db.selectFrom('function_versions').where('function_id', '=', functionId)
  const rows = await query
    .select(SUMMARY)
    .orderBy('number', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { count: await countRows(query), results: rows.map(summaryOf) }
}

/** The artifacts that some version needs to be put to work again. */
export async function versionArtifactIds(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('function_versions').select('artifact_id').distinct().execute()
  return new Set(rows.map((row) => row.artifact_id))
}

function versionOf(row: FunctionVersionRow): FunctionVersion {
  return {
    ...summaryOf(row),
    source: {
      runtime: row.runtime,
      codeText: row.code_text,
      files: fromJson<SourceFiles>(row.files),
      dependencies: row.dependencies,
      mainMethod: row.main_method,
    },
    envs: fromJson<Envs>(row.envs),
    secretEnvs: fromJson<SealedEnvs>(row.secret_envs),
    deployed: fromJson<Deployed>(row.deployed),
  }
}

function summaryOf(row: SummaryRow): FunctionVersionSummary {
  return {
    number: row.number,
    createdAtMs: row.created_at_ms,
    runtime: row.runtime,
    flavor: row.flavor,
    artifactId: row.artifact_id,
    tokenId: row.token_id,
    tokenName: row.token_name,
    taskId: row.task_id,
    rolledBackTo: row.rolled_back_to,
  }
}
