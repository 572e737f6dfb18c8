import { queryOptions } from '@tanstack/react-query'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

/** Runs begin by themselves: they are looked at again. */
const REFETCH_MS = 10_000

export const triggersKey = (scope: Scope, { namespace, name }: FunctionName) =>
  ['functions', scope, namespace, name, 'triggers'] as const

export const triggersQuery = (scope: Scope, fn: FunctionName) =>
  queryOptions({
    queryKey: triggersKey(scope, fn),
    queryFn: () => api.triggers.list(scope, fn),
    refetchInterval: REFETCH_MS,
  })

/** The next moments of a schedule, and what is wrong with it. What reads schedules is fetched when it is needed. */
export const runsQuery = (schedule: string, timezone: string) =>
  queryOptions({
    queryKey: ['next-runs', schedule, timezone],
    queryFn: async () => {
      const { isTimezone, nextTick, scheduleFault } = await import(
        '../../../src/domain/schedule.ts'
      )
      const nowMs = Date.now()
      if (!isTimezone(timezone)) return { times: [] }
      const fault = scheduleFault(schedule, timezone, nowMs)
      if (fault !== undefined) return { fault, times: [] }
      const times: string[] = []
      for (let afterMs = nowMs; times.length < NEXT_RUNS; ) {
        const tickMs = nextTick(schedule, timezone, afterMs)
        if (tickMs === null) break
        times.push(new Date(tickMs).toISOString())
        afterMs = tickMs
      }
      return { times }
    },
    staleTime: 30_000,
  })

const NEXT_RUNS = 3
