import type { Client } from '../../client/client.ts'
import type { RoleChoices, UserSerializer } from '../../client/types.ts'
import { emailKey, passwordFault } from '../../domain/user.ts'
import { Failure, usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { canAsk, confirmDeletion, readPassword } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'
import { rolesText } from './words.ts'

const PAGE = 1000

const COLUMNS: readonly Column<UserSerializer>[] = [
  { title: 'ID', value: (user) => String(user.id) },
  { title: 'EMAIL', value: (user) => user.email, flexible: true },
  { title: 'NAME', value: (user) => user.name, flexible: true },
  { title: 'ROLES', value: (user) => rolesText(user.roles) },
  { title: 'STATE', value: (user) => (user.disabled ? 'disabled' : 'active') },
  { title: 'LAST LOG-IN', value: (user) => user.last_log_in_at ?? 'never' },
]

interface CreateFlags extends ApiFlags {
  readonly email: string
  readonly name?: string
  readonly role?: RoleChoices
  readonly allProjects?: boolean
}

interface UpdateFlags extends ApiFlags {
  readonly email?: string
  readonly name?: string
  readonly role?: RoleChoices | 'none'
  readonly allProjects?: boolean
  readonly disable?: boolean
  readonly enable?: boolean
}

export async function listUsers(
  flags: ApiFlags & { readonly limit?: number; readonly offset?: number },
): Promise<void> {
  const { client, json } = openSession(flags)
  const { limit, offset } = flags
  const answer = await client.users.list({
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  })
  if (json) printJson(answer)
  else print(table(COLUMNS, answer.results, outputWidth()))
}

export async function createUser(flags: CreateFlags): Promise<void> {
  const { email, name = '', role, allProjects = false, project } = flags
  if (allProjects && role === undefined) {
    throw usage('--all-projects says where a role is one: give --role too.')
  }
  const { client, json } = openSession(flags)
  const password = await newPassword(email)
  const everywhere = allProjects ? role : undefined
  const made = await client.users.create({ email, name, password, role: everywhere ?? null })
  const isMember = role !== undefined && !allProjects
  if (isMember) await client.members.set(project, email, role)
  const user = isMember ? await client.users.get(made.id) : made
  if (json) printJson(user)
  else printUser(user)
  if (role === undefined) {
    note(`${email} has no role yet: \`latchkey member set ${email} --role viewer\`.`)
  }
}

export async function updateUser(who: string, flags: UpdateFlags): Promise<void> {
  const { email, name, role, allProjects = false, disable, enable } = flags
  if (allProjects !== (role !== undefined)) {
    throw usage(
      '--role and --all-projects go together here.',
      'For a role on one project: `latchkey member set`.',
    )
  }
  const { client, json } = openSession(flags)
  const body = {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role: role === 'none' ? null : role }),
    ...(disable === true ? { disabled: true } : {}),
    ...(enable === true ? { disabled: false } : {}),
  }
  if (Object.keys(body).length === 0) {
    throw usage('There is nothing to change.', 'See `latchkey user update --help`.')
  }
  const before = await findUser(client, who)
  const user = await client.users.update(before.id, body)
  if (json) printJson(user)
  else printUser(user)
}

export async function setPassword(who: string, flags: ApiFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const { id, email } = await findUser(client, who)
  const user = await client.users.update(id, { password: await newPassword(email) })
  if (json) printJson(user)
  else note(`${email} has another password; all sessions have ended.`)
}

export async function deleteUser(
  who: string,
  flags: ApiFlags & { readonly yes?: boolean },
): Promise<void> {
  const { client } = openSession(flags)
  const user = await findUser(client, who)
  await confirmDeletion(`the user ${user.email}`, flags.yes)
  await client.users.delete(user.id)
  note(`The user ${user.email} is deleted.`)
}

function printUser(user: UserSerializer): void {
  print(
    details([
      ['id', String(user.id)],
      ['email', user.email],
      ['name', user.name],
      ['roles', rolesText(user.roles)],
      ['state', user.disabled ? 'disabled' : 'active'],
    ]),
  )
}

async function findUser(client: Client, who: string): Promise<UserSerializer> {
  if (/^\d{1,10}$/.test(who)) return await client.users.get(Number(who))
  for (let offset = 0; ; offset += PAGE) {
    const { count, results } = await client.users.list({ limit: PAGE, offset })
    const found = results.find(({ email }) => emailKey(email) === emailKey(who))
    if (found !== undefined) return found
    if (offset + PAGE >= count) break
  }
  throw new Failure(
    'notFound',
    `There is no user ${who}.`,
    'See what there is with `latchkey user list`.',
  )
}

/** Asked for twice on a terminal, where nobody sees what was typed. */
async function newPassword(email: string): Promise<string> {
  const password = await readPassword(`New password for ${email}: `)
  const fault = passwordFault(password, email)
  if (fault !== undefined) throw usage(`The password ${fault}.`)
  if (canAsk() && (await readPassword('Once more: ')) !== password) {
    throw usage('The two are not the same. Nothing was changed.')
  }
  return password
}
