import type {
  FunctionSummary,
  OverviewQuery,
  RecentUsage,
} from '../../control/function-overview.ts'
import { recentMeasures } from '../../domain/recent-usage.ts'
import type { UsageCounts } from '../../domain/usage.ts'
import { utcSeconds } from '../../lib/utc-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { reads } from '../operation.ts'
import { pageWire, parseOrder } from '../paging.ts'
import { ScopeParams } from '../schemas/common.ts'
import {
  type FunctionSummaryWire,
  FunctionsOverview,
  FunctionsOverviewQuery,
} from '../schemas/function-overview.ts'
import { rounded } from '../usage-wire.ts'

export const functionOverviewRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'FunctionsOverviewHandler.get',
      summary: 'List the functions of all namespaces, with what they did in the last hour',
      tags: ['functions'],
    }
    app.get(
      '/v1/faas/functions/:project_id/:region_id',
      {
        schema: {
          ...reads(list, FunctionsOverview),
          params: ScopeParams,
          querystring: FunctionsOverviewQuery,
        },
      },
      async ({ params, query }) => {
        const { order_by: order, ...asked } = query
        const { field: orderBy, descending } = parseOrder<OverviewQuery['orderBy']>(order)
        const page = await control.functionOverview.list(scopeOf(params), {
          ...asked,
          orderBy,
          descending,
        })
        return pageWire(page, summaryWire)
      },
    )
    done()
  }

function summaryWire(summary: FunctionSummary): FunctionSummaryWire {
  const { fn, instances } = summary
  return {
    id: fn.id,
    name: fn.name,
    namespace: fn.namespace,
    description: fn.description,
    runtime: fn.runtime,
    enable_api_key: fn.requiresKey,
    disabled: fn.disabled,
    deployed: fn.isDeployed,
    status: summary.status,
    build_status: fn.buildStatus,
    instances: { total: instances.total, ready: instances.ready },
    endpoint: summary.endpoint,
    created_at: utcSeconds(fn.createdAtMs),
    updated_at: utcSeconds(fn.updatedAtMs),
    usage: usageWire(summary.usage),
  }
}

function usageWire({ fromMs, counts, series }: RecentUsage): FunctionSummaryWire['usage'] {
  return { ...measures(counts), from: utcSeconds(fromMs), series: series.map(measures) }
}

function measures(counts: UsageCounts) {
  const { requests, errors, p95Ms } = recentMeasures(counts)
  return { requests, errors, p95: rounded(p95Ms) }
}
