import type { DependencyStep } from '../languages/language.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { DependencyStore } from './dependency-store.ts'
import { type BuildRun, runStep, stepFailure } from './run-step.ts'
import { megabytes } from './step-watch.ts'
import { checkTree } from './tree.ts'

export type InstallOutcome =
  | { readonly kind: 'installed' }
  /** A sentence for the function's owner. */
  | { readonly kind: 'failed'; readonly message: string }

/** Installs each set of dependencies once, however many builds want it and whether at the same time. */
export class InstalledDependencies {
  readonly #artifacts: ArtifactStore
  readonly #store: DependencyStore
  readonly #running = new Map<string, Promise<InstallOutcome>>()
  /** How many builds under way use a set: it stays until they have it. */
  readonly #uses = new Map<string, number>()

  constructor(artifacts: ArtifactStore, store: DependencyStore) {
    this.#artifacts = artifacts
    this.#store = store
  }

  get inUse(): ReadonlySet<string> {
    return new Set(this.#uses.keys())
  }

  /** Puts the set into the draft, installed now if it was not before. */
  async putInto(
    draft: string,
    id: string,
    dependencies: DependencyStep,
    run: BuildRun,
  ): Promise<InstallOutcome> {
    this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1)
    try {
      const outcome = await this.#installed(id, dependencies, run)
      if (outcome.kind === 'installed') await this.#store.putInto(id, draft)
      return outcome
    } finally {
      const uses = this.#uses.get(id)! - 1
      if (uses === 0) this.#uses.delete(id)
      else this.#uses.set(id, uses)
    }
  }

  async #installed(
    id: string,
    dependencies: DependencyStep,
    run: BuildRun,
  ): Promise<InstallOutcome> {
    const other = this.#running.get(id)
    if (other !== undefined) {
      run.log.add('The same dependencies are being installed for another build.')
      return await other
    }
    const install = this.#install(id, dependencies, run).finally(() => this.#running.delete(id))
    this.#running.set(id, install)
    return await install
  }

  async #install(id: string, dependencies: DependencyStep, run: BuildRun): Promise<InstallOutcome> {
    if (await this.#store.use(id)) {
      run.log.add('The dependencies are installed already.')
      return { kind: 'installed' }
    }
    const { files, folders, step } = dependencies
    const draft = await this.#artifacts.draft(`dependencies-${id}`, files)
    run.log.hide(draft, '.')
    try {
      const failure = stepFailure(step, await runStep(run, step, draft))
      if (failure !== undefined) return { kind: 'failed', message: failure }
      const fault = await faultOf(draft, run)
      if (fault !== undefined) return { kind: 'failed', message: fault }
      await this.#store.keep(id, draft, folders)
      return { kind: 'installed' }
    } finally {
      await this.#artifacts.discard(draft)
    }
  }
}

async function faultOf(draft: string, { limits }: BuildRun): Promise<string | undefined> {
  const check = await checkTree(draft)
  if (check.kind === 'refused') return `The installation left ${check.message}.`
  if (check.bytes <= limits.bytesMax) return undefined
  return `The dependencies take ${megabytes(check.bytes)} MB; at most ${megabytes(limits.bytesMax)} MB are allowed.`
}
