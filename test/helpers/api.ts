import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createApi } from '../../src/api/app.ts'
import { createBuilder } from '../../src/build/builder.ts'
import { createControl } from '../../src/control/create.ts'
import type { ControlDeps } from '../../src/control/deps.ts'
import { ensureFoundation } from '../../src/control/first-start.ts'
import { ensureSettingsToken } from '../../src/control/settings-token.ts'
import { parseToken } from '../../src/domain/token.ts'
import type { Nodes, RevisionStanding } from '../../src/feed/nodes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { HandMadeLogs } from './hand-made-logs.ts'
import { NODE_ONLY } from './languages.ts'

export const API_TOKEN = '9$for-tests-of-the-api-0123456789'

/** The control half alone: REST API, use cases, store and builds are real, data nodes are not. */
export interface TestApi {
  readonly url: string
  /** What functions are said to have written. */
  readonly logs: HandMadeLogs
  /** Names of nodes that are said to lag behind every change. */
  readonly laggards: string[]
  readonly store: Store
  close(): Promise<void>
}

/** @param publicUrl - The base of every function's endpoint. */
export async function startApi(
  publicUrl = 'http://127.0.0.1:1',
  deps: Partial<ControlDeps> = {},
): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-api-'))
  const logger = pino({ level: 'silent' })
  const store = await openStore({ path: join(folder, 'latchkey.db') })
  const builder = createBuilder({
    languages: NODE_ONLY,
    artifactsFolder: join(folder, 'artifacts'),
    timeoutMs: 60_000,
    logger,
  })
  const logs = new HandMadeLogs()
  const laggards: string[] = []
  const control = createControl({
    store,
    nodes: nodesOf(logs, laggards),
    builder,
    artifacts: builder,
    runtimes: () => NODE_ONLY.runtimes(),
    runtimeDetails: () => NODE_ONLY.details(),
    resolveRuntime: (name) => NODE_ONLY.resolve(name),
    secrets: new KeyRing(Buffer.alloc(32, 7)),
    clock: systemClock,
    publicUrl,
    propagationTimeoutMs: 1_000,
    logger,
    ...deps,
  })
  await ensureSettingsToken(store, parseToken(API_TOKEN))
  await ensureFoundation(store, { hasAdminToken: true })
  await control.start()
  const app = createApi({
    control,
    clock: systemClock,
    version: '0.0.0',
    bodyBytesMax: 4 * 1024 * 1024,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    logs,
    laggards,
    store,
    async close() {
      await app.close()
      await control.stop()
      await builder.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function nodesOf(logs: HandMadeLogs, laggards: readonly string[]): Nodes {
  return {
    announce() {},
    applied: async (revision) => ({ revision, laggards: [...laggards] }),
    standing: (revision) => standingOf(revision, laggards),
    status: async () => new Map(),
    statusByNode: async () => new Map(),
    logs: (id, query) => logs.logs(id, query),
    followLogs: (...asked) => logs.followLogs(...asked),
    tryVersion: async () => ({ kind: 'ready' }),
  }
}

/** A node that is well, and those that lag: connected, one revision behind, and silent for a minute. */
function standingOf(revision: number, laggards: readonly string[]): RevisionStanding {
  const well = {
    isConnected: true,
    counts: true,
    appliedRevision: revision,
    silentMs: 1_200,
    staleAfterMs: 0,
  }
  const behind = { ...well, appliedRevision: revision - 1, silentMs: 60_000 }
  return {
    revision,
    state: laggards.length === 0 ? 'applied' : 'lagging',
    nodes: [{ name: 'node-a', ...well }, ...laggards.map((name) => ({ name, ...behind }))],
  }
}
