import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type FeedSink, Follower } from '../../src/feed/follower.ts'
import { Hub } from '../../src/feed/hub.ts'
import type { FeedSource, SnapshotPart } from '../../src/feed/nodes.ts'
import { Replica } from '../../src/feed/replica.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { unixHttp } from '../../src/lib/unix-http.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { testLease } from '../helpers/lease.ts'

const KEYS = 10_000
const KEYS_A_PART = 500
/** Longer than a loaded machine needs. */
const PATIENCE = { timeout: 20_000, interval: 5 }

let folder: string
const cleanups: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-snapshot-'))
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  rmSync(folder, { recursive: true })
})

function key(keyId: string): KeyEntry {
  const digest = createHash('sha256').update(keyId).digest('hex')
  return { keyId, projectId: 1, name: keyId, digest, expireMs: null, functionIds: [] }
}

/** Ten thousand keys, one revision for each change after them; knows how many snapshots are being read. */
class Source implements FeedSource {
  readonly keys = new Map(Array.from({ length: KEYS }, (_, i) => [`k${i}`, key(`k${i}`)]))
  readonly log = ['']
  open = 0
  /** Called when a part is about to be read. */
  onPart: (part: number) => unknown = () => {}

  put(keyId: string): number {
    this.keys.set(keyId, key(keyId))
    return this.log.push(keyId)
  }

  remove(keyId: string): number {
    this.keys.delete(keyId)
    return this.log.push(keyId)
  }

  async revision() {
    return this.log.length
  }

  async *snapshot(): AsyncGenerator<SnapshotPart> {
    this.open += 1
    try {
      const keys = [...this.keys.values()]
      yield { kind: 'begin', revision: this.log.length, keys: keys.length }
      for (let i = 0; i < keys.length; i += KEYS_A_PART) {
        await this.onPart(i / KEYS_A_PART)
        const json = Buffer.from(JSON.stringify(keys.slice(i, i + KEYS_A_PART)))
        yield { kind: 'keys', json }
      }
    } finally {
      this.open -= 1
    }
  }

  async changesSince(revision: number): Promise<Change> {
    const touched = [...new Set(this.log.slice(revision))]
    return {
      revision: this.log.length,
      routes: [],
      removedFunctionIds: [],
      keys: touched.flatMap((id) => this.keys.get(id) ?? []),
      removedKeyIds: touched.filter((id) => !this.keys.has(id)),
    }
  }
}

async function startHub(source: Source, options: { patienceMs?: number; logs?: string[] } = {}) {
  const { patienceMs, logs } = options
  const logger = logs && pino({ level: 'warn' }, { write: (line: string) => void logs.push(line) })
  const hub = new Hub({
    source,
    socketPath: join(folder, 'control.sock'),
    logger: logger ?? silentLogger(),
    knownNodes: [],
    onNodes: () => {},
    ...(patienceMs === undefined ? {} : { snapshotPatienceMs: patienceMs }),
  })
  await hub.listen()
  cleanups.push(() => hub.close())
  return hub
}

function startNode(name: string) {
  const replica = new Replica(join(folder, name), () => {})
  const follower = new Follower({
    controlSocketPath: join(folder, 'control.sock'),
    nodeName: name,
    nodeSocketPath: join(folder, `${name}.sock`),
    replica,
    lease: testLease(folder),
    clock: systemClock,
    logger: silentLogger(),
  })
  const sink: FeedSink = { load: async () => {}, apply: async () => {} }
  follower.attach(sink)
  follower.start()
  cleanups.push(async () => {
    await follower.stop()
    await replica.close()
  })
  return replica
}

/** A node that has nothing, and reads no more of the answer than its begin. */
async function stuckNode(name: string): Promise<IncomingMessage> {
  const stream = await unixHttp({
    socketPath: join(folder, 'control.sock'),
    method: 'GET',
    path: `/v1/feed?node=${name}&revision=0&address=x`,
    timeoutMs: 10_000,
  })
  cleanups.push(() => stream.destroy())
  stream.on('error', () => {
    // Control destroys it, which is what is waited for.
  })
  return stream
}

function idsOf(replica: Replica): string[] {
  return [...replica.state().keys.entries()].map(({ keyId }) => keyId).sort()
}

describe('a snapshot that is sent', () => {
  it('is followed by what was changed meanwhile', async () => {
    const source = new Source()
    const hub = await startHub(source)
    source.onPart = (part) => {
      source.remove(`k${part}`)
      source.remove(`k${KEYS - 1 - part}`)
      source.put(`new-${part}`)
      source.put('passing')
      hub.announce(source.remove('passing'))
    }
    const replica = startNode('n')
    await expect.poll(() => source.keys.has('new-19'), PATIENCE).toBe(true)
    await expect.poll(() => replica.revision, PATIENCE).toBe(source.log.length)
    expect(idsOf(replica)).toEqual([...source.keys.keys()].sort())
    expect(source.open).toBe(0)
  })

  it('goes to several nodes at once, each with a reading of its own', async () => {
    const source = new Source()
    let most = 0
    source.onPart = () => {
      most = Math.max(most, source.open)
    }
    await startHub(source)
    const replicas = ['a', 'b', 'c'].map(startNode)
    for (const replica of replicas) {
      await expect.poll(() => replica.revision, PATIENCE).toBe(source.log.length)
      expect(idsOf(replica)).toEqual([...source.keys.keys()].sort())
    }
    expect(most).toBeGreaterThan(1)
    expect(source.open).toBe(0)
  })

  it('waits for the node, holding no more than fits between them', async () => {
    const source = new Source()
    let read = 0
    source.onPart = (part) => {
      read = part
    }
    await startHub(source)
    const stream = await stuckNode('n')
    await expect.poll(() => read, PATIENCE).toBeGreaterThan(0)
    // A part is about as long as what a socket holds; the snapshot has twenty.
    const standing = async () => {
      const before = read
      for (let turn = 0; turn < 200; turn++) await new Promise((done) => setImmediate(done))
      return before === read
    }
    await expect.poll(standing, PATIENCE).toBe(true)
    expect(read).toBeLessThan(10)
    expect(source.open).toBe(1)
    stream.resume()
    await expect.poll(() => source.open, PATIENCE).toBe(0)
    expect(read).toBe(KEYS / KEYS_A_PART - 1)
  })

  it('ends when its node is gone', async () => {
    const source = new Source()
    await startHub(source)
    const stream = await stuckNode('n')
    expect(source.open).toBe(1)
    stream.destroy()
    await expect.poll(() => source.open, PATIENCE).toBe(0)
  })

  it('ends when its node connects anew, which gets another', async () => {
    const source = new Source()
    await startHub(source)
    const stuck = await stuckNode('n')
    const replica = startNode('n')
    await expect.poll(() => replica.revision, PATIENCE).toBe(source.log.length)
    stuck.resume()
    await expect.poll(() => stuck.destroyed, PATIENCE).toBe(true)
    expect(source.open).toBe(0)
  })

  it('ends with the node’s connection, and a sentence, when the node does not take it in time', async () => {
    const source = new Source()
    const logs: string[] = []
    const hub = await startHub(source, { patienceMs: 100, logs })
    const stream = await stuckNode('stopped')
    await expect.poll(() => source.open, PATIENCE).toBe(0)
    stream.resume()
    await expect.poll(() => stream.destroyed, PATIENCE).toBe(true)
    expect(logs.join()).toContain('node does not take the snapshot')
    expect(logs.join()).toContain('"node":"stopped"')
    // Nobody has to wait for the others.
    const replica = startNode('n')
    await expect.poll(() => replica.revision, PATIENCE).toBe(source.log.length)
    expect(await hub.anyNode(20_000, source.log.length)).toBe(true)
  })

  it('has ended when control has stopped', async () => {
    const source = new Source()
    const hub = await startHub(source)
    await stuckNode('n')
    expect(source.open).toBe(1)
    await hub.close()
    expect(source.open).toBe(0)
  })
})
