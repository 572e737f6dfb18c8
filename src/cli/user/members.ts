import type { MemberSerializer, RoleChoices } from '../../client/types.ts'
import { ROLES } from '../../domain/role.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

const COLUMNS: readonly Column<MemberSerializer>[] = [
  { title: 'ID', value: (member) => String(member.user_id) },
  { title: 'EMAIL', value: (member) => member.email, flexible: true },
  { title: 'ROLE', value: (member) => member.role },
  { title: 'ON', value: (member) => (member.all_projects ? 'all projects' : 'this project') },
  { title: 'STATE', value: (member) => (member.disabled ? 'disabled' : 'active') },
  { title: 'SINCE', value: (member) => member.since },
]

export async function listMembers(flags: ApiFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const answer = await client.members.list(flags.project)
  if (json) printJson(answer)
  else print(table(COLUMNS, answer.results, outputWidth()))
}

export async function setMember(
  who: string,
  flags: ApiFlags & { readonly role: string },
): Promise<void> {
  const role = ROLES.find((one) => one === flags.role)
  if (role === undefined) throw usage(`The role must be one of ${ROLES.join(', ')}.`)
  const { client, json } = openSession(flags)
  const member = await client.members.set(flags.project, who, role satisfies RoleChoices)
  if (json) printJson(member)
  else note(`${member.email} is ${member.role} of project ${flags.project}.`)
}

export async function removeMember(
  who: string,
  flags: ApiFlags & { readonly yes?: boolean },
): Promise<void> {
  const { client } = openSession(flags)
  await confirmDeletion(`the role of ${who} on project ${flags.project}`, flags.yes)
  await client.members.remove(flags.project, who)
  note(`${who} has no role of its own on project ${flags.project} any more.`)
}
