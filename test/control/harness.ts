import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildOutcome } from '../../src/build/builder.ts'
import { createControl, type RunningControl } from '../../src/control/create.ts'
import type { ControlDeps } from '../../src/control/deps.ts'
import { ensureFoundation } from '../../src/control/first-start.ts'
import type { NewFunction } from '../../src/control/functions-control.ts'
import type { ChangeContext } from '../../src/control/requests.ts'
import type { Source } from '../../src/domain/function.ts'
import type { Principal } from '../../src/domain/principal.ts'
import { OWNER_OF_ALL } from '../../src/domain/role.ts'
import type { Route } from '../../src/domain/routes.ts'
import { resolveRuntime } from '../../src/domain/runtime.ts'
import type { InstanceCounts, Nodes, RevisionStanding, TryOutcome } from '../../src/feed/nodes.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { HandMadeLogs } from '../helpers/hand-made-logs.ts'

export const SCOPE = { projectId: 1, regionId: 1 }
export const START_MS = Date.parse('2026-08-22T11:21:00Z')
export const CONTEXT: ChangeContext = {
  actor: { tokenId: 1, userId: 0, name: 'tester', requestId: 'req_test', address: '192.0.2.7' },
}
/** The token of the first start, as authentication knows it. */
export const OWNER: Principal = {
  kind: 'token',
  id: 1,
  name: 'first-start',
  email: null,
  roles: OWNER_OF_ALL,
  userId: null,
  expireMs: null,
  sessionId: null,
}
export const NEWEST_FIRST = {
  limit: 1000,
  offset: 0,
  orderBy: { field: 'created_at', descending: true },
} as const

/** Data nodes that are always up to date, and remember what they were told. */
export class HandMadeNodes extends HandMadeLogs implements Nodes {
  readonly announced: number[] = []
  readonly tried: Route[] = []
  laggards: string[] = []
  statusCalls = 0
  counts = new Map<string, InstanceCounts>()
  outcome: TryOutcome = { kind: 'ready' }
  /** Runs inside the wait for a revision. */
  onApplied: (revision: number) => Promise<void> = async () => {}

  announce(revision: number): void {
    this.announced.push(revision)
  }
  standing(revision: number): RevisionStanding {
    return { revision, state: this.laggards.length === 0 ? 'applied' : 'lagging', nodes: [] }
  }
  async applied(revision: number) {
    await this.onApplied(revision)
    return { revision, laggards: this.laggards }
  }
  async status() {
    this.statusCalls += 1
    return this.counts
  }
  async statusByNode() {
    return new Map([['a', Object.fromEntries(this.counts)]])
  }
  async tryVersion(route: Route) {
    this.tried.push(route)
    return this.outcome
  }
}

/** A builder whose outcome tests decide. */
export class HandMadeBuilder {
  readonly sources: Source[] = []
  running = 0
  mostRunning = 0
  behaviour: (source: Source, onProgress: (line: string) => void) => Promise<BuildOutcome> = async (
    source,
  ) => builtFrom(source)

  async build(source: Source, onProgress: (line: string) => void = () => {}) {
    this.sources.push(source)
    this.running += 1
    this.mostRunning = Math.max(this.mostRunning, this.running)
    try {
      return await this.behaviour(source, onProgress)
    } finally {
      this.running -= 1
    }
  }
}

export function builtFrom(source: Source): BuildOutcome {
  return {
    kind: 'built',
    artifact: {
      id: hash('sha256', source.codeText, 'hex'),
      runtime: source.runtime,
      entry: 'handler.cjs',
      method: 'handler',
    },
    log: 'Built handler.cjs.\n',
  }
}

export interface Rig {
  readonly folder: string
  readonly path: string
  readonly clock: ManualClock
  readonly store: Store
  readonly nodes: HandMadeNodes
  readonly builder: HandMadeBuilder
  readonly control: RunningControl
  readonly logged: unknown[]
  /** A second life on the same file: as after a crash when the first was not closed. */
  again(changes?: Partial<ControlDeps>): Promise<Rig>
  close(): Promise<void>
}

export interface RigOptions {
  readonly started?: boolean
  readonly deps?: Partial<ControlDeps>
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'lk-control-'))
  const rig = await openRig(folder, new ManualClock(START_MS), options)
  await ensureFoundation(rig.store, { hasAdminToken: false })
  return rig
}

export async function openRig(
  folder: string,
  clock: ManualClock,
  options: RigOptions,
): Promise<Rig> {
  const path = join(folder, 'latchkey.db')
  const store = await openStore({ path, clock })
  const nodes = new HandMadeNodes()
  const builder = new HandMadeBuilder()
  const logged: unknown[] = []
  const log = (...parts: unknown[]): void => void logged.push(parts)
  const control = createControl({
    store,
    nodes,
    builder,
    runtimes: () => ({ nodejs: ['nodejs26'] }),
    runtimeDetails: () => [{ name: 'nodejs26', family: 'nodejs', isReady: true }],
    resolveRuntime: (name) => resolveRuntime(name, ['nodejs26'], 'off'),
    secrets: new KeyRing(Buffer.alloc(32, 7)),
    clock,
    publicUrl: 'http://127.0.0.1:8081',
    propagationTimeoutMs: 1_000,
    logger: { info: log, warn: log, error: log },
    // Two lives share a file in some tests: the earlier one must not go on looking for work.
    worker: { pollMs: 3_600_000, stopTimeoutMs: 200 },
    ...options.deps,
  })
  if (options.started !== false) await control.start()
  const later: Rig[] = []
  return {
    folder,
    path,
    clock,
    store,
    nodes,
    builder,
    control,
    logged,
    async again(deps = {}) {
      const rig = await openRig(folder, clock, { deps })
      later.push(rig)
      return rig
    },
    async close() {
      for (const rig of later) await rig.close()
      await control.stop()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function helloFunction(name: string, changes: Partial<NewFunction> = {}): NewFunction {
  return {
    name,
    description: '',
    runtime: 'nodejs26',
    codeText: `exports.handler = () => '${name}'`,
    files: {},
    dependencies: '',
    mainMethod: 'handler',
    envs: {},
    flavor: '80mCPU-128MB',
    timeoutSeconds: 5,
    bodyBytesMax: 0,
    autoscaling: { minInstances: 0, maxInstances: 2 },
    requiresKey: true,
    disabled: false,
    keys: [],
    ...changes,
  }
}

export async function createNamespace(rig: Rig, name = 'demo', envs = {}): Promise<void> {
  await rig.control.namespaces.create(CONTEXT, SCOPE, { name, description: '', envs })
}

/** Creates a function and waits until its task has ended. */
export async function deployed(
  rig: Rig,
  name: string,
  changes: Partial<NewFunction> = {},
  namespace = 'demo',
) {
  const { value } = await rig.control.functions.create(
    CONTEXT,
    SCOPE,
    namespace,
    helloFunction(name, changes),
  )
  return await rig.control.taskEnded(value.id)
}

export function keyInput(name: string, functions: { namespace: string; name: string }[] = []) {
  return { name, description: '', expireMs: null, functions }
}

/** Every row of every table as text, to search for what must not be there. */
export async function dump(store: Store): Promise<string> {
  const tables = await store.db.introspection.getTables()
  const texts: string[] = []
  for (const { name } of tables) {
    const rows = await store.db
      .selectFrom(name as 'keys')
      .selectAll()
      .execute()
    texts.push(`${name} ${JSON.stringify(rows)}`)
  }
  return texts.join('\n')
}
