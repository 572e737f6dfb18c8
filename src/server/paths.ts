import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'

/** The longest path that a unix socket may have on every platform, with room for `instances/<id>/i.sock`. */
const SOCKET_FOLDER_CHARS_MAX = 70

/** Where everything lies in a data directory; what control alone has may lie in another one. */
export interface DataPaths {
  readonly database: string
  /** What secret environment values are sealed with, unless a setting says otherwise. */
  readonly secretKey: string
  readonly artifacts: string
  /** Runtimes that were fetched. */
  readonly toolchains: string
  readonly logs: string
  readonly node: string
  /** Until when control has confirmed what the node serves by. */
  readonly confirmed: string
  /** Counted, and not taken by control yet. */
  readonly usage: string
  /** Calls whose callers do not wait. */
  readonly calls: string
  serveInfo(role: Settings['role']): string
  readonly sockets: string
  readonly controlSocket: string
  readonly nodeSocket: string
  readonly instances: string
  /** What sandboxes need; each role has its own. */
  sandbox(role: 'control' | 'data'): string
}

/** @param controlDir - control's data directory, for a data node that has one of its own */
export function dataPaths(dataDir: string, controlDir = dataDir): DataPaths {
  const sockets = socketFolder(dataDir)
  return {
    database: join(controlDir, 'latchkey.db'),
    secretKey: join(controlDir, 'secret.key'),
    artifacts: join(controlDir, 'artifacts'),
    toolchains: join(controlDir, 'toolchains'),
    logs: join(dataDir, 'logs'),
    node: join(dataDir, 'node'),
    confirmed: join(dataDir, 'node', 'confirmed'),
    usage: join(dataDir, 'node', 'usage.json'),
    calls: join(dataDir, 'node', 'calls.db'),
    serveInfo: (role) => join(dataDir, 'run', role === 'all' ? 'serve.json' : `serve-${role}.json`),
    sockets,
    controlSocket: join(socketFolder(controlDir), 'control.sock'),
    nodeSocket: join(sockets, 'data.sock'),
    instances: join(sockets, 'instances'),
    sandbox: (role) => join(sockets, `sandbox-${role}`),
  }
}

/** `<data dir>/run`, or for a long path a private folder of the same identity under the system's temporary one. */
function socketFolder(dataDir: string): string {
  const beside = join(dataDir, 'run')
  if (beside.length <= SOCKET_FOLDER_CHARS_MAX) return beside
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  return join(tmpdir(), `latchkey-${userInfo().uid}-${digest}`)
}

export function makeFolders(paths: DataPaths): void {
  for (const folder of [paths.artifacts, paths.logs, paths.node, paths.sockets, paths.instances]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
}
