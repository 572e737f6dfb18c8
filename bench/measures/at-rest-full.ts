import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { dataPaths } from '../../src/server/paths.ts'
import { createHelloSite } from '../servers/hello-site.ts'
import type { Site } from '../servers/latchkey.ts'
import { instanceFamilies, runsShim } from '../servers/latchkey-processes.ts'
import { addFunctions, addKeys, withStore } from '../servers/prepared-store.ts'
import type { Running, Scratch } from '../tools/scratch.ts'
import { until } from '../tools/until.ts'
import { untilAnswered } from '../tools/until-answered.ts'
import { type AtRest, rest } from './at-rest.ts'
import { timeStart } from './start-up.ts'

export interface AtRestFull {
  readonly keys: number
  readonly functions: number
  /** From its own copy on disk, as any start but the first. */
  readonly ownCopy: FullStarts
  /** With an empty disk: control sends the node everything. */
  readonly fromControl: FullStarts
}

export interface FullStarts {
  /** From the start of `latchkey serve` to the whole first answer 200. */
  readonly firstAnswerMs: readonly number[]
  /** After the last of the starts. */
  readonly atRest: AtRest
}

const GRANTS = 2
const IDLE_SECONDS = 1
const SPARES = 1
/** Until what the start asked for has been idle for long enough, and the spare has been replaced. */
const SETTLE_MS = 5_000

export async function measureAtRestFull(
  scratch: Scratch,
  wish: { readonly keys: number; readonly functions: number; readonly starts: number },
  idleSeconds: number,
): Promise<AtRestFull> {
  const { site, url, secret } = await createHelloSite(scratch, {
    instancesMin: 0,
    settings: {
      LATCHKEY_IDLE_TIMEOUT_SECONDS: String(IDLE_SECONDS),
      LATCHKEY_SPARE_INSTANCES: String(SPARES),
    },
  })
  const headers = { 'x-api-key': secret }
  await withStore(site, async (store) => {
    const functions = await addFunctions(store, 'hello', wish.functions - 1)
    const grants = (number: number) =>
      Array.from({ length: GRANTS }, (_, i) => functions[(number + i) % functions.length]!.id)
    await addKeys(store, wish.keys - 1, grants)
  })
  const starts = (forgetFirst: boolean) =>
    timeStarts(site, { url, headers, count: wish.starts, forgetFirst, idleSeconds })
  const fromControl = await starts(true)
  const ownCopy = await starts(false)
  return { keys: wish.keys, functions: wish.functions, ownCopy, fromControl }
}

async function timeStarts(
  site: Site,
  options: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly count: number
    readonly forgetFirst: boolean
    readonly idleSeconds: number
  },
): Promise<FullStarts> {
  const firstAnswerMs: number[] = []
  let running: Running | undefined
  for (let i = 0; i < options.count; i++) {
    await running?.stop()
    if (options.forgetFirst) rmSync(dataPaths(site.dataDir).node, { recursive: true })
    const start = await timeStart(site, options.url, options.headers)
    running = start.running
    firstAnswerMs.push(start.ms)
  }
  // A node with its own copy answers callers before control does.
  await untilAnswered(`${site.apiUrl}/readyz`, 200, running!)
  await delay(SETTLE_MS)
  // By the processes: the API's list of functions has their keys with them, and would be what is measured.
  await until(
    'no instance but the spare is left',
    async () => countInstances(running!.pid) === SPARES || undefined,
    { everyMs: 500, limitMs: 60_000 },
  )
  const atRest = await rest(running!.pid, options.idleSeconds)
  await running!.stop()
  return { firstAnswerMs, atRest }
}

function countInstances(supervisor: number): number {
  return instanceFamilies(supervisor).filter(runsShim).length
}
