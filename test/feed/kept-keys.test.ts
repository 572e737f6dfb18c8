import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { Replica } from '../../src/feed/replica.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { routeOf } from '../gateway/harness.ts'
import { asEntry, rareMembers } from '../gateway/random-keys.ts'

let folder: string
const opened: Replica[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-kept-'))
})
afterEach(async () => {
  for (const replica of opened.splice(0)) await replica.close()
  rmSync(folder, { recursive: true })
})

function open(): Replica {
  const replica = new Replica(folder, (error) => {
    throw error
  })
  opened.push(replica)
  return replica
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function key(keyId: string, members: Partial<KeyEntry> = {}): KeyEntry {
  const digest = digestOf(keyId)
  return { keyId, projectId: 1, name: keyId, digest, expireMs: null, functionIds: [], ...members }
}

function changeOf(revision: number, members: Partial<Change>): Change {
  return { revision, routes: [], removedFunctionIds: [], keys: [], removedKeyIds: [], ...members }
}

function stateOf(revision: number, entries: readonly KeyEntry[]) {
  const keys = new KeyTableWriter()
  for (const entry of entries) keys.put(entry)
  return { revision, routes: [routeOf({ functionId: 'f1' })], keys }
}

/** The old secret of a key before its own. */
function entriesOf(replica: Replica): KeyEntry[] {
  const rank = ({ keyId, isOld }: KeyEntry) => `${keyId} ${isOld ? 0 : 1}`
  return [...replica.state().keys.entries()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

describe('what a node keeps of its keys on its disk', () => {
  const rotated = [
    key('r', { digest: digestOf('old'), isOld: true, expireMs: 9 }),
    key('r', { hasOld: true, isAwaited: true }),
  ]
  const few = [
    key('d', { isDisabled: true, namespaceIds: ['n1', 'n2'], functionIds: ['f1'] }),
    key('l', { notBeforeMs: 5, limited: [{ id: 'f1', methods: ['GET'], paths: ['/größe'] }] }),
    key('p', { functionIds: ['f1', 'f2'] }),
    ...rotated,
  ]

  it('is all that is known of them, in a snapshot', async () => {
    await open().replace(stateOf(3, few))
    const after = open()
    expect(after.load()).toBe(true)
    expect(entriesOf(after)).toEqual(few)
    expect(after.revision).toBe(3)
  })

  it('is all that is known of them, in the changes since', async () => {
    const before = open()
    await before.replace(stateOf(3, []))
    await before.apply(changeOf(4, { keys: few }))
    await before.apply(changeOf(5, { keys: [key('r', { name: 'finished' })] }))
    await before.apply(changeOf(6, { removedKeyIds: ['d'] }))
    const after = open()
    expect(after.load()).toBe(true)
    expect(entriesOf(after)).toEqual([...few.slice(1, 3), key('r', { name: 'finished' })])
  })

  it('is changed like what was never on a disk: a rotation that ends takes the old secret away', async () => {
    await open().replace(stateOf(3, few))
    const after = open()
    after.load()
    await after.apply(changeOf(4, { keys: [key('r')] }))
    expect(entriesOf(after)).toEqual([...few.slice(0, 3), key('r')])
    const again = open()
    again.load()
    await again.apply(changeOf(5, { keys: rotated }))
    await again.apply(changeOf(6, { removedKeyIds: ['r'] }))
    expect(entriesOf(again)).toEqual(few.slice(0, 3))
  })

  it('is the same whatever they are', async () => {
    const ids = ['f1', 'f2', 'f3']
    const entry = fc
      .record({
        keyId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        projectId: fc.constant(1),
        name: fc.string({ unit: 'grapheme', maxLength: 8 }),
        expireMs: fc.option(fc.integer()),
        functionIds: fc.subarray(ids),
        ...rareMembers(ids, ['n1', 'n2']),
      })
      .map((one) => asEntry({ ...one, digest: digestOf(`${one.keyId} ${one.isOld}`) }))
    await fc.assert(
      fc.asyncProperty(fc.array(entry), fc.array(entry), async (first, later) => {
        const before = open()
        await before.replace(stateOf(1, first))
        await before.apply(changeOf(2, { keys: later }))
        const after = open()
        after.load()
        expect(entriesOf(after)).toEqual(entriesOf(before))
        await after.replace(after.state())
        const again = open()
        again.load()
        expect(entriesOf(again)).toEqual(entriesOf(before))
      }),
      { numRuns: 30 },
    )
  })
})

describe('what the version before this one has kept', () => {
  const FORMER = Buffer.from('LKNODE\x001', 'latin1')
  const snapshotPath = () => join(folder, 'snapshot.bin')
  const version = () => readFileSync(snapshotPath()).toString('latin1', 0, 8)

  /** A snapshot as it was then, and a line of changes behind it. */
  async function keepAsFormer(): Promise<void> {
    const writer = open()
    const state = stateOf(7, [key('a', { functionIds: ['f1'] }), key('b')])
    const { namespaceId: _, ...route } = state.routes[0]!
    await writer.replace({ ...state, routes: [route as never] })
    await writer.apply(changeOf(8, { keys: [key('c', { functionIds: ['f1'] })] }))
    await writer.close()
    const content = readFileSync(snapshotPath())
    FORMER.copy(content)
    writeFileSync(snapshotPath(), content)
  }

  it('is served at once, and asked for anew', async () => {
    await keepAsFormer()
    const replica = open()
    expect(replica.load()).toBe(true)
    expect(entriesOf(replica)).toEqual([
      key('a', { functionIds: ['f1'] }),
      key('b'),
      key('c', { functionIds: ['f1'] }),
    ])
    expect(replica.state().routes.map(({ functionId }) => functionId)).toEqual(['f1'])
    expect(replica.revision).toBe(0)
  })

  it('gives way to a snapshot from control', async () => {
    await keepAsFormer()
    const replica = open()
    replica.load()
    await replica.replace(stateOf(9, [key('a')]))
    expect(version()).toBe('LKNODE\x002')
    const after = open()
    expect([after.load(), after.revision]).toEqual([true, 9])
  })

  it('gives way to one change that has everything', async () => {
    await keepAsFormer()
    const replica = open()
    replica.load()
    const route = routeOf({ functionId: 'f1', namespaceId: 'n1' })
    expect(await replica.apply(changeOf(9, { routes: [route], keys: [key('a')] }))).toBe(true)
    await expect.poll(version).toBe('LKNODE\x002')
    const after = open()
    expect([after.load(), after.revision]).toEqual([true, 9])
    expect(after.state().routes).toEqual([route])
  })
})
