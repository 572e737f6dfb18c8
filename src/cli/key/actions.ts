import type { Client } from '../../client/client.ts'
import type { KeyListQuery } from '../../client/keys.ts'
import type { FaasApiKeyPatchSerializer, FaasApiKeySerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../../domain/names.ts'
import { usage } from '../failure.ts'
import type { GrantedFunction, GrantedNamespace } from '../key-grants.ts'
import type { Labels } from '../key-labels.ts'
import { type ApiFlags, type PageFlags, pageQuery } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { readAndChange } from '../read-and-change.ts'
import { openSession } from '../session.ts'
import { outputWidth, table } from '../table.ts'
import { visible } from '../visible.ts'
import { COLUMNS, expires, expireText, notBeforeText, printKey } from './words.ts'

interface CreateFlags extends ApiFlags {
  readonly function?: readonly GrantedFunction[]
  readonly namespace?: readonly GrantedNamespace[]
  readonly label?: Labels
  readonly notBefore?: string
  readonly expire: string
  readonly description?: string
  readonly disabled?: boolean
}

interface ListFlags extends ApiFlags, PageFlags<NonNullable<KeyListQuery['order_by']>> {
  readonly expireIn?: number
  readonly status?: NonNullable<KeyListQuery['status']>
  readonly label?: readonly string[]
  readonly function?: FunctionName
  readonly namespace?: string
  readonly id?: string
}

interface UpdateFlags extends ApiFlags {
  readonly name?: string
  readonly function?: readonly GrantedFunction[]
  readonly addFunction?: readonly GrantedFunction[]
  readonly removeFunction?: readonly FunctionName[]
  readonly namespace?: readonly GrantedNamespace[]
  readonly addNamespace?: readonly GrantedNamespace[]
  readonly removeNamespace?: readonly string[]
  readonly label?: Labels
  readonly removeLabel?: readonly string[]
  readonly notBefore?: string
  readonly expire?: string
  readonly description?: string
}

export async function createKey(name: string, flags: CreateFlags): Promise<void> {
  const body = {
    name,
    description: flags.description ?? '',
    labels: { ...flags.label },
    not_before: flags.notBefore === undefined ? null : notBeforeText(flags.notBefore),
    expire: expireText(flags.expire),
    disabled: flags.disabled ?? false,
    functions: [...(flags.function ?? [])],
    namespaces: [...(flags.namespace ?? [])],
  }
  const { client, scope, json } = openSession(flags)
  const key = await client.keys.create(scope, body)
  if (json) printJson(key)
  else printLine(visible(key.secret))
  note(
    `This is the secret of ${name}. It is not shown again: keep it now. Expires: ${expires(key)}.`,
  )
  if (body.functions.length + body.namespaces.length === 0) {
    note(
      `It opens no function yet: \`latchkey key update ${name} --add-function <namespace>/<name>\`.`,
    )
  }
}

export async function listKeys(flags: ListFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.keys.list(scope, {
    ...pageQuery(flags),
    expire_in: flags.expireIn,
    status: flags.status,
    label: flags.label,
    function: flags.function && formatFunctionName(flags.function),
    namespace: flags.namespace,
    id: flags.id,
  })
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
  const change = plainChange(flags)
  if (Object.keys(change).length === 0 && !isRelative(flags)) {
    throw usage('There is nothing to change.', 'See `latchkey key update --help`.')
  }
  const { client, scope, json } = openSession(flags)
  const key = isRelative(flags)
    ? await changeRelatively(client, scope, name, { change, flags })
    : await client.keys.update(scope, name, change)
  if (json) return printJson(key)
  note(`${key.name} is changed.`)
  printKey(key)
}

async function changeRelatively(
  client: Client,
  scope: Scope,
  name: string,
  { change, flags }: { change: Partial<FaasApiKeyPatchSerializer>; flags: UpdateFlags },
): Promise<FaasApiKeySerializer> {
  return await readAndChange({
    read: (onHeaders) => client.keys.get(scope, name, { onHeaders }),
    change: (now, bound) =>
      client.keys.update(scope, name, { ...change, ...relativeChange(now, flags) }, bound),
  })
}

/** What does not depend on what the key is now. */
function plainChange(flags: UpdateFlags): Partial<FaasApiKeyPatchSerializer> {
  const { name, description, expire, notBefore, function: functions, namespace } = flags
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(expire !== undefined && { expire: expireText(expire) }),
    ...(notBefore !== undefined && { not_before: notBeforeText(notBefore) }),
    ...(functions !== undefined && { functions: [...functions] }),
    ...(namespace !== undefined && { namespaces: [...namespace] }),
  }
}

function isRelative(flags: UpdateFlags): boolean {
  const { addFunction, removeFunction, addNamespace, removeNamespace, label, removeLabel } = flags
  const given = [addFunction, removeFunction, addNamespace, removeNamespace, label, removeLabel]
  return given.some((one) => one !== undefined)
}

function relativeChange(
  now: FaasApiKeySerializer,
  flags: UpdateFlags,
): Partial<FaasApiKeyPatchSerializer> {
  const { addFunction, removeFunction, addNamespace, removeNamespace, label, removeLabel } = flags
  return {
    ...((addFunction || removeFunction) && {
      functions: changed(now.functions, formatFunctionName, addFunction, removeFunction),
    }),
    ...((addNamespace || removeNamespace) && {
      namespaces: changed(
        now.namespaces,
        ({ name }) => name,
        addNamespace,
        removeNamespace?.map((name) => ({ name })),
      ),
    }),
    ...((label || removeLabel) && { labels: changedLabels(now.labels, label, removeLabel) }),
  }
}

/** What is removed must be there: a wrong name would otherwise leave a door open that seems shut. */
function changed<T extends Removed, Removed>(
  now: readonly T[],
  nameOf: (one: Removed) => string,
  added: readonly T[] = [],
  removed: readonly Removed[] = [],
): T[] {
  const names = new Map(now.map((one) => [nameOf(one), one]))
  for (const one of removed) {
    if (names.delete(nameOf(one))) continue
    throw usage(`The key does not open ${nameOf(one)}.`, 'See `latchkey key get`.')
  }
  for (const one of added) names.set(nameOf(one), one)
  return [...names.values()]
}

function changedLabels(
  now: Labels,
  added: Labels = {},
  removed: readonly string[] = [],
): Record<string, string> {
  const gone = removed.find((name) => !Object.hasOwn(now, name))
  if (gone !== undefined) {
    throw usage(`The key has no label ${gone}.`, 'See `latchkey key get`.')
  }
  const kept = Object.entries(now).filter(([name]) => !removed.includes(name))
  return { ...Object.fromEntries(kept), ...added }
}
