import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Envs } from '../domain/function.ts'
import type { Route, Version } from '../domain/routes.ts'
import type { OpenedEnvs, SealedEnvs } from '../domain/secret-envs.ts'
import type { PrepareOutcome } from '../languages/language.ts'
import type { Languages } from '../languages/languages.ts'
import type { Logger } from '../observability/logger.ts'
import type { Cgroups, InstanceCgroup } from '../sandbox/cgroups.ts'
import { PlainSandbox } from '../sandbox/plain-sandbox.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { EngineMetrics } from './engine-metrics.ts'
import { Instance, type InstanceEvents } from './instance.ts'
import { removeInstanceFolder } from './instance-folder.ts'
import { reapLeftovers } from './leftovers.ts'
import type { CapturedLine } from './log-lines.ts'
import { MemoryWatch } from './memory-watch.ts'
import { Shims } from './shims.ts'
import { SparePool } from './spare-pool.ts'
import { CODE_FOLDER, type ShimCommand, type StartedShim } from './spawn.ts'
import { Staging } from './staging.ts'
import { endStrays } from './strays.ts'

export interface LauncherOptions {
  readonly languages: Languages
  /** In which instances run; the plain one when absent. */
  readonly sandbox?: Sandbox
  /** That keep flavors; absent where they are not delegated. */
  readonly cgroups?: Cgroups
  /** One folder per running instance below it; what a killed process left there is ended and removed. */
  readonly folder: string
  readonly artifactsFolder: string
  readonly startTimeoutMs: number
  /** How many started shims wait for a function. */
  readonly spareInstances: number
  /** Opens secret environment values. Absent: this node cannot. */
  openSecrets?(route: Route, sealed: SealedEnvs): OpenedEnvs
  readonly logger: Logger
}

export interface LaunchedEvents extends Pick<InstanceEvents, 'onEnded' | 'onRetire'> {
  onLine(
    instanceId: string,
    stream: Parameters<InstanceEvents['onLine']>[0],
    line: CapturedLine,
  ): void
}

const NO_SANDBOX =
  'it is to have no network, and this node cannot keep it from one (bubblewrap is missing or fails)'

/** Starts the processes of instances, from spares where there are any, and removes what they leave behind. */
export class Launcher {
  readonly #options: LauncherOptions
  readonly #metrics: EngineMetrics
  readonly #sandbox: Sandbox
  readonly #staging = new Staging()
  readonly #memory = new MemoryWatch()
  readonly #shims: Shims
  readonly #spares: SparePool
  /** Of instances that have ended: what they have started outside of their group may still run. */
  readonly #leftFolders = new Set<string>()
  /** Of the same: a group is removed when nothing is left in it. */
  readonly #leftCgroups = new Set<InstanceCgroup>()
  readonly #closing = new AbortController()
  readonly #fetching = new Set<string>()

  constructor(options: LauncherOptions, metrics: EngineMetrics) {
    this.#options = options
    this.#metrics = metrics
    const { ended } = reapLeftovers(options.folder, (err) => this.#notRemoved(err))
    if (ended > 0) options.logger.warn({ ended }, 'ended instances that an earlier process left')
    this.#sandbox = options.sandbox ?? new PlainSandbox()
    this.#shims = new Shims(options.folder, this.#sandbox, options.cgroups)
    this.#spares = new SparePool({
      size: options.spareInstances,
      start: (command) => this.#shims.start(command),
      onFailure: (err) => options.logger.warn({ err }, 'a spare instance failed'),
    })
  }

  /** @throws Error when no process can be started, with a message for the function's owner. */
  launch(route: Route, version: Version, slot: number, events: LaunchedEvents): Instance {
    const { startTimeoutMs, logger } = this.#options
    const artifactFolder = this.#artifactFolder(version)
    try {
      const startedAtMs = performance.now()
      const secrets = this.#open(route, version)
      const { shim, isSpare } = this.#shim(version, artifactFolder)
      const instance = new Instance(
        { shim, route, version, secrets, slot, artifactFolder, startTimeoutMs },
        {
          onLine: (stream, line) => events.onLine(shim.id, stream, line),
          onEnded: events.onEnded,
          onRetire: events.onRetire,
        },
      )
      this.#memory.add(instance)
      shim.cgroup?.limitCpu(version.cpuMilli)
      void instance.gone.then(() => {
        this.#leftFolders.add(shim.folder)
        if (shim.cgroup?.remove() === false) this.#leftCgroups.add(shim.cgroup)
        this.#metrics.ended(instance.ending.reason)
      })
      void instance.started.then(({ kind }) => {
        if (kind === 'failed') this.#metrics.failed(route)
        else this.#metrics.ready(route, isSpare, performance.now() - startedAtMs)
      })
      void this.#spares.hold(instance.started)
      return instance
    } catch (error) {
      this.#metrics.failed(route)
      logger.error({ functionId: route.functionId, err: error }, 'an instance could not be started')
      throw error
    }
  }

  /** Fetches what the version's runtime lacks on this node. The message is for the function's owner. */
  async prepare({ artifact: { runtime } }: Version): Promise<PrepareOutcome> {
    const { languages, logger } = this.#options
    const fetching = languages
      .languageOf(runtime)
      ?.prepare?.(runtime, (line) => logger.info({ runtime }, line), this.#closing.signal)
    const outcome = (await fetching) ?? { kind: 'ready' }
    if (outcome.kind === 'failed') logger.error({ runtime }, outcome.message)
    return outcome
  }

  /** An instance of the version is likely to be launched. */
  expect(version: Version): void {
    if (!this.#isReady(version)) {
      this.#fetch(version)
      return
    }
    const command = this.#startCommand(version, this.#artifactFolder(version))
    if (command !== undefined) this.#spares.expect(command)
  }

  /** How many started shims wait now. */
  get spareCount(): number {
    return this.#spares.count
  }

  /** Ends what instances that are gone have left running, and removes their folders. */
  endStrays(): void {
    endStrays(this.#leftFolders)
    for (const folder of this.#leftFolders) {
      const error = removeInstanceFolder(folder)
      if (error !== undefined) this.#notRemoved(error)
    }
    this.#leftFolders.clear()
    for (const cgroup of this.#leftCgroups) if (cgroup.remove()) this.#leftCgroups.delete(cgroup)
  }

  /** Ends all spares and keeps none from now on; nothing is fetched any more. */
  closeSpares(): Promise<void> {
    this.#closing.abort()
    return this.#spares.close()
  }

  /** To be called when no instance and no spare is left. */
  close(): void {
    this.#shims.close()
  }

  /** Only now, and for this start alone. */
  #open(route: Route, { sealedEnvs }: Version): Envs {
    if (sealedEnvs === undefined) return {}
    const opened = this.#options.openSecrets?.(route, sealedEnvs)
    if (opened === undefined) throw new Error('this node has no key for its secret values')
    if (opened.kind === 'failed') throw new Error(opened.message)
    return opened.envs
  }

  #shim(version: Version, artifactFolder: string): { shim: StartedShim; isSpare: boolean } {
    const command = this.#startCommand(version, artifactFolder)
    if (command === undefined) {
      throw new Error(`the runtime ${version.artifact.runtime} is not on this machine`)
    }
    if (!this.#isReady(version)) {
      this.#fetch(version)
      throw new Error(`${version.artifact.runtime} is not on this node yet; it is being fetched`)
    }
    if (!existsSync(artifactFolder)) throw new Error('the built function is not on this node')
    if (command.network === 'none' && !this.#sandbox.isEnclosed) throw new Error(NO_SANDBOX)
    this.#sandbox.makeReadable(artifactFolder)
    const fits = !this.#sandbox.isEnclosed || this.#staging.fits(artifactFolder)
    const spare = fits ? this.#spares.take(command) : undefined
    if (spare === undefined)
      return { shim: this.#shims.start(command, artifactFolder), isSpare: false }
    if (spare.stagingFolder !== undefined) this.#staging.stage(artifactFolder, spare.stagingFolder)
    return { shim: spare, isSpare: true }
  }

  /** Starts to, unless that is under way. */
  #fetch(version: Version): void {
    const { runtime } = version.artifact
    if (this.#fetching.has(runtime)) return
    this.#fetching.add(runtime)
    void this.prepare(version).finally(() => this.#fetching.delete(runtime))
  }

  #isReady({ artifact: { runtime } }: Version): boolean {
    return this.#options.languages.languageOf(runtime)?.isReady?.(runtime) ?? true
  }

  #artifactFolder({ artifact }: Version): string {
    return join(this.#options.artifactsFolder, artifact.id)
  }

  /** Undefined when this machine does not have the runtime. */
  #startCommand(version: Version, artifactFolder: string): ShimCommand | undefined {
    const { artifact, memoryMb, envs, network = 'outbound' } = version
    const { runtime, entry } = artifact
    const language = this.#options.languages.languageOf(runtime)
    const folder = this.#sandbox.isEnclosed ? CODE_FOLDER : artifactFolder
    const start = language?.start({ runtime, memoryMb, envs, folder, entry })
    return start && { ...start, memoryMb, network }
  }

  #notRemoved(err: Error): void {
    this.#options.logger.warn({ err }, "an instance's folder stays until the next start")
  }
}
