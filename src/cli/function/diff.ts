import type { FunctionVersionDiffSerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { Failure } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { openSession, type Session } from '../session.ts'
import { visible } from '../visible.ts'

export async function diffVersions(
  name: FunctionName,
  version: number | undefined,
  other: number | undefined,
  flags: ApiFlags,
): Promise<void> {
  const session = openSession(flags)
  const number = version ?? (await newestVersion(session, name))
  const diff = await session.client.functions.versionDiff(session.scope, name, number, other)
  if (session.json) return printJson(diff)
  note(`${formatFunctionName(name)}: from version ${diff.with} to version ${diff.number}`)
  if (isEmpty(diff)) return note('They are equal.')
  for (const { name: setting, before, after } of diff.settings) {
    printLine(visible(`${setting}: ${before} -> ${after}`))
  }
  const { added, removed, changed } = diff.env_names
  for (const env of added) printLine(visible(`environment: + ${env}`))
  for (const env of removed) printLine(visible(`environment: - ${env}`))
  for (const env of changed) printLine(visible(`environment: ~ ${env}`))
  for (const part of diff.parts) {
    if (part.diff !== null) print(visible(part.diff, '\n\t'))
    else printLine(visible(`${part.path}: ${part.change}, too much of it to be shown`))
  }
}

async function newestVersion({ client, scope }: Session, name: FunctionName): Promise<number> {
  const { results } = await client.functions.versions(scope, name, { limit: 1 })
  if (results[0] !== undefined) return results[0].number
  throw new Failure('notFound', `${formatFunctionName(name)} was never deployed.`)
}

function isEmpty({ parts, settings, env_names: names }: FunctionVersionDiffSerializer): boolean {
  const all = [parts, settings, names.added, names.removed, names.changed]
  return all.every((list) => list.length === 0)
}
