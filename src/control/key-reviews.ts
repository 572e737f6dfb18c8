import { FINDING_KINDS, type FindingKind } from '../domain/key-review.ts'
import type { Scope } from '../domain/names.ts'
import { DAY_MS, stepStart } from '../domain/usage-time.ts'
import { countEndedKeys, type ReviewedKey, reviewKeys } from '../store/key-reviews.ts'
import type { ControlDeps } from './deps.ts'
import type { Page, PageQuery } from './requests.ts'
import { requireScope } from './scope.ts'
import { USAGE_KEPT_DAYS } from './usage-retention.ts'

export interface KeyReviewAsk extends PageQuery {
  /** For how many days back what was not used counts as unused; at most as long as usage is kept. */
  readonly days: number
  /** A secret that is older, in days, counts as old. */
  readonly secretDays: number
  /** Those of keys that work unless told. */
  readonly kinds?: readonly FindingKind[] | undefined
  readonly byName: boolean
}

export interface KeyReviews extends Page<ReviewedKey> {
  readonly days: number
  readonly sinceMs: number
  /** Keys that do not work: they are looked at only when `kinds` says so. */
  readonly ended: { readonly disabled: number; readonly expired: number }
}

export interface KeyReviewUseCases {
  list(scope: Scope, ask: KeyReviewAsk): Promise<KeyReviews>
}

const OF_LIVE_KEYS = FINDING_KINDS.filter((kind) => kind !== 'disabled' && kind !== 'expired')

export function keyReviewUseCases(deps: ControlDeps): KeyReviewUseCases {
  const { store, clock, usageKeptDays = USAGE_KEPT_DAYS } = deps
  return {
    async list(scope, { secretDays, kinds = OF_LIVE_KEYS, ...ask }) {
      await requireScope(store.db, scope)
      const nowMs = clock.now()
      const days = Math.min(ask.days, usageKeptDays.day)
      const sinceMs = stepStart('day', nowMs - days * DAY_MS)
      const secretsSinceMs = nowMs - secretDays * DAY_MS
      const found = await reviewKeys(store.db, scope, {
        ...{ ...ask, kinds, nowMs, sinceMs, secretsSinceMs },
      })
      return { ...found, days, sinceMs, ended: await countEndedKeys(store.db, scope, nowMs) }
    },
  }
}
