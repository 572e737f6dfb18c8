import type { FunctionSerializer, FunctionsOrderByChoices } from '../../client/types.ts'
import { type ApiFlags, type PageFlags, pageQuery } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

type ListFlags = ApiFlags & PageFlags<FunctionsOrderByChoices>

interface Row {
  readonly namespace: string
  readonly fn: FunctionSerializer
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'FUNCTION', value: ({ namespace, fn }) => `${namespace}/${fn.name}` },
  { title: 'RUNTIME', value: ({ fn }) => fn.runtime },
  { title: 'STATUS', value: ({ fn }) => (fn.disabled === true ? 'disabled' : fn.status) },
  { title: 'READY', value: ({ fn }) => readyOfTotal(fn) },
  { title: 'KEY', value: ({ fn }) => (fn.enable_api_key === true ? 'wanted' : 'open') },
  { title: 'ENDPOINT', value: ({ fn }) => fn.endpoint, flexible: true },
]

/** Without a namespace: those of all, and as JSON the API's list of namespaces with their functions. */
export async function listFunctions(namespace: string | undefined, flags: ListFlags) {
  const { client, scope, json } = openSession(flags)
  if (namespace !== undefined) {
    const answer = await client.functions.list(scope, namespace, pageQuery(flags))
    if (json) return printJson(answer)
    return printRows(
      answer.results.map((fn) => ({ namespace, fn })),
      answer.count,
    )
  }
  const answer = await client.namespaces.list(scope, pageQuery(flags))
  if (json) return printJson(answer)
  const rows = answer.results.flatMap((n) => n.functions.map((fn) => ({ namespace: n.name, fn })))
  printRows(rows, rows.length)
}

export function readyOfTotal(fn: FunctionSerializer): string {
  return `${fn.deploy_status.ready ?? 0}/${fn.deploy_status.total ?? 0}`
}

function printRows(rows: readonly Row[], count: number): void {
  if (rows.length === 0) note('There are no functions here.')
  else print(table(COLUMNS, rows, outputWidth()))
  if (count > rows.length) note(`${rows.length} of ${count}; see --limit and --offset.`)
}
