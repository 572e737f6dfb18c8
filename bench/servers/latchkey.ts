import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '../../src/client/client.ts'
import { formatToken, mintTokenSecret } from '../../src/domain/token.ts'
import { freePorts, type Running, type Scratch } from '../tools/scratch.ts'
import { untilAnswered } from '../tools/until-answered.ts'

const BIN = fileURLToPath(new URL('../../bin/latchkey.js', import.meta.url))
export const SCOPE = { projectId: 1, regionId: 1 }
export const NAMESPACE = 'bench'

/** One data directory with its settings; the server on it can be started again and again. */
export interface Site {
  readonly dataDir: string
  readonly apiUrl: string
  readonly gatewayPort: number
  readonly client: Client
  start(core?: number, settings?: Settings): Running
  /** As {@link Site.start}, until the API and the gateway answer. */
  startReady(core?: number): Promise<Running>
}

export interface FunctionWish {
  readonly name: string
  readonly code: string
  /** The newest Node unless told. */
  readonly runtime?: string
  /** `handler` unless told. */
  readonly mainMethod?: string
  readonly dependencies?: string
  readonly instances: { readonly min: number; readonly max: number }
}

/** Environment variables of `latchkey serve`. */
export type Settings = Readonly<Record<string, string>>

/** A new data directory. Settings that are not given are the defaults that every operator gets. */
export async function createSite(scratch: Scratch, settings: Settings = {}): Promise<Site> {
  const [apiPort, gatewayPort] = await freePorts(2)
  const token = formatToken({ id: 1, secret: mintTokenSecret() })
  const dataDir = scratch.newFolder('data')
  const env = {
    // Built from nothing: what the caller's environment holds (certificates to load, debuggers)
    // must not change the numbers.
    PATH: process.env.PATH,
    HOME: scratch.folder,
    XDG_CACHE_HOME: join(scratch.folder, 'cache'),
    LATCHKEY_DATA_DIR: dataDir,
    LATCHKEY_API_PORT: String(apiPort),
    LATCHKEY_GATEWAY_PORT: String(gatewayPort),
    // As it is by default, but for the port: several servers run at a time.
    LATCHKEY_METRICS_PORT: '0',
    LATCHKEY_ADMIN_TOKEN: token,
    LATCHKEY_DEMO: 'false',
    ...settings,
  }
  const apiUrl = `http://127.0.0.1:${apiPort}`
  const start = (core?: number, more: Settings = {}) =>
    scratch.start([process.execPath, BIN, 'serve'], { env: { ...env, ...more }, core })
  return {
    dataDir,
    apiUrl,
    gatewayPort: gatewayPort!,
    client: createClient({ baseUrl: apiUrl, token }),
    start,
    async startReady(core) {
      const running = start(core)
      await untilAnswered(`${apiUrl}/readyz`, 200, running)
      // No function has this name: the gateway says so as soon as it listens.
      await untilAnswered(`http://127.0.0.1:${gatewayPort}/none`, 404, running)
      return running
    },
  }
}

/** Deploys functions that want a key, in the order given. Returns their endpoints. */
export async function deployFunctions(
  client: Client,
  wishes: readonly FunctionWish[],
): Promise<string[]> {
  await createNamespace(client)
  const endpoints: string[] = []
  for (const wish of wishes) endpoints.push(await deployFunction(client, wish))
  return endpoints
}

export async function createNamespace(client: Client): Promise<void> {
  await finished(client, await client.namespaces.create(SCOPE, { name: NAMESPACE }))
}

/** Deploys one function into the namespace, which is there. Returns its endpoint. */
export async function deployFunction(client: Client, wish: FunctionWish): Promise<string> {
  const { name, code, instances, mainMethod = 'handler', dependencies = '' } = wish
  const runtime = wish.runtime ?? (await client.runtimes.list(SCOPE)).runtimes.nodejs![0]!
  const created = await client.functions.create(SCOPE, NAMESPACE, {
    name,
    runtime,
    code_text: code,
    main_method: mainMethod,
    dependencies,
    enable_api_key: true,
    flavor: '125mCPU-256MB',
    timeout: 10,
    autoscaling: { min_instances: instances.min, max_instances: instances.max },
  })
  await finished(client, created)
  return (await client.functions.get(SCOPE, { namespace: NAMESPACE, name })).endpoint
}

/** The secret of a new key that opens these functions. */
export async function createKey(
  client: Client,
  functionNames: readonly string[],
  name = 'bench',
): Promise<string> {
  const functions = functionNames.map((fn) => ({ name: fn, namespace: NAMESPACE }))
  return (await client.keys.create(SCOPE, { name, functions })).secret
}

/** How many instances each function has now, starting and ending ones included, by name. */
export async function instanceCounts(client: Client): Promise<Map<string, number>> {
  const { results } = await client.functions.list(SCOPE, NAMESPACE, { limit: 1000 })
  return new Map(results.map((fn) => [fn.name, fn.deploy_status.total!]))
}

async function finished(client: Client, { tasks }: { readonly tasks: readonly string[] }) {
  for (const id of tasks) {
    const task = await client.tasks.wait(id, { pollMs: { firstMs: 10, longestMs: 100 } })
    if (task.state !== 'FINISHED') throw new Error(`a task failed: ${task.error}`)
  }
}
