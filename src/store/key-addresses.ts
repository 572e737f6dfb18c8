import type { Scope } from '../domain/names.ts'
import type { KeyAddress } from '../domain/usage.ts'
import { addressGroupText } from '../lib/address-group.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import type { Db, Trx } from './dialect.ts'
import { insertEvent } from './events.ts'
import { idByName } from './ids-by-name.ts'
import { countRows, type PageOf } from './paging.ts'

/** Of one key; the oldest are forgotten. */
export const ADDRESSES_MAX = 1_000

/**
 * Keeps from where keys were used, and tells of the addresses that are new: but for a key's first, and for
 * those of a key that is used from everywhere. Addresses that are known already, and keys that are gone,
 * change nothing, so it may be told the same twice.
 */
export async function addKeyAddresses(
  trx: Trx,
  addresses: readonly KeyAddress[],
  nowMs: number,
): Promise<void> {
  const inOrder = addresses.map((one) => ({ ...one, atMs: Math.min(one.atMs, nowMs) }))
  inOrder.sort((a, b) => a.atMs - b.atMs)
  const keys = new Map<string, UsedKey | undefined>()
  for (const one of inOrder) {
    const { keyId, address } = one
    if (await isKnown(trx, keyId, address)) continue
    if (!keys.has(keyId)) keys.set(keyId, await usedKey(trx, keyId))
    const key = keys.get(keyId)
    if (key !== undefined) await addAddress(trx, key, one, nowMs)
  }
}

interface UsedKey {
  readonly scope: Scope
  readonly name: string
  /** How many are kept of it. */
  addresses: number
}

async function usedKey(trx: Trx, keyId: string): Promise<UsedKey | undefined> {
  const key = await trx
    .selectFrom('keys')
    .select(['project_id', 'region_id', 'name', 'created_at_ms'])
    .select(['last_used_at_ms', 'last_used_address'])
    .where('id', '=', keyId)
    .executeTakeFirst()
  if (key === undefined) return undefined
  let addresses = await count(trx, keyId)
  if (addresses === 0 && key.last_used_address) {
    // It was used before addresses were kept, or was deleted and brought back.
    const atMs = key.last_used_at_ms ?? key.created_at_ms
    await insert(trx, keyId, addressGroupText(key.last_used_address), atMs)
    addresses = 1
  }
  return {
    scope: { projectId: key.project_id, regionId: key.region_id },
    name: key.name,
    addresses,
  }
}

async function addAddress(
  trx: Trx,
  key: UsedKey,
  { keyId, address, atMs }: KeyAddress,
  nowMs: number,
): Promise<void> {
  // It may be where the key was used last, which is kept only since a moment ago.
  if (!(await insert(trx, keyId, address, atMs))) return
  key.addresses += 1
  if (key.addresses === 1) return
  if (key.addresses > ADDRESSES_MAX) {
    key.addresses -= 1
    return await forgetOldest(trx, keyId)
  }
  await insertEvent(
    trx,
    {
      type: 'key.new-address',
      scope: key.scope,
      keyId,
      keyName: key.name,
      data: { address, first_seen: utcSeconds(atMs) },
      once: `key.new-address ${keyId} ${address}`,
    },
    nowMs,
  )
}

/** Most are: every process of a node tells anew what it sees. */
async function isKnown(trx: Trx, keyId: string, address: string): Promise<boolean> {
  const row = await trx
    .selectFrom('key_addresses')
    .select('address')
    .where('key_id', '=', keyId)
    .where('address', '=', address)
    .executeTakeFirst()
  return row !== undefined
}

async function insert(trx: Trx, keyId: string, address: string, atMs: number): Promise<boolean> {
  const row = await trx
    .insertInto('key_addresses')
    .values({ key_id: keyId, address, first_seen_ms: atMs })
    .onConflict((conflict) => conflict.doNothing())
    .returning('address')
    .executeTakeFirst()
  return row !== undefined
}

async function count(trx: Trx, keyId: string): Promise<number> {
  const row = await trx
    .selectFrom('key_addresses')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('key_id', '=', keyId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

async function forgetOldest(trx: Trx, keyId: string): Promise<void> {
  await trx
    .deleteFrom('key_addresses')
    .where('key_id', '=', keyId)
    .where('address', '=', (eb) =>
      eb
        .selectFrom('key_addresses')
        .select('address')
        .where('key_id', '=', keyId)
        .orderBy('first_seen_ms')
        .orderBy('address')
        .limit(1),
    )
    .execute()
}

export interface SeenAddress {
  readonly address: string
  readonly firstSeenMs: number
}

/** Newest first; undefined when there is no such key. */
export async function listKeyAddresses(
  db: Db,
  scope: Scope,
  keyName: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<PageOf<SeenAddress> | undefined> {
  const keyId = await idByName(db, 'keys', scope, keyName)
  if (keyId === undefined) return undefined
  const query = db.selectFrom('key_addresses').where('key_id', '=', keyId)
  const rows = await query
    .select(['address', 'first_seen_ms'])
    .orderBy('first_seen_ms', 'desc')
    .orderBy('address')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    count: await countRows(query),
    results: rows.map((row) => ({ address: row.address, firstSeenMs: row.first_seen_ms })),
  }
}
