import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, startServer, type TestServer } from './server.ts'

/** Control and data nodes, each a `latchkey serve` with a data directory of its own. */
export interface Cluster {
  readonly control: TestServer
  readonly nodes: readonly TestServer[]
  /** Of the process that serves the role. */
  pid(server: TestServer, role: 'control' | 'data'): number
  stop(): Promise<void>
}

export async function startCluster(
  nodeNames: readonly string[],
  env: Record<string, string> = {},
): Promise<Cluster> {
  const control = await startServer({ args: ['--role', 'control'], env })
  const started = await Promise.allSettled(nodeNames.map((name) => startNode(control, name, env)))
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async () => {
    await Promise.all(nodes.map(cleanUp))
    await cleanUp(control)
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  return { control, nodes, pid, stop }
}

/** A data node of the control that runs. */
export function startNode(
  control: TestServer,
  name: string,
  env: Record<string, string> = {},
): Promise<TestServer> {
  return startServer({ args: ['--role', 'data'], env: { ...nodeEnv(control, name), ...env } })
}

export function nodeEnv(control: TestServer, name: string): Record<string, string> {
  return { LATCHKEY_CONTROL_DIR: control.dataDir, LATCHKEY_NODE_NAME: name }
}

function pid(server: TestServer, role: 'control' | 'data'): number {
  return Number(readFileSync(join(server.dataDir, 'locks', `${role}.pid`), 'utf8'))
}
