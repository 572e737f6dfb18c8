import { deployedArtifactIds } from '../store/function-builds.ts'
import { versionArtifactIds } from '../store/function-versions.ts'
import type { Store } from '../store/open.ts'
import type { ControlDeps } from './deps.ts'

const SWEEP_EVERY_MS = 60 * 60_000
/** What a deployment under way has built or found, and what a node still serves from, is younger than this. */
const IDLE_MS = 60 * 60_000

/** What functions serve from, and what their versions need to come back. */
export async function wantedArtifacts({ db }: Pick<Store, 'db'>): Promise<Set<string>> {
  return new Set([...(await deployedArtifactIds(db)), ...(await versionArtifactIds(db))])
}

/** Forgets what was built and is of no version any more, now and then. */
export class ArtifactRetention {
  readonly #deps: Pick<ControlDeps, 'store' | 'artifacts' | 'logger'>
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Pick<ControlDeps, 'store' | 'artifacts' | 'logger'>) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#sweep()
    }, SWEEP_EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #sweep(): Promise<void> {
    const { store, artifacts, logger } = this.#deps
    try {
      const removed = await artifacts?.removeUnused(await wantedArtifacts(store), IDLE_MS)
      if (removed) logger.info({ artifacts: removed }, 'what no version needs any more is removed')
    } catch (error) {
      logger.error({ err: error }, 'what no version needs any more could not be removed')
    }
  }
}
