import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  requestsOf,
  USAGE_WIDTH,
  USAGE_WIDTH_LEAST,
  type UsageRow,
} from '../../src/domain/usage.ts'
import { Hub } from '../../src/feed/hub.ts'
import { parseDelivery, type UsageDelivery } from '../../src/feed/usage-delivery.ts'
import { UsageSender } from '../../src/feed/usage-sender.ts'
import { unixHttp } from '../../src/lib/unix-http.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { feedSource } from '../../src/store/feed.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { addUsage, readUsage } from '../../src/store/usage.ts'

const MINUTE_MS = 60_000
const START_MS = Date.parse('2026-08-22T11:21:00Z')
const PATIENCE = { timeout: 20_000, interval: 10 }

let folder: string
let socketPath: string
let filePath: string
let store: Store
let hub: Hub | undefined
/** What control was given, and what becomes of it. */
let deliveries: UsageDelivery[]
let outcome: (delivery: UsageDelivery, n: number) => 'taken' | 'lost answer' | 'refused'
const senders: UsageSender[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-usage-'))
  socketPath = join(folder, 'control.sock')
  filePath = join(folder, 'usage.json')
  store = await openStore({ path: join(folder, 'latchkey.db') })
  deliveries = []
  outcome = () => 'taken'
})
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.stop()))
  await closeHub()
  await store.close()
  rmSync(folder, { recursive: true })
})

async function openHub(): Promise<void> {
  hub = new Hub({
    source: feedSource(store),
    socketPath,
    logger: silentLogger(),
    knownNodes: [],
    onNodes() {},
    async onUsage(delivery) {
      deliveries.push(delivery)
      const what = outcome(delivery, deliveries.length)
      if (what === 'refused') throw new Error('the store is busy')
      await addUsage(store, delivery)
      if (what === 'lost answer') throw new Error('the answer is lost')
    },
  })
  await hub.listen()
}

async function closeHub(): Promise<void> {
  await hub?.close()
  hub = undefined
}

function startSender(options: { rowsKept?: number } = {}): UsageSender {
  const sender = new UsageSender({
    controlSocketPath: socketPath,
    nodeName: 'node-a',
    filePath,
    logger: silentLogger(),
    ...options,
  })
  senders.push(sender)
  sender.start()
  return sender
}

function row(keyId = 'k', minute = 0, requests = 1): UsageRow {
  const counts = [requests, ...new Array<number>(USAGE_WIDTH - 1).fill(0)]
  return { functionId: 'f', keyId, atMs: START_MS + minute * MINUTE_MS, counts }
}

async function counted(): Promise<number> {
  const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
  const query = { step: 'day' as const, range, isSplit: false, rowsMax: 100 }
  const rows = await readUsage(store.db, { functionId: 'f' }, query)
  return rows.reduce((sum, { counts }) => sum + requestsOf(counts), 0)
}

describe('bringing usage to control', () => {
  it('adds up what several threads counted, in one delivery', async () => {
    await openHub()
    const sender = startSender()
    const use = (atMs: number) => ({ keyId: 'k', functionId: 'f', atMs, address: '192.0.2.1' })
    sender.add([row(), row('other')], [use(START_MS)])
    sender.add([row('k', 0, 4)], [use(START_MS + 5)])
    await expect.poll(counted, PATIENCE).toBe(6)
    expect(deliveries).toHaveLength(1)
    const [{ sequence, rows, lastUses }] = deliveries as [UsageDelivery]
    expect(sequence).toBe(1)
    expect(rows.map((r) => [r.keyId, requestsOf(r.counts)])).toEqual([
      ['k', 5],
      ['other', 1],
    ])
    expect(lastUses).toEqual([use(START_MS + 5)])
    sender.add([row()], [])
    await expect.poll(counted, PATIENCE).toBe(7)
    expect(deliveries.map((d) => d.sequence)).toEqual([1, 2])
    expect(existsSync(filePath)).toBe(false)
  })

  it('counts nothing twice when answers are lost after the commit', async () => {
    outcome = (_, n) => (n % 3 === 0 ? 'taken' : 'lost answer')
    await openHub()
    const sender = startSender()
    const keys = Array.from({ length: 600 }, (_, i) => row(`k${i}`))
    sender.add(keys, [])
    await expect.poll(() => deliveries.at(-1)?.sequence, PATIENCE).toBe(1)
    sender.add(keys, [])
    await expect.poll(() => deliveries.length % 3 === 0 && counted(), PATIENCE).toBe(1200)
    await sender.stop()
    expect(await counted()).toBe(1200)
    expect(deliveries.length).toBeGreaterThan(new Set(deliveries.map((d) => d.sequence)).size)
  })

  it('waits for a control that is away, and survives a restart of its own meanwhile', async () => {
    const first = startSender()
    first.add([row('k', 0, 3)], [])
    await expect.poll(() => existsSync(filePath), PATIENCE).toBe(true)
    first.add([row('k', 1, 4)], [])
    await first.stop()
    const second = startSender()
    second.add([row('k', 2, 5)], [])
    await openHub()
    await expect.poll(counted, PATIENCE).toBe(12)
    await expect.poll(() => existsSync(filePath), PATIENCE).toBe(false)
    expect(new Set(deliveries.map((d) => d.boot)).size).toBe(2)
  })

  it('counts nothing twice when it ends after control has taken what it has on disk', async () => {
    await openHub()
    // Control takes everything from now on, and the node never learns of it.
    outcome = () => 'lost answer'
    const first = startSender()
    first.add([row('k', 0, 3)], [])
    await expect.poll(() => existsSync(filePath), PATIENCE).toBe(true)
    first.add([row('k', 0, 4)], [])
    await first.stop()
    const before = await counted()
    expect(before).toBe(3)
    outcome = () => 'taken'
    startSender()
    await expect.poll(counted, PATIENCE).toBe(7)
    await expect.poll(() => existsSync(filePath), PATIENCE).toBe(false)
  })

  it('brings first uses and addresses, after a restart too, and first uses without waiting for more', async () => {
    const first = startSender()
    first.addFirstUse({ keyId: 'k', digest: 'd1', atMs: START_MS + 5 })
    first.addFirstUse({ keyId: 'k', digest: 'd1', atMs: START_MS })
    first.add([], [], [{ keyId: 'k', address: '192.0.2.1', atMs: START_MS }])
    await expect.poll(() => existsSync(filePath), PATIENCE).toBe(true)
    await first.stop()
    await openHub()
    const second = startSender()
    await expect.poll(() => deliveries.length, PATIENCE).toBe(1)
    expect(deliveries[0]).toMatchObject({
      firstUses: [{ keyId: 'k', digest: 'd1', atMs: START_MS }],
      addresses: [{ keyId: 'k', address: '192.0.2.1', atMs: START_MS }],
    })
    await expect.poll(() => existsSync(filePath), PATIENCE).toBe(false)
    second.addFirstUse({ keyId: 'k', digest: 'd2', atMs: START_MS })
    await expect.poll(() => deliveries.length, PATIENCE).toBe(2)
    expect(deliveries[1]).toMatchObject({
      rows: [],
      firstUses: [{ keyId: 'k', digest: 'd2', atMs: START_MS }],
    })
  })

  it('does not grow while control is away, and loses no request by it', async () => {
    const sender = startSender({ rowsKept: 20 })
    for (let round = 0; round < 50; round++) {
      sender.add(
        Array.from({ length: 10 }, (_, i) => row(`k${round}-${i}`, round)),
        [],
      )
      if (round === 5) await expect.poll(() => existsSync(filePath), PATIENCE).toBe(true)
    }
    await sender.stop()
    await openHub()
    startSender()
    await expect.poll(counted, PATIENCE).toBe(500)
    const rows = deliveries.flatMap((delivery) => delivery.rows)
    expect(rows.length).toBeLessThanOrEqual(2 * 20 + 10 + 1)
  })

  it('begins anew when what it left on disk cannot be read', async () => {
    writeFileSync(filePath, '[{"node":')
    await openHub()
    startSender().add([row()], [])
    await expect.poll(counted, PATIENCE).toBe(1)
  })

  it('goes on after a control that could not write it', async () => {
    outcome = (_, n) => (n < 3 ? 'refused' : 'taken')
    await openHub()
    startSender().add([row()], [])
    await expect.poll(counted, PATIENCE).toBe(1)
    expect(deliveries.map((d) => d.sequence)).toEqual([1, 1, 1])
  })

  it('has nothing to do while nothing is counted', async () => {
    await openHub()
    const setTimeoutOnce = vi.spyOn(globalThis, 'setTimeout')
    try {
      const sender = startSender()
      await new Promise(setImmediate)
      expect(setTimeoutOnce).not.toHaveBeenCalled()
      await sender.stop()
    } finally {
      setTimeoutOnce.mockRestore()
    }
  })
})

describe('a delivery', () => {
  const wire = { node: 'n', boot: 'b', sequence: 1, rows: [], lastUses: [] }
  const counts = new Array<number>(USAGE_WIDTH).fill(1)

  it('is read as it was written', () => {
    const parsed = parseDelivery({
      ...wire,
      rows: [['f', 'k', 5, ...counts]],
      lastUses: [['k', 'f', 7, 'a']],
    })
    expect(parsed).toEqual({
      ...wire,
      rows: [{ functionId: 'f', keyId: 'k', atMs: 5, counts }],
      lastUses: [{ keyId: 'k', functionId: 'f', atMs: 7, address: 'a' }],
    })
  })

  it('is read as an older node, or a file from before, has it: without cold starts', () => {
    const older = counts.slice(0, USAGE_WIDTH_LEAST)
    const [row] = parseDelivery({ ...wire, rows: [['f', 'k', 5, ...older]] })!.rows
    expect(row!.counts).toEqual([...older, 0])
  })

  it('carries first uses and addresses, and is one without them too', () => {
    const more = { firstUses: [['k', 'd', 8]], addresses: [['k', '192.0.2.1', 9]] }
    expect(parseDelivery({ ...wire, ...more })).toEqual({
      ...wire,
      firstUses: [{ keyId: 'k', digest: 'd', atMs: 8 }],
      addresses: [{ keyId: 'k', address: '192.0.2.1', atMs: 9 }],
    })
    expect(parseDelivery(wire)).toEqual(wire)
  })

  it.each([
    ['nothing', null],
    ['text', 'text'],
    ['no sequence', { ...wire, sequence: '1' }],
    ['a row that is too short', { ...wire, rows: [['f', 'k', 5]] }],
    ['a row that is too long', { ...wire, rows: [['f', 'k', 5, ...counts, 1]] }],
    ['a negative count', { ...wire, rows: [['f', 'k', 5, -1, ...counts.slice(1)]] }],
    ['a count that is no number', { ...wire, rows: [['f', 'k', 5, null, ...counts.slice(1)]] }],
    ['first uses that are no list', { ...wire, firstUses: 'k' }],
    ['a first use without a digest', { ...wire, firstUses: [['k', 8]] }],
    ['an address without a time', { ...wire, addresses: [['k', '192.0.2.1', null]] }],
    ['a last use without a time', { ...wire, lastUses: [['k', 'f', 'now', 'a']] }],
  ])('is refused when it is %s', async (_what, body) => {
    expect(parseDelivery(body)).toBeUndefined()
    await openHub()
    const request = { socketPath, method: 'POST' as const, path: '/v1/usage', timeoutMs: 5_000 }
    const response = await unixHttp({ ...request, body })
    expect(response.resume().statusCode).toBe(400)
    expect(deliveries).toEqual([])
  })
})
