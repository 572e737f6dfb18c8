import { PublicError } from '../domain/errors.ts'
import { readCounter } from '../store/counters.ts'
import { claimIdempotencyKey, findIdempotency, rememberAnswer } from '../store/idempotency.ts'
import type { IdempotencyUseCases } from './control.ts'
import type { ControlDeps } from './deps.ts'

export function idempotencyUseCases({
  store,
  clock,
  nodes,
  propagationTimeoutMs,
}: ControlDeps): IdempotencyUseCases {
  return {
    async find(operator, key, fingerprint) {
      const record = await findIdempotency(store.db, operator, key, clock.now())
      if (record === undefined) return undefined
      if (record.fingerprint !== fingerprint) throw new PublicError('idempotency_mismatch')
      return record.answer
    },

    async settled() {
      const revision = await readCounter(store.db, 'revision')
      nodes.announce(revision)
      return await nodes.applied(revision, propagationTimeoutMs)
    },

    /** What is remembered already stays: a change may have been committed under the key meanwhile. */
    async rememberRefusal(operator, key, fingerprint, answer) {
      await store.db.transaction().execute(async (trx) => {
        const claim = { operator, key, fingerprint, nowMs: clock.now() }
        if (await claimIdempotencyKey(trx, claim)) await rememberAnswer(trx, operator, key, answer)
      })
    },
  }
}
