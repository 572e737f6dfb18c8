import { getRequest, HttpConnection } from '../load/http-connection.ts'
import { createKey, createSite, deployFunctions, NAMESPACE, SCOPE } from '../servers/latchkey.ts'
import type { Scratch } from '../tools/scratch.ts'
import { until } from '../tools/until.ts'

export interface Burst {
  readonly requests: number
  readonly maxInstances: number
  readonly workMs: number
  readonly rounds: readonly BurstRound[]
}

export interface BurstRound {
  /** Answers that were not 200. */
  readonly errors: number
  /** Processes that answered. */
  readonly instances: number
  /** Instances that were started, whether or not they came in time to answer. */
  readonly started: number
  /** How often the function was loaded in all of them, by the line that it then writes to its log. */
  readonly loads: number
  readonly firstAnswerMs: number
  readonly lastAnswerMs: number
}

const NAME = 'burst'
const MAX_INSTANCES = 10
const WORK_MS = 20
const IDLE_SECONDS = 1
const STARTED = 'loaded'
const LOG_LINES = 10_000

/** Long enough that one instance alone would be the slower one, so that more are wanted than are allowed. */
const CODE = `const { setTimeout: work } = require('node:timers/promises')
const name = require('node:crypto').randomUUID()
console.log('${STARTED}')
module.exports = { handler: async () => { await work(${WORK_MS}); return name } }
`

/** All requests at once, on connections that are open already, to a function that was scaled to zero. */
export async function measureBurst(
  scratch: Scratch,
  { requests, rounds }: { readonly requests: number; readonly rounds: number },
): Promise<Burst> {
  const site = await createSite(scratch, {
    LATCHKEY_IDLE_TIMEOUT_SECONDS: String(IDLE_SECONDS),
    // All callers have one address here.
    LATCHKEY_CONNECTIONS_PER_ADDRESS_MAX: '0',
  })
  const running = await site.startReady()
  const [url] = await deployFunctions(site.client, [
    { name: NAME, code: CODE, instances: { min: 0, max: MAX_INSTANCES } },
  ])
  const secret = await createKey(site.client, [NAME])
  const fn = { namespace: NAMESPACE, name: NAME }
  /** The instance of each line, oldest first. */
  const loadedIn = async () => {
    const { logs } = await site.client.functions.logs(SCOPE, fn, { limit: LOG_LINES })
    return logs.filter((line) => line.Message === STARTED).map((line) => line.Pod)
  }
  const results: BurstRound[] = []
  for (let round = 0; round < rounds; round++) {
    await until(
      'no instance is left',
      async () => {
        const { deploy_status } = await site.client.functions.get(SCOPE, fn)
        return deploy_status.total === 0 || undefined
      },
      { everyMs: 100, limitMs: 60_000 },
    )
    const loadsBefore = (await loadedIn()).length
    const answers = await callAtOnce(url!, secret, requests)
    const instances = (await loadedIn()).slice(loadsBefore)
    results.push({ ...answers, started: new Set(instances).size, loads: instances.length })
  }
  await running.stop()
  return { requests, maxInstances: MAX_INSTANCES, workMs: WORK_MS, rounds: results }
}

async function callAtOnce(
  url: string,
  secret: string,
  requests: number,
): Promise<Omit<BurstRound, 'started' | 'loads'>> {
  const { hostname: host, port, pathname, host: authority } = new URL(url)
  const timesMs: number[] = []
  const processes = new Set<string>()
  let errors = 0
  let begunMs = 0
  const done = Promise.withResolvers<void>()
  const ended = (): void => {
    timesMs.push(performance.now() - begunMs)
    if (timesMs.length === requests) done.resolve()
  }
  const connections = Array.from({ length: requests }, () => {
    let isAnswered = false
    return new HttpConnection(
      { host, port: Number(port) },
      (status, body) => {
        isAnswered = true
        if (status === 200) processes.add(body)
        else errors += 1
        ended()
      },
      () => {
        if (isAnswered) return
        errors += 1
        ended()
      },
    )
  })
  await Promise.all(connections.map((connection) => connection.opened()))
  begunMs = performance.now()
  const request = getRequest(authority, pathname, secret)
  for (const connection of connections) connection.send(request)
  await done.promise
  for (const connection of connections) connection.close()
  return {
    errors,
    instances: processes.size,
    firstAnswerMs: timesMs[0]!,
    lastAnswerMs: timesMs.at(-1)!,
  }
}
