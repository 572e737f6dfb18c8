import { lookAt, noticeEvent } from '../domain/notices.ts'
import { nextTurn } from '../lib/next-turn.ts'
import type { Trx } from '../store/dialect.ts'
import { insertEvent } from '../store/events.ts'
import { readMark, setMark } from '../store/marks.ts'
import {
  type ChangedRules,
  changedRules,
  forgetRules,
  type KeyToLookAt,
  keysOfProject,
  keysToLookAt,
  nextLookAt,
  unwatchKeys,
  writeLooks,
  writeRules,
} from '../store/notices.ts'
import type { Store } from '../store/open.ts'
import type { ControlDeps } from './deps.ts'
import { DueLoop } from './due-loop.ts'

export interface NoticesOptions {
  readonly store: Store
  readonly logger: Pick<ControlDeps['logger'], 'error' | 'warn'>
  /** After notices were given: there may be something to send. */
  readonly onGiven?: () => void
}

/** The clock may jump, and another process may change a key. */
const LOOK_EVERY_MS = 5_000
const RETRY_MS = 5_000
const KEYS_AT_ONCE = 100
const CLOCK_MARK = 'notices_clock'
/** How far the clock may be behind what it was before all is looked at anew. */
const CLOCK_BACK_MS = 3_600_000

/**
 * Tells operators what time alone brings about: keys that expire, have expired, are not used.
 *
 *   a key is changed -> look at it now -> look at it at its next moment -> notice, and so on
 *
 * A notice and what the key's row remembers of it are one transaction, and the notice has an identity of which
 * the store keeps one. So it is given once by any number of processes, whenever they are killed.
 */
export class NoticeScheduler {
  readonly #options: NoticesOptions
  readonly #loop: DueLoop
  /** What is left is for the next start. */
  #isStopping = false

  constructor(options: NoticesOptions) {
    this.#options = options
    const { store, logger } = options
    this.#loop = new DueLoop({
      turn: async () => {
        await this.pass()
        return await nextLookAt(store.db)
      },
      lookEveryMs: LOOK_EVERY_MS,
      retryMs: RETRY_MS,
      failure: 'notices of keys could not be given',
      clock: store.clock,
      logger,
    })
  }

  start(): void {
    this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#loop.stop()
  }

  /** Gives what is due now. Resolves with how many notices that were. */
  async pass(): Promise<number> {
    const { store, onGiven } = this.#options
    await this.#noticeClock()
    let given = 0
    for (;;) {
      const rules = await changedRules(store.db)
      if (rules === undefined) break
      given += await this.#lookAtProject(rules)
      if (this.#isStopping) return given
    }
    for (;;) {
      const { looked, told } = await this.#lookAtDue()
      given += told
      if (looked < KEYS_AT_ONCE || this.#isStopping) break
      await nextTurn()
    }
    if (given > 0) onGiven?.()
    return given
  }

  /** Moments that were reckoned from a clock that ran ahead would be waited for. */
  async #noticeClock(): Promise<void> {
    const { db, clock } = this.#options.store
    const nowMs = clock.now()
    const mark = await readMark(db, CLOCK_MARK)
    const seenMs = mark === undefined ? Number.NEGATIVE_INFINITY : Number(mark)
    if (Math.abs(nowMs - seenMs) < CLOCK_BACK_MS) return
    await db.transaction().execute(async (trx) => {
      if (nowMs < seenMs) await forgetRules(trx)
      await setMark(trx, CLOCK_MARK, String(nowMs))
    })
  }

  async #lookAtDue(): Promise<{ looked: number; told: number }> {
    const { store } = this.#options
    const nowMs = store.clock.now()
    // Most of the time nothing is due, and no lock is wanted.
    const nextMs = await nextLookAt(store.db)
    if (nextMs === undefined || nextMs > nowMs) return { looked: 0, told: 0 }
    return await store.db.transaction().execute(async (trx) => {
      const { keys, goneIds } = await keysToLookAt(trx, nowMs, KEYS_AT_ONCE)
      await unwatchKeys(trx, goneIds)
      return {
        looked: keys.length + goneIds.length,
        told: await look(trx, store, keys, nowMs),
      }
    })
  }

  /** A project's keys are looked at with its new rules; until all are, they count as changed. */
  async #lookAtProject(rules: ChangedRules): Promise<number> {
    const { store } = this.#options
    let told = 0
    for (let afterId = ''; ; ) {
      const nowMs = store.clock.now()
      const lastId = await store.db.transaction().execute(async (trx) => {
        const page = await keysOfProject(trx, rules.projectId, afterId, KEYS_AT_ONCE)
        told += await look(trx, store, page.keys, nowMs)
        return page.lastId
      })
      if (this.#isStopping) return told
      if (lastId === undefined) break
      afterId = lastId
      await nextTurn()
    }
    await store.db.transaction().execute((trx) => writeRules(trx, rules))
    return told
  }
}

/** Resolves with how many notices were given. */
async function look(
  trx: Trx,
  store: Store,
  keys: readonly KeyToLookAt[],
  nowMs: number,
): Promise<number> {
  let given = 0
  const looks = keys.map((one) => ({
    ...lookAt(one.key, one.state, one.rules, nowMs),
    id: one.id,
    one,
  }))
  for (const { notices, one } of looks) {
    for (const notice of notices) {
      if (await insertEvent(trx, noticeEvent(one, notice), nowMs)) given += 1
    }
  }
  await writeLooks(trx, store.runEach, looks)
  return given
}
