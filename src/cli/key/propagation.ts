import type { KeyPropagationSerializer, NodePropagationSerializer } from '../../client/types.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

const COLUMNS: readonly Column<NodePropagationSerializer>[] = [
  { title: 'NODE', value: (node) => node.name, flexible: true },
  { title: 'CONNECTED', value: (node) => (node.connected ? 'yes' : 'no') },
  { title: 'APPLIED', value: (node) => (node.applied ? 'yes' : 'no') },
  { title: 'REVISION', value: (node) => String(node.applied_revision ?? 'unknown') },
  { title: 'SILENT FOR', value: silence },
]

export async function keyPropagation(name: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.keys.propagation(scope, name)
  if (json) return printJson(answer)
  if (answer.nodes.length > 0) print(table(COLUMNS, answer.nodes, outputWidth()))
  note(summary(answer))
}

function summary({ key, deleted, revision, state, nodes }: KeyPropagationSerializer): string {
  const what = `${deleted ? 'The deletion' : 'The newest change'} of ${key} (revision ${revision})`
  if (nodes.length === 0) return `${what} is stored; no data node is known.`
  const waited = nodes.filter((node) => node.counts && !node.applied).map(({ name }) => name)
  if (waited.length === 0) return `${what} is in force everywhere.`
  const names = waited.join(', ')
  return state === 'pending'
    ? `${what} is on its way to ${names}.`
    : `${what} is not in force on ${names}: what it takes away may still be let through there.`
}

function silence({ silent_for_seconds: seconds, counts }: NodePropagationSerializer): string {
  const text = seconds === null ? 'unknown' : `${Math.round(seconds)} s`
  return counts ? text : `${text} (serves nobody)`
}
