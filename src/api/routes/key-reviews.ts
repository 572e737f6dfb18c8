import type { KeyReviews } from '../../control/key-reviews.ts'
import { type Finding, findingText } from '../../domain/key-review.ts'
import type { FunctionName } from '../../domain/names.ts'
import { utcSeconds, utcSecondsOrNull } from '../../lib/utc-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { keyWire } from '../key-wire.ts'
import { reads } from '../operation.ts'
import { ScopeParams } from '../schemas/common.ts'
import { KeyReviewList, type KeyReviewListWire, KeyReviewQuery } from '../schemas/key-reviews.ts'

export const keyReviewRoutes: Routes =
  ({ control, clock }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'KeyReviewsHandler.get',
      summary: 'List keys that are not used, or may do more than they do',
      tags: ['keys'],
    }
    app.get(
      '/v1/faas/key_reviews/:project_id/:region_id',
      {
        schema: {
          ...reads(list, KeyReviewList),
          params: ScopeParams,
          querystring: KeyReviewQuery,
        },
      },
      async ({ params, query }) => {
        const { days, secret_days: secretDays, kind, limit, offset, order_by: order } = query
        const page = { limit, offset, byName: order === 'name' }
        const ask = { ...page, days, secretDays, kinds: kind }
        return reviewsWire(await control.keyReviews.list(scopeOf(params), ask), clock.now())
      },
    )
    done()
  }

function reviewsWire(reviews: KeyReviews, nowMs: number): KeyReviewListWire {
  return {
    count: reviews.count,
    results: reviews.results.map(({ key, findings }) => ({
      key: keyWire(key, nowMs),
      findings: findings.map(findingWire),
    })),
    days: reviews.days,
    since: utcSeconds(reviews.sinceMs),
    ended: { ...reviews.ended },
  }
}

function findingWire(finding: Finding) {
  const plain = ({ name, namespace }: FunctionName) => ({ name, namespace })
  return {
    kind: finding.kind,
    since: utcSecondsOrNull(finding.sinceMs),
    function: finding.function === null ? null : plain(finding.function),
    namespace: finding.namespace,
    called_functions: finding.calledFunctions.map(plain),
    functions_count: finding.functionsCount,
    message: findingText(finding),
  }
}
