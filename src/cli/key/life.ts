import type { Client } from '../../client/client.ts'
import type { DeletedKeySerializer } from '../../client/types.ts'
import type { Scope } from '../../domain/names.ts'
import { isName } from '../../domain/names.ts'
import { timeLeft } from '../expiry.ts'
import { Failure, usage } from '../failure.ts'
import { type ApiFlags, type PageFlags, pageQuery } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'
import { expireText, lastUseSentence, printKey } from './words.ts'

const COLUMNS: readonly Column<DeletedKeySerializer>[] = [
  { title: 'KEY', value: (key) => key.name },
  { title: 'ID', value: (key) => key.id },
  { title: 'DELETED', value: (key) => key.deleted_at },
  { title: 'BY', value: (key) => key.deleted_by, flexible: true },
  { title: 'CAN COME BACK', value: restorable },
  { title: 'HINT', value: (key) => key.hint },
]

export async function switchKey(name: string, isOn: boolean, flags: ApiFlags): Promise<void> {
  const { client, scope, json, lagging } = openSession(flags)
  const { key, lastUsed } = await client.keys.switch(scope, name, isOn)
  if (json) return printJson(key)
  if (isOn) return note(`The key ${name} is enabled; its status is ${key.status}.`)
  const everywhere = lagging.size === 0 ? ': no function opens with it until it is enabled' : ''
  note(`The key ${name} is disabled${everywhere}.`)
  const sentence = lastUseSentence(lastUsed)
  if (sentence !== undefined) note(sentence)
}

export async function deleteKey(
  name: string,
  flags: ApiFlags & { yes?: boolean; leaked?: boolean },
): Promise<void> {
  const { client, scope, lagging } = openSession(flags)
  const leaked = flags.leaked === true
  const forGood = leaked ? ', which can then never be brought back' : ''
  await confirmDeletion(`the key ${name}${forGood}`, flags.yes)
  const { lastUsed } = await client.keys.delete(scope, name, { leaked })
  const everywhere = lagging.size === 0 ? ': no function opens with it any more' : ''
  note(`The key ${name} is deleted${everywhere}.`)
  const sentence = lastUseSentence(lastUsed)
  if (sentence !== undefined) note(sentence)
  if (!leaked) {
    note(
      `As long as \`latchkey key deleted\` lists it, \`latchkey key restore ${name}\` undoes this.`,
    )
  }
}

export async function listDeletedKeys(flags: ApiFlags & PageFlags<never>): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const answer = await client.deletedKeys.list(scope, pageQuery(flags))
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) return note('There are no deleted keys here.')
  print(table(COLUMNS, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
}

export async function restoreKey(
  nameOrId: string,
  flags: ApiFlags & { name?: string; expire?: string },
): Promise<void> {
  const body = {
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.expire !== undefined && { expire: expireText(flags.expire) }),
  }
  const { client, scope, json } = openSession(flags)
  const id = await deletedId(client, scope, nameOrId)
  const key = await client.deletedKeys.restore(scope, id, body)
  if (json) return printJson(key)
  note(`The key ${key.name} is back, with the secret that it had.`)
  printKey(key)
}

export async function purgeKey(
  nameOrId: string,
  flags: ApiFlags & { yes?: boolean },
): Promise<void> {
  const { client, scope } = openSession(flags)
  const id = await deletedId(client, scope, nameOrId)
  await confirmDeletion(`the deleted key ${nameOrId} for good`, flags.yes)
  await client.deletedKeys.purge(scope, id)
  note(`The deleted key ${nameOrId} is forgotten.`)
}

/** Several deleted keys may have had the same name. */
async function deletedId(client: Client, scope: Scope, nameOrId: string): Promise<string> {
  if (!isName(nameOrId)) return nameOrId
  const { results } = await client.deletedKeys.list(scope, { search: nameOrId })
  const found = results.filter(({ name }) => name === nameOrId)
  const restorable = found.filter(({ leaked }) => !leaked)
  const [only, ...more] = restorable.length > 0 ? restorable : found
  if (only === undefined) {
    throw new Failure('notFound', `There is no deleted key named ${nameOrId}.`, SEE_DELETED)
  }
  if (more.length === 0) return only.id
  throw usage(
    `${more.length + 1} deleted keys were named ${nameOrId}: give the id of one.`,
    SEE_DELETED,
  )
}

const SEE_DELETED = 'See `latchkey key deleted`.'

function restorable(key: DeletedKeySerializer): string {
  const { restorable_until: until } = key
  if (until === null) return 'no, it leaked'
  return `until ${until} (${timeLeft(Date.parse(until), Date.now())})`
}
