import type { Logger } from 'pino'
import { type Artifact, methodName, type Source } from '../domain/function.ts'
import type { ToolStep } from '../languages/language.ts'
import type { Languages } from '../languages/languages.ts'
import { runTool, type ToolOutcome } from '../languages/run-tool.ts'
import { unreachable } from '../lib/assert.ts'
import { artifactId } from './artifact-id.ts'
import { ArtifactStore, treeBytes } from './artifact-store.ts'

export interface BuilderOptions {
  readonly languages: Languages
  readonly artifactsFolder: string
  /** Where builds under way live; on the same file system as the artifacts. */
  readonly tempFolder?: string
  /** For each tool that a build runs. */
  readonly timeoutMs: number
  /** Of everything that a build installs. */
  readonly outputBytesMax?: number
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
  /** Removes the artifacts that are not in `keep`, except those that are being built. */
  removeUnused(keep: ReadonlySet<string>): Promise<number>
  /** Ends the tools that run; their builds fail. */
  close(): Promise<void>
}

const OUTPUT_BYTES_MAX = 512 * 1024 * 1024

/** Turns source into artifacts, addressed by content. */
export function createBuilder(options: BuilderOptions): Builder {
  const store = new ArtifactStore(options.artifactsFolder, options.tempFolder)
  const running = new Map<string, RunningBuild>()
  const closing = new AbortController()

  function start(id: string, source: Source): RunningBuild {
    const listeners = new Set<(line: string) => void>()
    const log = new BuildLog((line) => {
      for (const listener of listeners) listener(line)
    })
    const outcome = buildOnce({ id, source, store, log, options, signal: closing.signal })
    const build = { outcome, listeners }
    running.set(id, build)
    const forget = (): boolean => running.delete(id)
    outcome.then(forget, forget)
    return build
  }

  return {
    async build(source, onProgress) {
      const id = artifactId(source)
      const build = running.get(id) ?? start(id, source)
      if (onProgress !== undefined) build.listeners.add(onProgress)
      const ended = await build.outcome
      if (ended.kind === 'failed') return ended
      const method = methodName(source.mainMethod)
      const artifact = { id, runtime: source.runtime, entry: ended.entry, method }
      return { kind: 'built', artifact, log: ended.log }
    },
    has: (artifactId) => store.has(artifactId),
    removeUnused: (keep) => store.removeUnused(new Set([...keep, ...running.keys()])),
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

interface BuildTask {
  readonly id: string
  readonly source: Source
  readonly store: ArtifactStore
  readonly log: BuildLog
  readonly options: BuilderOptions
  readonly signal: AbortSignal
}

async function buildOnce(task: BuildTask): Promise<BuildEnd> {
  const { id, source, store, log, options } = task
  const found = await store.find(id)
  if (found !== undefined) return { kind: 'built', ...found }

  const language = options.languages.languageOf(source.runtime)
  if (language === undefined) {
    return log.failed(`The runtime ${source.runtime} is not available on this machine.`)
  }
  const plan = language.plan(source)
  if (plan.kind === 'refused') return log.failed(plan.message)

  const startedAtMs = performance.now()
  const draft = await store.draft(id, plan.files)
  try {
    if (plan.dependencies !== null) {
      const failure = await install(task, plan.dependencies.step, draft)
      if (failure !== undefined) return log.failed(failure)
    }
    const run = (step: ToolStep) => runStep(task, step, draft)
    const compiled = await language.compile({ folder: draft, source, run })
    if (compiled.kind === 'refused') {
      log.add(compiled.log)
      return log.failed(`The code does not compile: ${compiled.message}.`)
    }
    const took = Math.round(performance.now() - startedAtMs)
    log.add(`Built ${compiled.entry} for ${source.runtime} in ${took} ms.`)
    await store.finish(id, draft, { entry: compiled.entry, log: log.text })
    options.logger.info({ artifactId: id, durationMs: took }, 'artifact built')
    return { kind: 'built', entry: compiled.entry, log: log.text }
  } finally {
    await store.discard(draft)
  }
}

/** The sentence of the failure, or undefined when all is in place. */
async function install(
  task: BuildTask,
  step: ToolStep,
  folder: string,
): Promise<string | undefined> {
  const { options } = task
  const outcome = await runStep(task, step, folder)
  const failure = toolFailure(step, outcome, options.timeoutMs)
  if (failure !== undefined) return failure
  const bytesMax = options.outputBytesMax ?? OUTPUT_BYTES_MAX
  const bytes = await treeBytes(folder)
  if (bytes <= bytesMax) return undefined
  return `The dependencies take ${megabytes(bytes)} MB; at most ${megabytes(bytesMax)} MB are allowed.`
}

function runStep(task: BuildTask, step: ToolStep, folder: string): Promise<ToolOutcome> {
  const { log, options, signal } = task
  log.add(`Running ${step.title}`)
  return runTool({
    command: step.command,
    args: step.args,
    folder,
    environment: step.environment(task.store.homeFolder),
    timeoutMs: options.timeoutMs,
    signal,
    onOutput: (text) => log.add(text),
  })
}

function toolFailure(step: ToolStep, outcome: ToolOutcome, timeoutMs: number): string | undefined {
  switch (outcome.kind) {
    case 'ended':
      return outcome.code === 0 ? undefined : step.explain(outcome.output)
    case 'timed-out':
      return `${step.title} did not end within ${timeoutMs / 1000} seconds.`
    case 'aborted':
      return `${step.title} was ended because the server stops.`
    case 'not-started':
      return `${step.title} could not be started: ${outcome.reason}.`
    default:
      return unreachable(outcome)
  }
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}

const LOG_CHARS_MAX = 64 * 1024

/** What the operator reads about a build: bounded, and told line by line as it comes. */
class BuildLog {
  #text = ''
  readonly #onLine: (line: string) => void

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  get text(): string {
    return this.#text
  }

  add(text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue
      this.#text = `${this.#text}${line.trimEnd()}\n`.slice(-LOG_CHARS_MAX)
      this.#onLine(line.trimEnd())
    }
  }

  failed(message: string): BuildEnd {
    this.add(message)
    return { kind: 'failed', message, log: this.#text }
  }
}
