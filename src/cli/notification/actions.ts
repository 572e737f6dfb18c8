import type { NotificationSerializer, NotificationTypeChoices } from '../../client/types.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

interface ProjectFlags extends ApiFlags {
  readonly allProjects?: boolean
}

interface ListFlags extends ProjectFlags {
  readonly unread?: boolean
  readonly type?: readonly NotificationTypeChoices[]
  readonly limit?: number
  readonly offset?: number
}

const COLUMNS: readonly Column<NotificationSerializer>[] = [
  { title: 'ID', value: ({ id }) => String(id) },
  { title: '', value: ({ read }) => (read ? '' : '*') },
  { title: 'TIME (UTC)', value: ({ created_at: at }) => at },
  { title: 'TYPE', value: ({ type }) => type },
  { title: 'NOTIFICATION', value: ({ title }) => title, flexible: true },
]

export async function listNotifications(flags: ListFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const { unread, type, limit, offset } = flags
  const answer = await client.notifications.list({
    project_id: projectOf(flags),
    type,
    // Left out, and not false, when all are wanted.
    unread: unread === true ? true : undefined,
    limit,
    offset,
  })
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) return note('There are no such notifications.')
  print(table(COLUMNS, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
  if (answer.unread > 0) note(`${answer.unread} unread (*): \`latchkey notification read --all\`.`)
}

export async function readNotifications(
  ids: readonly number[],
  flags: ProjectFlags & { readonly all?: boolean },
): Promise<void> {
  if ((flags.all === true) === ids.length > 0) {
    throw usage(
      'Say which notifications: their numbers, or --all.',
      'See them with `latchkey notification list --unread`.',
    )
  }
  const { client, json } = openSession(flags)
  const answer = await client.notifications.markRead({
    ...(flags.all === true ? { all: true } : { ids: [...ids] }),
    ...(flags.allProjects === true ? {} : { project_id: flags.project }),
  })
  if (json) printJson(answer)
  else note(answer.unread === 0 ? 'Nothing is unread.' : `${answer.unread} unread.`)
}

function projectOf(flags: ProjectFlags): number | undefined {
  return flags.allProjects === true ? undefined : flags.project
}
