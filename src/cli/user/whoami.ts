import type { ApiFlags } from '../options.ts'
import { print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { details } from '../table.ts'
import { rolesText } from './words.ts'

export async function whoami(flags: ApiFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const me = await client.me.get()
  if (json) return printJson(me)
  print(
    details([
      [me.kind, `${me.name} (${me.id})`],
      ...(me.kind === 'token' && me.email !== null ? ([['person', me.email]] as const) : []),
      ['roles', rolesText(me.roles)],
      ['expires', me.expire ?? 'never'],
    ]),
  )
}
