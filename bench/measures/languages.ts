import { homedir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../src/client/client.ts'
import type { Bench } from '../measurement.ts'
import type { LanguagesPlan } from '../plan.ts'
import { HELLO } from '../servers/hello.ts'
import { LANGUAGE_SAMPLES, type LanguageSample } from '../servers/language-samples.ts'
import {
  createKey,
  createNamespace,
  createSite,
  deployFunction,
  type FunctionWish,
  instanceCounts,
  SCOPE,
  type Site,
} from '../servers/latchkey.ts'
import { instanceFamilies, runsShim } from '../servers/latchkey-processes.ts'
import { cores, noWrk } from '../tools/abilities.ts'
import { Caller } from '../tools/caller.ts'
import { cpuSecondsOf, memoryOf } from '../tools/processes.ts'
import type { Running, Scratch } from '../tools/scratch.ts'
import { until } from '../tools/until.ts'
import { runWrk, writeWrkScript } from '../tools/wrk.ts'

export interface LanguageNumbers {
  readonly title: string
  readonly runtime: string
  /** From the call to the first byte of the answer, of a function without an instance. */
  readonly coldStartMs: readonly number[]
  /** The same with `LATCHKEY_SPARE_INSTANCES=0`. */
  readonly withoutSpareMs: readonly number[]
  /** Processor time of the instance for each request, one value a round; none without wrk. */
  readonly functionUs: readonly number[]
  /** Of everything that belongs to one instance: shim and sandbox (PSS). */
  readonly idleBytes: number
  /** From the request that creates the function to the end of its task. */
  readonly firstBuildMs: number
  /** As the first, of other code, when the language's tools have run before. */
  readonly buildMs: readonly number[]
  readonly firstDependencyBuildMs: number
  readonly dependencyBuildMs: readonly number[]
}

const CONNECTIONS = 32
/** Long enough for a batch, so that no instance ends while another is timed. */
const IDLE_SECONDS = 3
/** Until the spare that a call has used is replaced: a JVM takes this long on a busy machine. */
const PAUSE_MS = 700

/** The same functions in every language that this machine has, each on a server of its own. */
export async function measureLanguages({
  scratch,
  plan,
  say,
}: Bench): Promise<readonly LanguageNumbers[]> {
  const numbers: LanguageNumbers[] = []
  for (const sample of LANGUAGE_SAMPLES) {
    const measured = await measureLanguage(scratch, plan.languages, sample)
    if (measured === undefined) say(`${sample.title} is not on this machine`)
    else numbers.push(measured)
  }
  return numbers
}

async function measureLanguage(
  scratch: Scratch,
  plan: LanguagesPlan,
  sample: LanguageSample,
): Promise<LanguageNumbers | undefined> {
  const idle = { LATCHKEY_IDLE_TIMEOUT_SECONDS: String(IDLE_SECONDS) }
  const site = await createSite(scratch, { ...registrySettings(), ...idle })
  const running = await site.startReady(cores().serverCore)
  const runtime = (await site.client.runtimes.list(SCOPE)).runtimes[sample.family]?.[0]
  if (runtime === undefined) {
    await running.stop()
    return undefined
  }
  const builds = await measureBuilds(site.client, sample, runtime, plan.builds)
  const warm = await measureWarm(scratch, site, running, plan)
  await running.stop()
  const noSpares = { ...idle, LATCHKEY_SPARE_INSTANCES: '0' }
  return {
    title: sample.title,
    runtime,
    coldStartMs: await coldStarts(scratch, sample, runtime, plan, idle),
    withoutSpareMs: await coldStarts(scratch, sample, runtime, plan, noSpares),
    ...warm,
    ...builds,
  }
}

const REGISTRY_SETTING =
  /^(npm_config_(registry|cafile|userconfig)|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|PIP_.+|GO(PROXY|SUMDB|NOSUMDB|PRIVATE)|(https?|no)_proxy|JAVA_HOME|MAVEN_OPTS)$/i

/** Where this machine's packages come from. Of the server alone: no function is started with it. */
function registrySettings(): Record<string, string> {
  const settings: Record<string, string> = { HOME: homedir() }
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && REGISTRY_SETTING.test(name)) settings[name] = value
  }
  return settings
}

type Builds = Pick<
  LanguageNumbers,
  'firstBuildMs' | 'buildMs' | 'firstDependencyBuildMs' | 'dependencyBuildMs'
>

async function measureBuilds(
  client: Client,
  sample: LanguageSample,
  runtime: string,
  count: number,
): Promise<Builds> {
  await createNamespace(client)
  const { mainMethod, hello, withDependency, dependencies } = sample
  let functions = 0
  /** A comment makes it other code: nothing of it was built before. */
  const build = async (code: string, more: Partial<FunctionWish>): Promise<number> => {
    functions += 1
    const comment = `${sample.family === 'python' ? '#' : '//'} ${functions}\n`
    const name = functions === 1 ? 'hello' : `build-${functions}`
    const instances = { min: functions === 1 ? 1 : 0, max: 1 }
    const wish = { name, code: code + comment, runtime, mainMethod, instances, ...more }
    const begun = performance.now()
    await deployFunction(client, wish)
    return performance.now() - begun
  }
  const several = async (code: string, more: Partial<FunctionWish>): Promise<number[]> => {
    const times: number[] = []
    for (let i = 0; i < count; i++) times.push(await build(code, more))
    return times
  }
  return {
    firstBuildMs: await build(hello, {}),
    buildMs: await several(hello, {}),
    firstDependencyBuildMs: await build(withDependency, { dependencies }),
    dependencyBuildMs: await several(withDependency, { dependencies }),
  }
}

/** Of the first function that was built, which keeps one instance. */
async function measureWarm(
  scratch: Scratch,
  site: Site,
  running: Running,
  { rounds, seconds }: LanguagesPlan,
): Promise<Pick<LanguageNumbers, 'functionUs' | 'idleBytes'>> {
  const secret = await createKey(site.client, ['hello'])
  const { endpoint } = await site.client.functions.get(SCOPE, {
    namespace: 'bench',
    name: 'hello',
  })
  const caller = new Caller()
  const headers = { 'x-api-key': secret }
  await caller.callFor(HELLO, endpoint, headers)
  await until(
    'only the instance that is kept is left',
    async () => {
      const counts = [...(await instanceCounts(site.client)).values()]
      return counts.reduce((sum, n) => sum + n, 0) === 1 || undefined
    },
    { everyMs: 200, limitMs: 120_000 },
  )
  await delay(PAUSE_MS)
  const instance = busiest(running, async () => {
    for (let i = 0; i < 2000; i++) await caller.callFor(HELLO, endpoint, headers)
  })
  const pids = await instance
  const functionUs: number[] = []
  if (noWrk() === undefined) {
    const script = writeWrkScript(scratch.newFolder('wrk'), secret)
    const load = (forSeconds: number) =>
      runWrk({
        url: endpoint,
        script,
        core: cores().loadCore,
        seconds: forSeconds,
        connections: CONNECTIONS,
      })
    await load(seconds)
    for (let round = 0; round < rounds; round++) {
      const before = cpuSeconds(pids)
      const { requests } = await load(seconds)
      functionUs.push(((cpuSeconds(pids) - before) * 1e6) / requests)
    }
  }
  caller.close()
  await delay(1000)
  return { functionUs, idleBytes: pids.reduce((sum, pid) => sum + memoryOf(pid).shareBytes, 0) }
}

/**
 * The processes of the instance that serves, its sandbox's among them: of the children of the data role
 * it is the one whose family works while calls are made; the others are spares.
 */
async function busiest(running: Running, work: () => Promise<void>): Promise<number[]> {
  // Spares are replaced meanwhile: only who is there before and after counts.
  const before = new Map(shimFamilies(running).map((family) => [family[0], cpuSeconds(family)]))
  await work()
  const there = shimFamilies(running).filter(([pid]) => before.has(pid))
  const spent = there.map((family) => cpuSeconds(family) - before.get(family[0])!)
  return there[spent.indexOf(Math.max(...spent))]!
}

/** Once none of them is about to end or to become another program. */
function shimFamilies(running: Running): number[][] {
  return instanceFamilies(running.pid).filter(runsShim)
}

function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
}

/** Calls each function several times, every time after it was scaled to zero. */
async function coldStarts(
  scratch: Scratch,
  sample: LanguageSample,
  runtime: string,
  { functions, batches }: LanguagesPlan,
  settings: Record<string, string>,
): Promise<number[]> {
  const site = await createSite(scratch, settings)
  const running = await site.startReady()
  await createNamespace(site.client)
  const names = Array.from({ length: functions }, (_, i) => `cold-${i}`)
  const urls: string[] = []
  for (const name of names) {
    const { counting: code, mainMethod } = sample
    const instances = { min: 0, max: 1 }
    urls.push(await deployFunction(site.client, { name, code, runtime, mainMethod, instances }))
  }
  const headers = { 'x-api-key': await createKey(site.client, names) }
  const caller = new Caller()
  const times: number[] = []
  for (let batch = 0; batch < batches; batch++) {
    await until(
      'every function is scaled to zero',
      async () =>
        [...(await instanceCounts(site.client)).values()].every((n) => n === 0) || undefined,
      { everyMs: 100, limitMs: 60_000 },
    )
    await delay(PAUSE_MS)
    for (const url of urls) {
      // The counter's first value: this instance was started for this call.
      times.push((await caller.callFor('1', url, headers)).firstByteMs)
      await delay(PAUSE_MS)
    }
  }
  caller.close()
  await running.stop()
  return times
}
