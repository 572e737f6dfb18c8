import type { ApiFlags } from '../options.ts'
import { print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

interface Runtime {
  readonly name: string
  readonly language: string
  readonly ready: boolean
}

const COLUMNS: readonly Column<Runtime>[] = [
  { title: 'RUNTIME', value: ({ name }) => name },
  { title: 'LANGUAGE', value: ({ language }) => language },
  { title: 'STATE', value: ({ ready }) => (ready ? 'ready' : 'fetched when first wanted') },
]

export async function listRuntimes(flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.runtimes.list(scope)
  if (json) return printJson(answer)
  print(table(COLUMNS, answer.details, outputWidth()))
}
