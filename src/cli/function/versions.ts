import type { FunctionVersionSummarySerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

interface VersionFlags extends ApiFlags {
  readonly limit?: number
  readonly offset?: number
}

const COLUMNS: readonly Column<FunctionVersionSummarySerializer>[] = [
  { title: 'VERSION', value: ({ number }) => String(number) },
  { title: 'DEPLOYED', value: (version) => version.created_at },
  { title: 'STATE', value: stateOf },
  { title: 'RUNTIME', value: (version) => version.runtime },
  { title: 'FLAVOR', value: (version) => version.flavor },
  { title: 'BUILT', value: (version) => version.artifact.slice(0, 12) },
  { title: 'BY', value: (version) => version.token_name, flexible: true },
]

export async function listVersions(name: FunctionName, flags: VersionFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const { limit, offset } = flags
  const answer = await client.functions.versions(scope, name, { limit, offset })
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) note(`${formatFunctionName(name)} was never deployed.`)
  else print(table(COLUMNS, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
}

function stateOf(version: FunctionVersionSummarySerializer): string {
  const back = version.rolled_back_to === null ? '' : `back to ${version.rolled_back_to}`
  return [version.is_current ? 'serves' : '', back].filter((part) => part !== '').join(', ')
}
