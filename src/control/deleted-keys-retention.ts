import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { DELETED_KEYS_DAYS } from '../domain/deleted-key.ts'
import { outdatedDeletedKeys, purgeDeletedKey } from '../store/deleted-keys.ts'
import { commit } from './commit.ts'
import { auditPurge } from './deleted-keys.ts'
import type { ControlDeps } from './deps.ts'

const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
const KEYS_A_CHANGE = 500

/** Forgets deleted keys when the time to bring them back is over, at the start and every hour. */
export class DeletedKeysRetention {
  readonly #deps: ControlDeps
  #isStopping = false
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: ControlDeps) {
    this.#deps = deps
  }

  start(): void {
    void this.run()
    this.#timer = setInterval(() => void this.run(), EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#isStopping = true
    await this.#running
  }

  /** Resolves when all that is outdated now is gone, or could not be forgotten, which is logged. */
  run(): Promise<void> {
    this.#running = this.#running
      .then(() => this.#purge())
      .catch((error) =>
        this.#deps.logger.warn({ err: error }, 'deleted keys could not be forgotten'),
      )
    return this.#running
  }

  async #purge(): Promise<void> {
    const { store, clock, deletedKeysDays = DELETED_KEYS_DAYS } = this.#deps
    const untilMs = clock.now() - deletedKeysDays * DAY_MS
    while (!this.#isStopping) {
      if ((await outdatedDeletedKeys(store.db, untilMs, 1)).length === 0) return
      await this.#purgeSome(untilMs)
    }
  }

  async #purgeSome(untilMs: number): Promise<void> {
    await commit(this.#deps, { actor: SYSTEM_ACTOR }, async (handle) => {
      // Read again in the change: another process may have purged them meanwhile.
      const keys = await outdatedDeletedKeys(handle.trx, untilMs, KEYS_A_CHANGE)
      for (const key of keys) {
        await purgeDeletedKey(handle.trx, key.id)
        auditPurge(handle, key)
      }
      return null
    })
  }
}
