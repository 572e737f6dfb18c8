import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { change } from '../../src/store/change.ts'
import { ADDRESSES_MAX, listKeyAddresses } from '../../src/store/key-addresses.ts'
import { insertKey } from '../../src/store/keys.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { insertProject, insertRegion } from '../../src/store/projects.ts'
import { addUsage } from '../../src/store/usage.ts'

const START_MS = Date.parse('2026-08-22T11:21:00Z')
const SCOPE = { projectId: 1, regionId: 1 }

let folder: string
let store: Store
let clock: ManualClock
let sequence: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-addresses-'))
  clock = new ManualClock(START_MS)
  store = await openStore({ path: join(folder, 'latchkey.db'), clock })
  sequence = 0
  await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, revision, nowMs, audit }) => {
    const times = { createdAtMs: nowMs, updatedAtMs: nowMs }
    const project = { id: 1, name: 'p', description: null, isDefault: true, ...times }
    await insertProject(trx, project, revision)
    await insertRegion(trx, { id: 1, displayName: 'r', ...times })
    for (const id of ['k1', 'k2']) {
      const key = { id, name: `name-${id}`, description: '', hint: '', expireMs: null }
      await insertKey(trx, { ...SCOPE, ...key, ...times }, `digest ${id}`, revision)
    }
    audit({ action: 'key.created', entityId: 'k1', entityName: 'name-k1' })
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Seen {
  readonly address: string
  readonly keyId?: string
  readonly atMs?: number
}

/** What one flush of a node brings. */
async function bring(...seen: readonly Seen[]): Promise<void> {
  sequence += 1
  const addresses = seen.map(({ keyId = 'k1', address, atMs = START_MS }) => {
    return { keyId, address, atMs }
  })
  const delivery = { node: 'n', boot: 'b', sequence, rows: [], lastUses: [], addresses }
  await addUsage(store, delivery)
}

async function usedBefore(address: string): Promise<void> {
  sequence += 1
  const lastUses = [{ keyId: 'k1', functionId: 'f1', atMs: START_MS - 500, address }]
  await addUsage(store, { node: 'n', boot: 'b', sequence, rows: [], lastUses })
}

async function known(name = 'name-k1') {
  const page = await listKeyAddresses(store.db, SCOPE, name, { limit: 10, offset: 0 })
  return page!.results.map(({ address, firstSeenMs }) => [address, firstSeenMs - START_MS])
}

async function told() {
  const events = await store.db.selectFrom('events').selectAll().orderBy('id').execute()
  return events.map(({ type, key_name, data }) => [type, key_name, JSON.parse(data).address])
}

describe('addresses that a key is used from', () => {
  it('are kept, and each after the first is told of', async () => {
    await bring({ address: '192.0.2.1' })
    expect(await told()).toEqual([])
    clock.advance(5000)
    await bring({ address: '2001:db8::/64', atMs: START_MS + 4000 })
    expect(await known()).toEqual([
      ['2001:db8::/64', 4000],
      ['192.0.2.1', 0],
    ])
    expect(await told()).toEqual([['key.new-address', 'name-k1', '2001:db8::/64']])
  })

  it('are told of once, however often and from however many nodes they come', async () => {
    await bring({ address: '192.0.2.1' }, { address: '192.0.2.2', atMs: START_MS - 1 })
    // The earliest is the first.
    expect(await told()).toEqual([['key.new-address', 'name-k1', '192.0.2.1']])
    for (let again = 0; again < 3; again++) {
      await bring({ address: '192.0.2.2' }, { address: '192.0.2.1' })
    }
    expect(await told()).toHaveLength(1)
    expect(await known()).toEqual([
      ['192.0.2.1', 0],
      ['192.0.2.2', -1],
    ])
  })

  it('are of one key each', async () => {
    await bring({ address: '192.0.2.1' }, { address: '192.0.2.1', keyId: 'k2' })
    await bring({ address: '192.0.2.2', keyId: 'k2' })
    expect(await told()).toEqual([['key.new-address', 'name-k2', '192.0.2.2']])
  })

  it('begin with the last one of a key that was used before they were kept', async () => {
    await usedBefore('2001:db8:0:7:1::9')
    await bring({ address: '2001:db8:0:7::/64' })
    expect(await told()).toEqual([])
    await bring({ address: '192.0.2.1' })
    expect(await told()).toEqual([['key.new-address', 'name-k1', '192.0.2.1']])
    expect(await known()).toEqual([
      ['192.0.2.1', 0],
      ['2001:db8:0:7::/64', -500],
    ])
  })

  it('tell at once of another one for a key that was used before they were kept', async () => {
    await usedBefore('192.0.2.9')
    await bring({ address: '192.0.2.1' })
    expect(await told()).toEqual([['key.new-address', 'name-k1', '192.0.2.1']])
  })

  it('lie never ahead of the clock', async () => {
    await bring({ address: '192.0.2.1', atMs: START_MS + 99_999 })
    expect(await known()).toEqual([['192.0.2.1', 0]])
  })

  it('mean nothing for a key that is gone, and go with their key', async () => {
    await bring({ address: '192.0.2.1', keyId: 'gone' }, { address: '192.0.2.1' })
    await store.db.deleteFrom('keys').where('id', '=', 'k1').execute()
    expect(await store.db.selectFrom('key_addresses').selectAll().execute()).toEqual([])
    const page = { limit: 1, offset: 0 }
    expect(await listKeyAddresses(store.db, SCOPE, 'name-k1', page)).toBeUndefined()
  })

  it('are forgotten, the oldest first, and no longer told of, for a key used from everywhere', async () => {
    const many = Array.from({ length: ADDRESSES_MAX + 5 }, (_, i) => ({
      address: `10.0.${i >> 8}.${i & 255}`,
      atMs: START_MS - 10_000 + i,
    }))
    for (let at = 0; at < many.length; at += 250) await bring(...many.slice(at, at + 250))
    const page = await listKeyAddresses(store.db, SCOPE, 'name-k1', {
      limit: 1,
      offset: ADDRESSES_MAX - 1,
    })
    expect(page).toMatchObject({ count: ADDRESSES_MAX, results: [{ address: '10.0.0.5' }] })
    expect(await told()).toHaveLength(ADDRESSES_MAX - 1)
  })
})
