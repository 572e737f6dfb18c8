import type { CallSerializer, CallStateChoices } from '../../client/types.ts'
import type { FunctionName } from '../../domain/names.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'

interface ListFlags extends ApiFlags {
  readonly state?: CallStateChoices
  readonly limit?: number
  readonly offset?: number
}

const COLUMNS: readonly Column<CallSerializer>[] = [
  { title: 'CALL', value: (call) => call.id },
  { title: 'STATE', value: (call) => call.state },
  { title: 'TRIES', value: (call) => String(call.attempts) },
  { title: 'ANSWER', value: answerOf },
  { title: 'ACCEPTED', value: (call) => call.accepted_at },
  { title: 'REQUEST', value: (call) => `${call.method} ${call.path}`, flexible: true },
]

export async function listCalls(name: FunctionName, flags: ListFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const { state, limit, offset } = flags
  const answer = await client.functions.calls(scope, name, { state, limit, offset })
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) return note('There are no such calls.')
  print(table(COLUMNS, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
}

export async function getCall(name: FunctionName, id: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const call = await client.functions.call(scope, name, id)
  if (json) return printJson(call)
  print(
    details([
      ['call', call.id],
      ['state', call.state],
      ['request', `${call.method} ${call.path}`],
      ['body', `${call.body_bytes} bytes`],
      ['key', call.key_id ?? ''],
      ['trigger', call.trigger ?? ''],
      ['tries', String(call.attempts)],
      ['answer', answerOf(call)],
      ['accepted', call.accepted_at],
      ['last try', call.started_at ?? ''],
      ['next try', call.next_attempt_at ?? ''],
      ['ended', call.ended_at ?? ''],
      ['kept until', call.expires_at ?? ''],
    ]),
  )
}

export async function retryCall(name: FunctionName, id: string, flags: ApiFlags): Promise<void> {
  const { client, scope } = openSession(flags)
  await client.functions.retryCall(scope, name, id)
  note(`${id} is tried again.`)
}

export async function deleteCall(
  name: FunctionName,
  id: string,
  flags: ApiFlags & { yes?: boolean },
): Promise<void> {
  const { client, scope } = openSession(flags)
  await confirmDeletion(`the call ${id}`, flags.yes)
  await client.functions.deleteCall(scope, name, id)
  note(`The call ${id} is deleted.`)
}

function answerOf({ status, code }: CallSerializer): string {
  return [status, code].filter((part) => part !== null).join(' ')
}
