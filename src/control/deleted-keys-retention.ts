import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { DELETED_KEYS_DAYS } from '../domain/deleted-key.ts'
import { insertAudit } from '../store/audit.ts'
import { purgeOutdatedKeys } from '../store/deleted-keys.ts'
import { purgeEntry } from './deleted-keys.ts'
import type { ControlDeps } from './deps.ts'

const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
const KEYS_AT_ONCE = 500

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
    const nowMs = clock.now()
    const untilMs = nowMs - deletedKeysDays * DAY_MS
    while (!this.#isStopping) {
      // No change: what is forgotten here opened nothing before, and no node has to be told.
      const purged = await store.db.transaction().execute(async (trx) => {
        const keys = await purgeOutdatedKeys(trx, untilMs, KEYS_AT_ONCE)
        const change = { revision: null, nowMs, actor: SYSTEM_ACTOR }
        for (const key of keys) await insertAudit(trx, change, purgeEntry(key))
        return keys.length
      })
      if (purged < KEYS_AT_ONCE) return
    }
  }
}
