import { createHash } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type FeedSink, Follower } from '../../src/feed/follower.ts'
import { Hub } from '../../src/feed/hub.ts'
import { startNodeServer } from '../../src/feed/node-server.ts'
import type { FeedSource, Snapshot } from '../../src/feed/nodes.ts'
import { Replica } from '../../src/feed/replica.ts'
import { silentLogger } from '../../src/observability/logger.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lk-feed-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  return folder
}

function key(keyId: string, functionIds: string[] = []): KeyEntry {
  const digest = createHash('sha256').update(keyId).digest('hex')
  return { keyId, projectId: 1, name: keyId, digest, expireMs: null, functionIds }
}

/** A store's worth of keys in memory, one revision per change. */
class MemorySource implements FeedSource {
  readonly keys = new Map<string, KeyEntry>()
  readonly log: string[] = []
  oldest = 0

  put(entry: KeyEntry): number {
    this.keys.set(entry.keyId, entry)
    return this.log.push(entry.keyId)
  }
  remove(keyId: string): number {
    this.keys.delete(keyId)
    return this.log.push(keyId)
  }
  async revision() {
    return this.log.length
  }
  async snapshot(): Promise<Snapshot> {
    return { revision: this.log.length, routes: [], keys: [...this.keys.values()] }
  }
  async changesSince(revision: number): Promise<Change | undefined> {
    if (revision < this.oldest) return undefined
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

class MemorySink implements FeedSink {
  keys = new Set<string>()
  applied: number[] = []
  gate: Promise<void> = Promise.resolve()

  async load(snapshot: Snapshot) {
    await this.gate
    this.keys = new Set(snapshot.keys.map((k) => k.keyId))
    this.applied.push(snapshot.revision)
  }
  async apply(change: Change) {
    await this.gate
    for (const id of change.removedKeyIds) this.keys.delete(id)
    for (const entry of change.keys) this.keys.add(entry.keyId)
    this.applied.push(change.revision)
  }
}

async function startHub(folder: string, source: FeedSource, knownNodes: string[] = []) {
  const names: string[][] = []
  const hub = new Hub({
    source,
    socketPath: join(folder, 'control.sock'),
    logger: silentLogger(),
    knownNodes,
    onNodes: (list) => names.push([...list]),
  })
  await hub.listen()
  let closed = false
  const close = async () => {
    if (!closed) await hub.close()
    closed = true
  }
  cleanups.push(close)
  return { hub, names, close }
}

function startNode(folder: string, name: string, replica = new Replica(join(folder, name))) {
  const sink = new MemorySink()
  const follower = new Follower({
    controlSocketPath: join(folder, 'control.sock'),
    nodeName: name,
    nodeSocketPath: join(folder, `${name}.sock`),
    replica,
    logger: silentLogger(),
  })
  follower.start()
  for (const entry of replica.snapshot().keys) sink.keys.add(entry.keyId)
  follower.attach(sink)
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await follower.stop()
    replica.close()
  }
  cleanups.push(stop)
  return { follower, sink, replica, stop }
}

describe('the feed', () => {
  it('gives a new node a snapshot, then every change, and reports when all have applied it', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    source.put(key('a'))
    const { hub } = await startHub(folder, source)
    const nodes = [startNode(folder, 'n1'), startNode(folder, 'n2')]
    for (const node of nodes) await node.follower.synced()
    expect(await hub.applied(1, 5_000)).toEqual({ revision: 1, laggards: [] })
    for (let i = 0; i < 50; i++) source.put(key(`k${i}`))
    const revision = source.remove('a')
    hub.announce(revision)
    expect(await hub.applied(revision, 5_000)).toEqual({ revision, laggards: [] })
    for (const node of nodes) {
      expect(node.sink.keys).toEqual(new Set(source.keys.keys()))
      expect(node.sink.applied).toEqual(node.sink.applied.toSorted((a, b) => a - b))
    }
  })

  it('names the nodes that have not applied a revision in time', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    const { hub } = await startHub(folder, source)
    const [fast, slow] = [startNode(folder, 'fast'), startNode(folder, 'slow')]
    await Promise.all([fast.follower.synced(), slow.follower.synced()])
    await hub.applied(0, 5_000)
    const gate = Promise.withResolvers<void>()
    slow.sink.gate = gate.promise
    hub.announce(source.put(key('a')))
    expect(await hub.applied(1, 300)).toEqual({ revision: 1, laggards: ['slow'] })
    gate.resolve()
    expect(await hub.applied(1, 5_000)).toEqual({ revision: 1, laggards: [] })
  })

  it('keeps a node that vanished without goodbye among the laggards, and drops one that said it', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    const { hub } = await startHub(folder, source, ['ghost'])
    const node = startNode(folder, 'polite')
    await node.follower.synced()
    await node.stop()
    hub.announce(source.put(key('a')))
    expect(await hub.applied(1, 100)).toEqual({ revision: 1, laggards: ['ghost'] })
  })

  it('catches a node up after control was away, and the node starts from its disk meanwhile', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    source.put(key('a'))
    source.put(key('b'))
    const first = await startHub(folder, source)
    const node = startNode(folder, 'n')
    await node.follower.synced()
    first.hub.announce(source.remove('a'))
    await first.hub.applied(3, 5_000)
    await first.close()
    await node.stop()
    const replica = new Replica(join(folder, 'n'))
    expect(replica.load()).toBe(true)
    expect(replica.snapshot()).toEqual(await source.snapshot())
    const again = startNode(folder, 'n', replica)
    expect(await again.follower.firstOutcome()).toBe('unreachable')
    expect(again.sink.keys).toEqual(new Set(['b']))
    source.put(key('c'))
    const second = await startHub(folder, source, ['n'])
    expect(await second.hub.applied(4, 10_000)).toEqual({ revision: 4, laggards: [] })
    expect(again.sink.keys).toEqual(new Set(['b', 'c']))
  })

  it('sends everything anew to a node that is too far behind or has seen another history', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    for (let i = 0; i < 3_000; i++) source.put(key(`k${i}`))
    const replicaAhead = new Replica(join(folder, 'ahead'))
    replicaAhead.replace({ revision: 9_999, routes: [], keys: [key('other')] })
    const replicaBehind = new Replica(join(folder, 'behind'))
    replicaBehind.replace({ revision: 1, routes: [], keys: [key('old')] })
    source.oldest = 2_000
    const { hub } = await startHub(folder, source)
    const ahead = startNode(folder, 'ahead', replicaAhead)
    const behind = startNode(folder, 'behind', replicaBehind)
    await Promise.all([ahead.follower.synced(), behind.follower.synced()])
    await hub.applied(3_000, 5_000)
    for (const node of [ahead, behind]) {
      expect(node.sink.keys).toEqual(new Set(source.keys.keys()))
      expect(node.replica.revision).toBe(3_000)
    }
  })

  it('asks the nodes for status, logs and a trial over their own sockets', async () => {
    const folder = tempFolder()
    const { hub } = await startHub(folder, new MemorySource())
    expect(await hub.tryVersion({} as never)).toEqual({ kind: 'no-node' })
    const line = {
      timeMs: 1,
      instanceId: 'i',
      stream: 'stdout',
      requestId: null,
      message: 'x',
    } as const
    for (const name of ['n1', 'n2']) {
      const server = await startNodeServer(
        join(folder, `${name}.sock`),
        {
          status: () => ({ f: { total: 2, ready: 1 } }),
          logs: (functionId, limit) => [{ ...line, message: `${name} ${functionId} ${limit}` }],
          tryVersion: async () => ({ kind: 'failed', message: 'no' }),
        },
        silentLogger(),
      )
      cleanups.push(() => server.close())
      await startNode(folder, name).follower.synced()
    }
    await hub.applied(0, 5_000)
    expect(await hub.status()).toEqual(new Map([['f', { total: 4, ready: 2 }]]))
    expect((await hub.logs('f', 5)).map((l) => l.message).sort()).toEqual(['n1 f 5', 'n2 f 5'])
    expect(await hub.tryVersion({} as never)).toEqual({ kind: 'failed', message: 'no' })
  })
})

describe('the journal of a node', () => {
  const change = (revision: number, keyId: string): Change => ({
    revision,
    routes: [],
    removedFunctionIds: [],
    keys: [key(keyId)],
    removedKeyIds: [],
  })

  it('drops a change that was torn by a kill and goes on from the one before', () => {
    const folder = tempFolder()
    const replica = new Replica(folder)
    replica.replace({ revision: 1, routes: [], keys: [] })
    replica.apply(change(2, 'whole'))
    replica.close()
    const path = join(folder, 'changes.ndjson')
    const torn = JSON.stringify(change(3, 'torn'))
    for (let cut = 1; cut < torn.length; cut += 7) {
      const before = readFileSync(path)
      appendFileSync(path, torn.slice(0, cut))
      const again = new Replica(folder)
      expect(again.load()).toBe(true)
      expect(again.revision).toBe(2)
      again.close()
      expect(readFileSync(path)).toEqual(before)
    }
  })

  it('ignores a change that is not newer than what it has', () => {
    const replica = new Replica(tempFolder())
    replica.replace({ revision: 5, routes: [], keys: [] })
    expect(replica.apply(change(5, 'a'))).toBe(false)
    expect(replica.apply(change(7, 'b'))).toBe(true)
    expect(replica.apply(change(6, 'c'))).toBe(false)
    expect(replica.snapshot().keys.map((k) => k.keyId)).toEqual(['b'])
    replica.close()
  })

  it('starts empty from a snapshot file that was cut short', () => {
    const folder = tempFolder()
    const replica = new Replica(folder)
    replica.replace({ revision: 1, routes: [], keys: [key('a')] })
    replica.close()
    const path = join(folder, 'snapshot.ndjson')
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n`)
    expect(new Replica(folder).load()).toBe(false)
  })

  it('folds many changes into a snapshot without losing one', () => {
    const folder = tempFolder()
    const replica = new Replica(folder)
    replica.replace({ revision: 0, routes: [], keys: [] })
    const bulk = 'x'.repeat(200_000)
    for (let i = 1; i <= 50; i++) replica.apply(change(i, `${i}-${bulk}`))
    replica.close()
    const again = new Replica(folder)
    again.load()
    expect(again.snapshot().keys).toHaveLength(50)
    expect(again.revision).toBe(50)
    expect(readFileSync(join(folder, 'changes.ndjson')).length).toBeLessThan(5_000_000)
  })
})
