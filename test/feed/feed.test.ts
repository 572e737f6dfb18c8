import { createHash } from 'node:crypto'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type FeedSink, Follower } from '../../src/feed/follower.ts'
import { Hub } from '../../src/feed/hub.ts'
import { startNodeServer } from '../../src/feed/node-server.ts'
import type { FeedSource, NodeState, SnapshotPart } from '../../src/feed/nodes.ts'
import { Replica } from '../../src/feed/replica.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { routeOf } from '../gateway/harness.ts'
import { logLine } from '../helpers/hand-made-logs.ts'
import { testLease } from '../helpers/lease.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'

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

function openReplica(folder: string, damages: Error[] = []): Replica {
  return new Replica(folder, (error) => damages.push(error))
}

function stateOf(revision: number, entries: readonly KeyEntry[]): NodeState {
  const keys = new KeyTableWriter()
  keys.apply({ keys: entries, removedKeyIds: [] })
  return { revision, routes: [], keys }
}

function keysOf(state: NodeState): KeyEntry[] {
  return sorted([...state.keys.entries()])
}

function sorted(keys: readonly KeyEntry[]): KeyEntry[] {
  return [...keys].sort(byId)
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
  async *snapshot(): AsyncGenerator<SnapshotPart> {
    const keys = [...this.keys.values()]
    yield { kind: 'begin', revision: this.log.length, keys: keys.length }
    for (let i = 0; i < keys.length; i += 500) {
      yield { kind: 'keys', json: Buffer.from(JSON.stringify(keys.slice(i, i + 500))) }
    }
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

  async load(state: NodeState) {
    await this.gate
    this.keys = new Set(keysOf(state).map((k) => k.keyId))
    this.applied.push(state.revision)
  }
  async apply(change: Change) {
    await this.gate
    for (const id of change.removedKeyIds) this.keys.delete(id)
    for (const entry of change.keys) this.keys.add(entry.keyId)
    this.applied.push(change.revision)
  }
}

async function startHub(folder: string, source: FeedSource, known: string[] = []) {
  const names: string[][] = []
  const hub = new Hub({
    source,
    socketPath: join(folder, 'control.sock'),
    logger: silentLogger(),
    knownNodes: known.map((name) => ({ name, staleAfterMs: 0 })),
    onNodes: (list) => void names.push(list.map(({ name }) => name)),
    lookEveryMs: 50,
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

function startNode(
  folder: string,
  name: string,
  replica = openReplica(join(folder, name)),
  logger = silentLogger(),
  lease = testLease(folder),
) {
  const sink = new MemorySink()
  const follower = new Follower({
    controlSocketPath: join(folder, 'control.sock'),
    nodeName: name,
    nodeSocketPath: join(folder, `${name}.sock`),
    replica,
    lease,
    clock: systemClock,
    logger,
  })
  follower.start()
  for (const entry of replica.state().keys.entries()) sink.keys.add(entry.keyId)
  follower.attach(sink)
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await follower.stop()
    await replica.close()
  }
  cleanups.push(stop)
  return { follower, sink, replica, stop }
}

describe('the feed', () => {
  it('says why a node cannot keep up, stays quiet about control being away, and finds a node that can', async () => {
    const folder = tempFolder()
    const lines: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
    const source = new MemorySource()
    const away = startNode(folder, 'n1', openReplica(join(folder, 'n1')), logger)
    expect(await away.follower.firstOutcome()).toBe('unreachable')
    expect(lines).toEqual([])
    await away.stop()

    // Not the first revision: a node that has none yet gets a snapshot instead of a change.
    const first = source.put(key('first'))
    const { hub } = await startHub(folder, source)
    const node = startNode(folder, 'n2', openReplica(join(folder, 'n2')), logger)
    expect(await hub.anyNode(10_000, first)).toBe(true)
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const apply = vi.spyOn(node.replica, 'apply').mockRejectedValue(full)
    const revision = source.put(key('a'))
    hub.announce(revision)
    await expect.poll(() => lines.join(), { timeout: 10_000 }).toContain('no space left on device')
    expect(await hub.anyNode(0, revision)).toBe(false)
    apply.mockRestore()
    expect(await hub.anyNode(10_000, revision)).toBe(true)
  })

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

  it('finds what was committed without a word, as another process would', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    const { hub } = await startHub(folder, source)
    const node = startNode(folder, 'n')
    await node.follower.synced()
    source.put(key('unannounced'))
    expect(await hub.applied(1, 30_000)).toEqual({ revision: 1, laggards: [] })
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
    const replica = openReplica(join(folder, 'n'))
    expect(replica.load()).toBe(true)
    const { keys } = await wholeSnapshot(source)
    expect(keysOf(replica.state())).toEqual(sorted(keys))
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
    const replicaAhead = openReplica(join(folder, 'ahead'))
    await replicaAhead.replace(stateOf(9_999, [key('other')]))
    const replicaBehind = openReplica(join(folder, 'behind'))
    await replicaBehind.replace(stateOf(1, [key('old')]))
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

  it('waits for a node that is still being given everything when a change comes', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    for (let i = 0; i < 2_000; i++) source.put(key(`k${i}`))
    const { hub } = await startHub(folder, source)
    const gate = Promise.withResolvers<void>()
    const node = startNode(folder, 'n')
    node.sink.gate = gate.promise
    await node.follower.synced()
    const revision = source.remove('k7')
    hub.announce(revision)
    expect(await hub.applied(revision, 100)).toEqual({ revision, laggards: ['n'] })
    expect(hub.standing(revision)).toMatchObject({ state: 'lagging', nodes: [{ name: 'n' }] })
    const waited = hub.applied(revision, 10_000)
    expect(hub.standing(revision).state).toBe('pending')
    gate.resolve()
    expect(await waited).toEqual({ revision, laggards: [] })
    expect(hub.standing(revision).state).toBe('applied')
    expect(node.sink.keys.has('k7')).toBe(false)
  })

  it('brings what was committed and never announced, control having ended in between', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    source.put(key('a'))
    const first = await startHub(folder, source)
    const node = startNode(folder, 'n')
    expect(await first.hub.anyNode(10_000, 1)).toBe(true)
    expect(first.names).toEqual([['n']])
    source.remove('a')
    await first.close()
    const { hub } = await startHub(folder, source, ['n'])
    // Before the node is back: it is known, and may serve.
    expect(hub.standing(2).state).toBe('lagging')
    expect(await hub.applied(2, 10_000)).toEqual({ revision: 2, laggards: [] })
    expect(node.sink.keys.size).toBe(0)
  })

  it('gives a sink that has failed on a change everything before it acknowledges', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    source.put(key('a'))
    const { hub } = await startHub(folder, source)
    const node = startNode(folder, 'n')
    expect(await hub.anyNode(10_000, 1)).toBe(true)
    const apply = vi.spyOn(node.sink, 'apply').mockRejectedValueOnce(new Error('failed once'))
    const load = vi.spyOn(node.sink, 'load')
    const revision = source.remove('a')
    hub.announce(revision)
    expect(await hub.applied(revision, 10_000)).toEqual({ revision, laggards: [] })
    expect([apply.mock.calls.length, load.mock.calls.length]).toEqual([1, 1])
    expect(node.sink.keys.size).toBe(0)
  })

  it('knows two nodes of one name apart, and refuses the second', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    source.put(key('a'))
    const { hub } = await startHub(folder, source)
    const first = startNode(folder, 'n')
    expect(await hub.anyNode(10_000, 1)).toBe(true)
    const second = startNode(folder, 'n', openReplica(join(folder, 'n2')))
    expect(await second.follower.firstOutcome()).toBe('name-taken')
    // Its goodbye is not the other one's.
    await second.stop()
    const gate = Promise.withResolvers<void>()
    first.sink.gate = gate.promise
    const revision = source.remove('a')
    hub.announce(revision)
    expect(await hub.applied(revision, 100)).toEqual({ revision, laggards: ['n'] })
    gate.resolve()
    expect(await hub.applied(revision, 10_000)).toEqual({ revision, laggards: [] })
  })

  it('prolongs the time of a node as long as that has the newest', async () => {
    const folder = tempFolder()
    const source = new MemorySource()
    source.put(key('a'))
    const { hub } = await startHub(folder, source)
    let untilMs = 0
    const lease = testLease(folder, 1_000, (ms) => {
      untilMs = ms
    })
    const node = startNode(folder, 'n', openReplica(join(folder, 'n')), silentLogger(), lease)
    expect(await hub.anyNode(10_000, 1)).toBe(true)
    const first = untilMs
    await expect.poll(() => untilMs, { timeout: 10_000 }).toBeGreaterThan(first)
    const gate = Promise.withResolvers<void>()
    node.sink.gate = gate.promise
    const revision = source.remove('a')
    hub.announce(revision)
    await expect.poll(() => untilMs < Date.now(), { timeout: 10_000 }).toBe(true)
    gate.resolve()
    await expect.poll(() => untilMs > Date.now(), { timeout: 10_000 }).toBe(true)
  })

  it('asks the nodes for status, logs and a trial over their own sockets', async () => {
    const folder = tempFolder()
    const { hub } = await startHub(folder, new MemorySource())
    expect(await hub.tryVersion({} as never)).toEqual({ kind: 'no-node' })
    for (const name of ['n1', 'n2']) {
      const server = await startNodeServer(
        join(folder, `${name}.sock`),
        {
          status: () => ({ f: { total: 2, ready: 1 } }),
          logs: async (functionId, { limit }) => ({
            lines: [logLine({ message: `${name} ${functionId} ${limit}` })],
            position: 1,
          }),
          async *followLogs() {},
          tryVersion: async () => ({ kind: 'failed', message: 'no' }),
        },
        silentLogger(),
      )
      cleanups.push(() => server.close())
      await startNode(folder, name).follower.synced()
    }
    await hub.applied(0, 5_000)
    expect(await hub.status()).toEqual(new Map([['f', { total: 4, ready: 2 }]]))
    expect((await hub.logs('f', { limit: 5 })).map((l) => l.message).sort()).toEqual([
      'n1 f 5',
      'n2 f 5',
    ])
    expect(await hub.tryVersion({} as never)).toEqual({ kind: 'failed', message: 'no' })
  })
})

describe('the journal of a node', () => {
  const change = (revision: number, keys: KeyEntry[], removedKeyIds: string[] = []): Change => ({
    revision,
    routes: [],
    removedFunctionIds: [],
    keys,
    removedKeyIds,
  })
  const names = (replica: Replica) => keysOf(replica.state()).map((k) => k.keyId)
  const changesFile = (folder: string) =>
    join(folder, readdirSync(folder).find((name) => name.startsWith('changes-'))!)

  it('drops a change that was torn by a kill and goes on from the one before', async () => {
    const folder = tempFolder()
    const replica = openReplica(folder)
    await replica.replace(stateOf(1, []))
    await replica.apply(change(2, [key('whole')]))
    await replica.close()
    const path = changesFile(folder)
    const torn = JSON.stringify(change(3, [key('torn')]))
    for (let cut = 1; cut < torn.length; cut += 7) {
      const before = readFileSync(path)
      appendFileSync(path, torn.slice(0, cut))
      const again = openReplica(folder)
      expect(again.load()).toBe(true)
      expect(again.revision).toBe(2)
      await again.close()
      expect(readFileSync(path)).toEqual(before)
    }
  })

  it('ignores a change that is not newer than what it has', async () => {
    const replica = openReplica(tempFolder())
    await replica.replace(stateOf(5, []))
    expect(await replica.apply(change(5, [key('a')]))).toBe(false)
    expect(await replica.apply(change(7, [key('b')]))).toBe(true)
    expect(await replica.apply(change(6, [key('c')]))).toBe(false)
    expect(names(replica)).toEqual(['b'])
    await replica.close()
  })

  it('keeps every key with all that is known of it, and the routes', async () => {
    const folder = tempFolder()
    const routes = Array.from({ length: 450 }, (_, i) => routeOf({ functionId: `f${i}` }))
    const entries = Array.from({ length: 5_000 }, (_, i) => ({
      ...key(`k${i}`, [`f${i % 450}`, `f${(i * 7 + 1) % 450}`].sort()),
      name: `größer ${i}`,
      projectId: i % 9,
      expireMs: i % 3 === 0 ? null : i,
    }))
    const replica = openReplica(folder)
    await replica.replace({ ...stateOf(3, entries), routes })
    const later = { ...key('k7', ['f-new']), expireMs: 9 }
    await replica.apply(change(4, [later], ['k8']))
    await replica.close()
    const again = openReplica(folder)
    expect(again.load()).toBe(true)
    expect(again.state()).toMatchObject({ revision: 4, routes })
    const kept = entries.filter(({ keyId }) => keyId !== 'k8')
    const expected = kept.map((entry) => (entry.keyId === 'k7' ? later : entry))
    expect(keysOf(again.state())).toEqual(sorted(expected))
    await again.close()
  })

  it('starts empty from a snapshot that is not whole, to the last bit', async () => {
    const folder = tempFolder()
    const replica = openReplica(folder)
    await replica.replace(stateOf(1, [key('a', ['f1']), key('b', ['f2'])]))
    await replica.close()
    const path = join(folder, 'snapshot.bin')
    const whole = readFileSync(path)
    const damages: Error[] = []
    for (let at = 0; at < whole.length; at++) {
      const broken = Buffer.from(whole)
      broken[at]! ^= 1 << (at % 8)
      writeFileSync(path, broken)
      expect(openReplica(folder, damages).load()).toBe(false)
      writeFileSync(path, whole.subarray(0, at))
      expect(openReplica(folder, damages).load()).toBe(false)
    }
    expect(damages).toHaveLength(2 * whole.length)
    writeFileSync(path, whole)
    expect(openReplica(folder).load()).toBe(true)
  })

  it('forgets the changes of another history that a kill left beside the new one', async () => {
    const folder = tempFolder()
    const replica = openReplica(folder)
    await replica.replace(stateOf(10, []))
    await replica.apply(change(11, [key('other')]))
    const left = readFileSync(changesFile(folder))
    const path = changesFile(folder)
    await replica.replace(stateOf(2, [key('restored')]))
    await replica.close()
    writeFileSync(path, left)
    const again = openReplica(folder)
    expect(again.load()).toBe(true)
    expect([again.revision, names(again)]).toEqual([2, ['restored']])
    await again.close()
  })

  it('goes on from the old snapshot and all changes when a kill stops a new one', async () => {
    const folder = tempFolder()
    const replica = openReplica(folder)
    await replica.replace(stateOf(1, [key('a')]))
    await replica.apply(change(2, [key('b')]))
    const before = readdirSync(folder).map(
      (name) => [name, readFileSync(join(folder, name))] as const,
    )
    const folding = replica.replace(replica.state())
    // As the kill would find it: the new generation has begun, the snapshot is the old one.
    await folding
    await replica.apply(change(3, [key('c')], ['a']))
    await replica.close()
    for (const [name, content] of before) writeFileSync(join(folder, name), content)
    const again = openReplica(folder)
    expect(again.load()).toBe(true)
    expect([again.revision, names(again)]).toEqual([3, ['b', 'c']])
    await again.close()
  })

  it('folds many changes into a snapshot while more come, without losing one', async () => {
    const folder = tempFolder()
    const replica = openReplica(folder)
    await replica.replace(stateOf(0, []))
    const bulk = 'x'.repeat(20_000)
    const expected = new Set<string>()
    for (let i = 1; i <= 1_000; i++) {
      const removed = i % 3 === 0 ? [`k${i - 1}`] : []
      for (const id of removed) expected.delete(id)
      expected.add(`k${i}`)
      await replica.apply(change(i, [{ ...key(`k${i}`), name: `${i}-${bulk}` }], removed))
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await replica.close()
    const again = openReplica(folder)
    expect(again.load()).toBe(true)
    expect(new Set(names(again))).toEqual(expected)
    expect(again.revision).toBe(1_000)
    await again.close()
  })

  it('moves to a new table when most of the old one is waste, without losing a change', async () => {
    const replica = openReplica(tempFolder())
    const entries = Array.from({ length: 30_000 }, (_, i) => ({
      ...key(`k${i}`),
      name: 'x'.repeat(900),
    }))
    await replica.replace(stateOf(1, entries))
    const old = replica.state().keys
    const ids = entries.map(({ keyId }) => keyId)
    await replica.apply(change(2, [], ids.slice(20)))
    await replica.apply(change(3, [key('new'), key('k1', ['f1'])], ['k0']))
    for (let revision = 4; !replica.takeMoved(); revision++) {
      await replica.apply(change(revision, [key(`later-${revision}`)]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { keys } = replica.state()
    expect(keys).not.toBe(old)
    expect([...keys.entries()].sort(byId)).toEqual([...old.entries()].sort(byId))
    expect(keys.bytes).toBeLessThan(old.bytes / 10)
    await replica.close()
  })
})

function byId(a: KeyEntry, b: KeyEntry): number {
  return a.keyId < b.keyId ? -1 : 1
}
