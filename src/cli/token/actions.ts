import type { TokenSerializer } from '../../client/types.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'
import { visible } from '../visible.ts'

const COLUMNS: readonly Column<TokenSerializer>[] = [
  { title: 'ID', value: (token) => String(token.id) },
  { title: 'NAME', value: (token) => token.name, flexible: true },
  { title: 'SOURCE', value: (token) => token.source },
  { title: 'CREATED', value: (token) => token.created_at },
]

export async function createToken(name: string, flags: ApiFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const token = await client.tokens.create({ name })
  if (json) printJson(token)
  else printLine(visible(token.token))
  note('This is the token. It is not shown again: keep it now, for `latchkey login`.')
}

export async function listTokens(flags: ApiFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const answer = await client.tokens.list()
  if (json) printJson(answer)
  else print(table(COLUMNS, answer.results, outputWidth()))
}

export async function deleteToken(id: number, flags: ApiFlags & { yes?: boolean }): Promise<void> {
  const { client } = openSession(flags)
  await confirmDeletion(`the API token ${id}`, flags.yes)
  await client.tokens.delete(id)
  note(`The API token ${id} is deleted.`)
}
