import type {
  ApiKeysOrderByChoices,
  FaasApiKeyPatchSerializer,
  FaasApiKeySerializer,
} from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { utcSecondsOrNull } from '../../lib/utc-time.ts'
import { parseExpiry, timeLeft, timeSince } from '../expiry.ts'
import { usage } from '../failure.ts'
import { type ApiFlags, type PageFlags, pageQuery } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'
import { visible } from '../visible.ts'
import { rotationText } from './rotate.ts'

interface CreateFlags extends ApiFlags {
  readonly function?: readonly FunctionName[]
  readonly expire: string
  readonly description?: string
}

interface UpdateFlags extends ApiFlags {
  readonly function?: readonly FunctionName[]
  readonly addFunction?: readonly FunctionName[]
  readonly removeFunction?: readonly FunctionName[]
  readonly expire?: string
  readonly description?: string
}

const COLUMNS: readonly Column<FaasApiKeySerializer>[] = [
  { title: 'KEY', value: (key) => key.name },
  { title: 'STATUS', value: (key) => key.status },
  { title: 'EXPIRES', value: expires },
  { title: 'FUNCTIONS', value: opens, flexible: true },
  { title: 'HINT', value: (key) => key.hint },
]

export async function createKey(name: string, flags: CreateFlags): Promise<void> {
  const expire = expireText(flags.expire)
  const { client, scope, json } = openSession(flags)
  const functions = [...(flags.function ?? [])]
  const key = await client.keys.create(scope, {
    name,
    description: flags.description ?? '',
    expire,
    functions,
  })
  if (json) printJson(key)
  else printLine(visible(key.secret))
  note(
    `This is the secret of ${name}. It is not shown again: keep it now. Expires: ${expires(key)}.`,
  )
  if (functions.length === 0) {
    note(
      `It opens no function yet: \`latchkey key update ${name} --add-function <namespace>/<name>\`.`,
    )
  }
}

export async function listKeys(
  flags: ApiFlags & PageFlags<ApiKeysOrderByChoices> & { expireIn?: number },
): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.keys.list(scope, { ...pageQuery(flags), expire_in: flags.expireIn })
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) return note('There are no keys here.')
  print(table(COLUMNS, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
}

export async function getKey(name: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const key = await client.keys.get(scope, name)
  if (json) printJson(key)
  else printKey(key)
}

export async function updateKey(name: string, flags: UpdateFlags): Promise<void> {
  const change: Partial<FaasApiKeyPatchSerializer> = {}
  if (flags.expire !== undefined) change.expire = expireText(flags.expire)
  if (flags.description !== undefined) change.description = flags.description
  if (flags.function !== undefined) change.functions = [...flags.function]
  const [added, removed] = [flags.addFunction ?? [], flags.removeFunction ?? []]
  if (Object.keys(change).length + added.length + removed.length === 0) {
    throw usage('There is nothing to change.', 'See `latchkey key update --help`.')
  }
  const { client, scope, json } = openSession(flags)
  if (added.length + removed.length > 0) {
    const now = await client.keys.get(scope, name)
    change.functions = changedFunctions(now.functions, added, removed)
  }
  const key = await client.keys.update(scope, name, change)
  if (json) return printJson(key)
  note(`${name} is changed.`)
  printKey(key)
}

export async function deleteKey(name: string, flags: ApiFlags & { yes?: boolean }): Promise<void> {
  const { client, scope, lagging } = openSession(flags)
  await confirmDeletion(`the key ${name}`, flags.yes)
  await client.keys.delete(scope, name)
  const everywhere = lagging.size === 0 ? ': no function opens with it any more' : ''
  note(`The key ${name} is deleted${everywhere}.`)
}

/** What is removed must be there: a wrong name would otherwise leave a door open that seems shut. */
function changedFunctions(
  now: readonly FunctionName[],
  added: readonly FunctionName[],
  removed: readonly FunctionName[],
): FunctionName[] {
  const names = new Map(now.map((fn) => [formatFunctionName(fn), fn]))
  for (const fn of removed) {
    if (names.delete(formatFunctionName(fn))) continue
    throw usage(`The key does not open ${formatFunctionName(fn)}.`, 'See `latchkey key get`.')
  }
  for (const fn of added) names.set(formatFunctionName(fn), fn)
  return [...names.values()]
}

function printKey(key: FaasApiKeySerializer): void {
  print(
    details([
      ['key', key.name],
      ['description', key.description ?? ''],
      ['status', key.status],
      ['expires', expires(key)],
      ['functions', opens(key)],
      ['hint', key.hint],
      ['rotation', rotationText(key.rotation)],
      ['created', key.created_at],
      ['last used', lastUse(key)],
    ]),
  )
}

function lastUse(key: FaasApiKeySerializer): string {
  const { last_used_at: at, last_used_function: fn, last_used_address: address } = key
  if (at === null) return 'never'
  const where = fn === null ? 'for a function that is deleted' : `for ${formatFunctionName(fn)}`
  const from = address === '' ? '' : ` from ${address}`
  return `${at} (${timeSince(Date.parse(at), Date.now())}) ${where}${from}`
}

function expireText(flag: string): string | null {
  const expiry = parseExpiry(flag, Date.now())
  switch (expiry.kind) {
    case 'never':
      return null
    case 'at':
      return utcSecondsOrNull(expiry.ms)
    case 'invalid':
      throw usage(`--expire ${expiry.reason}.`)
  }
}

function expires(key: Pick<FaasApiKeySerializer, 'expire'>): string {
  if (key.expire === null || key.expire === undefined) return 'never'
  return `${key.expire} (${timeLeft(Date.parse(key.expire), Date.now())})`
}

function opens(key: FaasApiKeySerializer): string {
  return key.functions.length === 0 ? 'none' : key.functions.map(formatFunctionName).join(', ')
}
