import { endpointUrl } from '../domain/endpoint.ts'
import { type FunctionStatus, functionStatus } from '../domain/function-status.ts'
import type { Scope } from '../domain/names.ts'
import {
  addRecentCounts,
  RECENT_WIDTH,
  recentFromMs,
  STRETCH_MS,
  STRETCHES,
} from '../domain/recent-usage.ts'
import type { InstanceCounts } from '../feed/nodes.ts'
import { type ListedFunction, listAllFunctions } from '../store/function-overview.ts'
import { findNamespace } from '../store/namespaces.ts'
import type { OverviewField } from '../store/overview-order.ts'
import { type RecentSum, readRecentUsage } from '../store/recent-usage.ts'
import type { ControlDeps } from './deps.ts'
import type { Page, PageQuery } from './requests.ts'
import { noNamespace, requireScope } from './scope.ts'

export interface OverviewQuery extends PageQuery {
  readonly search?: string | undefined
  readonly namespace?: string | undefined
  readonly status?: FunctionStatus | undefined
  readonly orderBy: OverviewField
  readonly descending: boolean
}

export interface FunctionSummary {
  readonly fn: ListedFunction
  readonly status: FunctionStatus
  readonly instances: InstanceCounts
  readonly endpoint: string
  readonly usage: RecentUsage
}

/** The last hour, in stretches of five minutes of which the last has not ended. */
export interface RecentUsage {
  readonly fromMs: number
  /** All of it, as `RECENT_FIELDS` says. */
  readonly counts: readonly number[]
  readonly series: readonly (readonly number[])[]
}

export interface FunctionOverviewUseCases {
  /** Functions of all namespaces, with what they did lately. */
  list(scope: Scope, query: OverviewQuery): Promise<Page<FunctionSummary>>
}

const NO_INSTANCES: InstanceCounts = { total: 0, ready: 0 }

/** A page costs the same few queries however many functions it shows, and the nodes are asked once. */
export function functionOverviewUseCases(deps: ControlDeps): FunctionOverviewUseCases {
  const { db } = deps.store
  return {
    async list(scope, query) {
      await requireScope(db, scope)
      const { namespace } = query
      if (namespace !== undefined && (await findNamespace(db, scope, namespace)) === undefined) {
        throw noNamespace(namespace)
      }
      const instances = await deps.nodes.status()
      const runningIds = [...instances].flatMap(([id, { ready }]) => (ready > 0 ? [id] : []))
      const fromMs = recentFromMs(deps.clock.now())
      const filter = { ...query, runningIds, recentFromMs: fromMs }
      const page = await listAllFunctions(db, scope, filter)
      const ids = page.results.map((fn) => fn.id)
      const sums = await readRecentUsage(db, ids, fromMs)
      const usage = Map.groupBy(sums, (sum) => sum.functionId)
      return {
        count: page.count,
        results: page.results.map((fn) => {
          const counts = instances.get(fn.id) ?? NO_INSTANCES
          return {
            fn,
            status: functionStatus(fn, counts),
            instances: counts,
            endpoint: endpointUrl(deps, fn.label),
            usage: recentUsage(fromMs, usage.get(fn.id) ?? []),
          }
        }),
      }
    },
  }
}

function recentUsage(fromMs: number, sums: readonly RecentSum[]): RecentUsage {
  const series = Array.from({ length: STRETCHES }, () => new Array<number>(RECENT_WIDTH).fill(0))
  const counts = new Array<number>(RECENT_WIDTH).fill(0)
  for (const sum of sums) {
    // What was counted before this clock was put back stands in a stretch that has not begun.
    const stretch = Math.min((sum.atMs - fromMs) / STRETCH_MS, STRETCHES - 1)
    addRecentCounts(series[stretch]!, sum.counts)
    addRecentCounts(counts, sum.counts)
  }
  return { fromMs, counts, series }
}
