import type { ChangeTriggerSerializer, TriggerSerializer } from '../../client/types.ts'
import type { FunctionName } from '../../domain/names.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'

interface RequestFlags extends ApiFlags {
  readonly schedule?: string
  readonly timezone?: string
  readonly method?: TriggerSerializer['method']
  readonly path?: string
  readonly header?: readonly string[]
  readonly data?: string
}

const COLUMNS: readonly Column<TriggerSerializer>[] = [
  { title: 'TRIGGER', value: (trigger) => trigger.name },
  { title: 'SCHEDULE', value: (trigger) => trigger.schedule },
  { title: 'TIME ZONE', value: (trigger) => trigger.timezone },
  { title: 'NEXT RUN', value: nextRun },
  { title: 'LAST RUN', value: lastRun, flexible: true },
]

export async function listTriggers(fn: FunctionName, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.triggers.list(scope, fn)
  if (json) return printJson(answer)
  if (answer.results.length === 0) return note('The function has no triggers.')
  print(table(COLUMNS, answer.results, outputWidth()))
}

export async function getTrigger(fn: FunctionName, name: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  show(await client.triggers.get(scope, fn, name), json)
}

export async function createTrigger(
  fn: FunctionName,
  name: string,
  flags: RequestFlags & { schedule: string; disabled?: boolean },
): Promise<void> {
  const body = { name, ...requestOf(flags), schedule: flags.schedule }
  const { client, scope, json } = openSession(flags)
  const enabled = flags.disabled !== true
  show(await client.triggers.create(scope, fn, { ...body, enabled }), json)
}

export async function updateTrigger(
  fn: FunctionName,
  name: string,
  flags: RequestFlags & { enable?: boolean; disable?: boolean },
): Promise<void> {
  const change = requestOf(flags)
  if (flags.enable === true) change.enabled = true
  if (flags.disable === true) change.enabled = false
  if (Object.keys(change).length === 0) {
    throw usage('There is nothing to change.', 'See `latchkey trigger update --help`.')
  }
  const { client, scope, json } = openSession(flags)
  show(await client.triggers.update(scope, fn, name, change), json)
}

export async function runTrigger(fn: FunctionName, name: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const started = await client.triggers.run(scope, fn, name)
  if (json) printJson(started)
  else printLine(started.call_id)
  note(
    `See what becomes of it: \`latchkey call get ${fn.namespace}/${fn.name} ${started.call_id}\`.`,
  )
}

export async function deleteTrigger(
  fn: FunctionName,
  name: string,
  flags: ApiFlags & { yes?: boolean },
): Promise<void> {
  const { client, scope } = openSession(flags)
  await confirmDeletion(`the trigger ${name}`, flags.yes)
  await client.triggers.delete(scope, fn, name)
  note(`The trigger ${name} is deleted.`)
}

function requestOf(flags: RequestFlags): ChangeTriggerSerializer {
  const { schedule, timezone, method, path, header, data } = flags
  const change: ChangeTriggerSerializer = {}
  if (schedule !== undefined) change.schedule = schedule
  if (timezone !== undefined) change.timezone = timezone
  if (method !== undefined) change.method = method
  if (path !== undefined) change.path = path
  if (header !== undefined) change.headers = Object.fromEntries(header.map(headerOf))
  if (data !== undefined) change.body = data
  return change
}

function headerOf(text: string): [string, string] {
  const at = text.indexOf(':')
  if (at <= 0) throw usage('--header must have the form "name: value".')
  return [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()]
}

function show(trigger: TriggerSerializer, json: boolean): void {
  if (json) {
    printJson(trigger)
    return
  }
  print(
    details([
      ['trigger', trigger.name],
      ['schedule', trigger.schedule],
      ['time zone', trigger.timezone],
      ['request', `${trigger.method} ${trigger.path}`],
      ['headers', Object.keys(trigger.headers).join(', ')],
      ['body', trigger.body === null ? '' : `${trigger.body.length} characters`],
      ['next run', nextRun(trigger)],
      ['last run', lastRun(trigger)],
    ]),
  )
}

function nextRun(trigger: TriggerSerializer): string {
  return trigger.next_run_at ?? 'disabled'
}

function lastRun({ last_run: run }: TriggerSerializer): string {
  if (run === null) return 'never'
  return [run.at, run.state, run.reason].filter((part) => part !== null).join(' ')
}
