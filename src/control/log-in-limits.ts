import { hash } from 'node:crypto'
import { PublicError } from '../domain/errors.ts'
import { ACCOUNT_LIMIT, ADDRESS_LIMIT, type LogInLimit } from '../domain/log-in-limit.ts'
import { emailKey } from '../domain/user.ts'
import { addressGroup } from '../lib/address-group.ts'
import type { Trx } from '../store/dialect.ts'
import { blockedUntil, clearTries, countTry, forgive } from '../store/log-in-limits.ts'
import type { Store } from '../store/open.ts'

/** What tries are counted for. */
export interface Counted {
  readonly name: string
  readonly limit: LogInLimit
  /** Whether a right password makes all that failed before it forgotten. */
  readonly isCleared: boolean
}

/** One that was counted. */
export interface Try extends Counted {
  readonly untilMs: number
}

/** Counts in the store, so that a new start and a second process know them too. */
export class LogInLimits {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** By a digest of the address: it may be a password that was typed into the wrong field. */
  ofAccount(email: string): Counted {
    const name = `account:${hash('sha256', emailKey(email), 'hex')}`
    return { name, limit: ACCOUNT_LIMIT, isCleared: true }
  }

  /** In place of the account's, for a browser that has been signed in to it. */
  ofSession(id: string): Counted {
    return { name: `session:${id}`, limit: ACCOUNT_LIMIT, isCleared: true }
  }

  ofPassword(userId: number): Counted {
    return { name: `password:${userId}`, limit: ACCOUNT_LIMIT, isCleared: true }
  }

  /** Whoever knows one password must not be able to guess others for ever. */
  ofAddress(address: string): Counted {
    return { name: `address:${addressGroup(address)}`, limit: ADDRESS_LIMIT, isCleared: false }
  }

  /** Counts one as failed, until {@link succeeded} says otherwise. Throws when it is too early for another. */
  async countTry(counted: readonly Counted[]): Promise<readonly Try[]> {
    const { db, clock } = this.#store
    const nowMs = clock.now()
    return await db.transaction().execute(async (trx) => {
      // All are asked before any is counted: what is not let through is no guess.
      for (const { name } of counted) {
        const untilMs = await blockedUntil(trx, name, nowMs)
        if (untilMs !== undefined) throw tooMany(untilMs - nowMs)
      }
      const tries: Try[] = []
      for (const one of counted) {
        tries.push({ ...one, untilMs: await countTry(trx, one.name, one.limit, nowMs) })
      }
      return tries
    })
  }

  async succeeded(trx: Trx, tries: readonly Try[]): Promise<void> {
    for (const { name, isCleared, untilMs } of tries) {
      if (isCleared) await clearTries(trx, name)
      else await forgive(trx, name, untilMs)
    }
  }
}

function tooMany(waitMs: number): PublicError {
  const seconds = Math.ceil(waitMs / 1000)
  const detail = `Too many log-ins failed; try again in ${seconds} s.`
  return new PublicError('too_many_log_ins', detail, [], seconds)
}
