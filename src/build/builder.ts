import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Artifact, methodName, type Source } from '../domain/function.ts'
import type { BuildPlan, Language, ToolStep } from '../languages/language.ts'
import type { Languages } from '../languages/languages.ts'
import { PlainSandbox } from '../sandbox/plain-sandbox.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { artifactId } from './artifact-id.ts'
import { ArtifactStore } from './artifact-store.ts'
import { BuildEnclosure } from './build-enclosure.ts'
import { BuildLog } from './build-log.ts'
import { DependencyStore, dependencyId } from './dependency-store.ts'
import { type ToolHome, ToolHomes } from './homes.ts'
import { InstalledDependencies } from './installed-dependencies.ts'
import { type BuildRun, runStep } from './run-step.ts'
import { megabytes } from './step-watch.ts'
import { checkTree } from './tree.ts'

export interface BuilderOptions {
  readonly languages: Languages
  readonly artifactsFolder: string
  /** What tools run in; as plain processes when absent. */
  readonly sandbox?: Sandbox
  /** Where builds under way live; on the same file system as the artifacts. */
  readonly tempFolder?: string
  /** For all tools of a build together. */
  readonly timeoutMs: number
  /** Of everything that a build keeps; twice as much while its tools run. */
  readonly outputBytesMax?: number
  /** Of the tools of a build together. */
  readonly memoryMb?: number
  /** Of what tools keep between builds, for each language; beyond it they begin anew. */
  readonly cacheBytesMax?: number
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

export type BuildOutcome =
  | { readonly kind: 'built'; readonly artifact: Artifact; readonly log: string }
  | {
      readonly kind: 'failed'
      /** One sentence that holds the tool's own line. */
      readonly message: string
      readonly log: string
    }

export interface Builder {
  /** The same content is built once, also when it is asked for several times at once. */
  build(source: Source, onProgress?: (line: string) => void): Promise<BuildOutcome>
  /** Whether the artifact is on the disk, whole. */
  has(artifactId: string): boolean
  /** The same; if it is there it counts as used now. */
  reuse(artifactId: string): Promise<boolean>
  /**
   * Removes the artifacts that are not in `keep` and the dependencies that none of those left was made
   * with, except what is being built and what was used within `idleMs`; returns how many artifacts.
   */
  removeUnused(keep: ReadonlySet<string>, idleMs?: number): Promise<number>
  /** Ends the tools that run; their builds fail. */
  close(): Promise<void>
}

const OUTPUT_BYTES_MAX = 512 * 2 ** 20
const MEMORY_MB = 2048
const CACHE_BYTES_MAX = 4 * 2 ** 30

/** Turns source into artifacts, addressed by content. */
export function createBuilder(options: BuilderOptions): Builder {
  const store = new ArtifactStore(options.artifactsFolder, options.tempFolder)
  const sets = new DependencyStore(join(options.artifactsFolder, '.dependencies'))
  const shared: Shared = {
    options,
    store,
    dependencies: new InstalledDependencies(store, sets),
    homes: new ToolHomes(store.homesFolder, options.cacheBytesMax ?? CACHE_BYTES_MAX),
    enclosure: new BuildEnclosure(options.sandbox ?? new PlainSandbox(), store.workFolder),
    ready: store.removeDrafts(),
  }
  const running = new Map<string, RunningBuild>()
  const closing = new AbortController()

  function start(id: string, source: Source): RunningBuild {
    const listeners = new Set<(line: string) => void>()
    const log = new BuildLog((line) => {
      for (const listener of listeners) listener(line)
    })
    log.hide(options.artifactsFolder, '<artifacts>')
    const outcome = buildOnce({ ...shared, id, source, log, signal: closing.signal })
    const build = { outcome, listeners }
    running.set(id, build)
    const forget = (): boolean => running.delete(id)
    outcome.then(forget, forget)
    return build
  }

  return {
    async build(source, onProgress) {
      const language = options.languages.languageOf(source.runtime)
      const id = artifactId(source, language?.artifactKey?.(source))
      const build = running.get(id) ?? start(id, source)
      if (onProgress !== undefined) build.listeners.add(onProgress)
      const ended = await build.outcome
      if (ended.kind === 'failed') return ended
      const method = methodName(source.mainMethod)
      const artifact = { id, runtime: source.runtime, entry: ended.entry, method }
      return { kind: 'built', artifact, log: ended.log }
    },
    has: (artifactId) => store.has(artifactId),
    reuse: async (artifactId) => (await store.use(artifactId)) !== undefined,
    async removeUnused(keep, idleMs = 0) {
      await shared.ready
      const removed = await store.removeUnused(new Set([...keep, ...running.keys()]), idleMs)
      const wanted = await store.dependencies()
      await sets.removeUnused(new Set([...wanted, ...shared.dependencies.inUse]), idleMs)
      return removed
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...running.values()].map((build) => build.outcome))
    },
  }
}

interface RunningBuild {
  readonly outcome: Promise<BuildEnd>
  readonly listeners: Set<(line: string) => void>
}

type BuildEnd =
  | { readonly kind: 'built'; readonly entry: string; readonly log: string }
  | { readonly kind: 'failed'; readonly message: string; readonly log: string }

/** What all builds of one builder work with. */
interface Shared {
  readonly options: BuilderOptions
  readonly store: ArtifactStore
  readonly dependencies: InstalledDependencies
  readonly homes: ToolHomes
  readonly enclosure: BuildEnclosure
  /** When what an earlier process left is gone. */
  readonly ready: Promise<void>
}

interface BuildTask extends Shared {
  readonly id: string
  readonly source: Source
  readonly log: BuildLog
  readonly signal: AbortSignal
}

type Planned = Extract<BuildPlan, { kind: 'planned' }>

async function buildOnce(task: BuildTask): Promise<BuildEnd> {
  const { id, source, store, log, options } = task
  await task.ready
  const found = await store.use(id)
  if (found !== undefined) {
    log.add('The same was built before.')
    return { kind: 'built', entry: found.entry, log: found.log }
  }
  const language = options.languages.languageOf(source.runtime)
  if (language === undefined) {
    return failed(log, `The runtime ${source.runtime} is not available on this machine.`)
  }
  const plan = language.plan(source)
  if (plan.kind === 'refused') return failed(log, plan.message)
  const home = task.homes.open(language.family)
  log.hide(home.folder, '~')
  const draft = await store.draft(id, plan.files)
  log.hide(draft, '.')
  try {
    return await buildIn(draft, task, language, plan, home)
  } finally {
    await store.discard(draft)
    await home.close()
  }
}

async function buildIn(
  draft: string,
  task: BuildTask,
  language: Language,
  { dependencies }: Planned,
  home: ToolHome,
): Promise<BuildEnd> {
  const { id, source, store, log, options, signal } = task
  const startedAtMs = performance.now()
  const { timeoutMs, outputBytesMax: bytesMax = OUTPUT_BYTES_MAX, memoryMb = MEMORY_MB } = options
  const deadlineMs = startedAtMs + timeoutMs
  const { cacheBytesMax = CACHE_BYTES_MAX } = options
  const limits = { bytesMax, memoryMb, cacheBytesMax }
  const { enclosure } = task
  const run: BuildRun = { enclosure, log, limits, timeoutMs, deadlineMs, home, signal }

  const setId =
    dependencies === null ? undefined : dependencyId(language.family, source.runtime, dependencies)
  if (dependencies !== null && setId !== undefined) {
    const installed = await task.dependencies.putInto(draft, setId, dependencies, run)
    if (installed.kind === 'failed') return failed(log, installed.message)
  }
  // Of a set that other artifacts hold too, by the same files.
  const fixed = (dependencies?.folders ?? []).map((name) => join(draft, name)).filter(existsSync)
  let passed: string | undefined
  const compiled = await language.compile({
    folder: draft,
    source,
    run: async (step: ToolStep) => {
      const end = await runStep(run, step, draft, fixed)
      passed ??= end.passed
      return end.outcome
    },
  })
  if (compiled.kind === 'refused') {
    // What tools say is told while they run.
    if (!log.holds(compiled.log)) log.add(compiled.log)
    return failed(log, passed ?? `The code does not compile: ${compiled.message}.`)
  }
  const fault = await faultOf(draft, bytesMax)
  if (fault !== undefined) return failed(log, fault)
  const { entry } = compiled
  const took = Math.round(performance.now() - startedAtMs)
  log.add(`Built ${entry} for ${source.runtime} in ${took} ms.`)
  const record = { entry, log: log.text, ...(setId !== undefined && { dependencies: setId }) }
  await store.finish(id, draft, record, dependencies?.folders ?? [])
  options.logger.info({ artifactId: id, durationMs: took }, 'artifact built')
  return { kind: 'built', entry, log: log.text }
}

async function faultOf(draft: string, bytesMax: number): Promise<string | undefined> {
  const check = await checkTree(draft)
  if (check.kind === 'refused') return `The build left ${check.message}.`
  if (check.bytes <= bytesMax) return undefined
  return `The function takes ${megabytes(check.bytes)} MB; at most ${megabytes(bytesMax)} MB are allowed.`
}

function failed(log: BuildLog, message: string): BuildEnd {
  log.add(message)
  return { kind: 'failed', message: log.clean(message), log: log.text }
}
