import type { AuditRowSerializer } from '../../client/types.ts'
import { Failure } from '../failure.ts'
import type { ServerFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openServerSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'
import { type FilterFlags, filtersOf } from './filters.ts'

type Row = AuditRowSerializer

const COLUMNS: readonly Column<Row>[] = [
  { title: 'ROW', value: (row) => String(row.sequence) },
  { title: 'TIME (UTC)', value: (row) => row.at.replace('T', ' ').slice(0, 19) },
  { title: 'ACTION', value: (row) => row.action },
  { title: 'NAME', value: (row) => row.entity_name, flexible: true },
  { title: 'WHO', value: (row) => row.actor, flexible: true },
  { title: 'ADDRESS', value: (row) => row.address },
]

export async function listAudit(
  flags: FilterFlags & { limit: number; oldestFirst?: boolean },
): Promise<void> {
  const { client, json } = openServerSession(flags)
  const oldestFirst = flags.oldestFirst === true
  const answer = await client.audit.list({
    ...filtersOf(flags),
    limit: flags.limit,
    order_by: oldestFirst ? 'asc' : 'desc',
  })
  if (json) return printJson(answer)
  const { results, next } = answer
  if (results.length === 0) return note('Nothing was found.')
  print(table(COLUMNS, results, outputWidth()))
  if (next !== null) note(`There may be more: --${oldestFirst ? 'after' : 'before'} ${next}.`)
}

export async function getAudit(sequence: number, flags: ServerFlags): Promise<void> {
  const { client, json } = openServerSession(flags)
  const only = { after_sequence: sequence - 1, before_sequence: sequence + 1 }
  const [row] = (await client.audit.list(only)).results
  if (row === undefined) throw new Failure('notFound', `There is no row ${sequence}.`)
  if (json) return printJson(row)
  print(
    details([
      ['row', String(row.sequence)],
      ['time', row.at],
      ['action', row.action],
      ['name', row.entity_name],
      ['id', row.entity_id],
      ['project', row.project_id === null ? 'none' : String(row.project_id)],
      ['who', `${row.actor} (${whoOf(row)})`],
      ['address', row.address],
      ['request', row.request_id],
      ['hash', row.hash],
    ]),
  )
  for (const line of changesOf(row)) print(`${line}\n`)
}

function whoOf({ token_id: tokenId, user_id: userId }: Row): string {
  if (userId + tokenId === 0) return 'the server itself'
  const ids = [userId === 0 ? '' : `user ${userId}`, tokenId === 0 ? '' : `token ${tokenId}`]
  return ids.filter((id) => id !== '').join(', ')
}

/** A line for each member that differs: `  expire: null -> "2027-01-01T00:00:00Z"`. */
function changesOf({ before, after }: Row): string[] {
  const [was, is] = [membersOf(before), membersOf(after)]
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  return names.flatMap((name) => {
    const [old, now] = [JSON.stringify(was[name]), JSON.stringify(is[name])]
    if (old === now) return []
    if (old === undefined) return [`  ${name}: ${now}`]
    return [now === undefined ? `  ${name}: ${old} -> gone` : `  ${name}: ${old} -> ${now}`]
  })
}

function membersOf(shown: unknown): Readonly<Record<string, unknown>> {
  return typeof shown === 'object' && shown !== null ? { ...shown } : {}
}
