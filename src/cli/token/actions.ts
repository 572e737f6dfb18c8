import type { RoleChoices, TokenSerializer } from '../../client/types.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'
import { expiresText, rolesText } from '../user/words.ts'
import { visible } from '../visible.ts'

const COLUMNS: readonly Column<TokenSerializer>[] = [
  { title: 'ID', value: (token) => String(token.id) },
  { title: 'NAME', value: (token) => token.name, flexible: true },
  { title: 'ROLES', value: (token) => rolesText(token.roles) },
  { title: 'EXPIRES', value: (token) => token.expire ?? 'never' },
  { title: 'LAST USED', value: (token) => token.last_used_at ?? 'never' },
  { title: 'ISSUED BY', value: (token) => token.issued_by, flexible: true },
  { title: 'SOURCE', value: (token) => token.source },
]

interface CreateFlags extends ApiFlags {
  readonly role?: RoleChoices
  readonly allProjects?: boolean
  readonly expires: string
  readonly description?: string
}

export async function createToken(name: string, flags: CreateFlags): Promise<void> {
  const { role, allProjects = false, project, description = '' } = flags
  if (allProjects && role === undefined) {
    throw usage('--all-projects says where a role is one: give --role too.')
  }
  const { client, json } = openSession(flags)
  const roles =
    role === undefined ? {} : { roles: [{ project_id: allProjects ? null : project, role }] }
  const expire = expiresText(flags.expires)
  const token = await client.tokens.create({ name, description, expire, ...roles })
  if (json) printJson(token)
  else printLine(visible(token.token))
  const life = token.expire === null ? 'never' : token.expire
  note(
    `This is the token. It is not shown again: keep it now, for \`latchkey login\`. Roles: ${rolesText(token.roles)}. Expires: ${life}.`,
  )
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
