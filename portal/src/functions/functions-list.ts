import { queryOptions } from '@tanstack/react-query'
import type { OverviewQuery } from '../../../src/client/functions.ts'
import type { FunctionStatusChoices } from '../../../src/client/types.ts'
import { FUNCTION_STATUSES } from '../../../src/domain/function-status.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { type ListParams, PAGE_SIZE } from '../ui/list-params.ts'

/** What is drawn of requests moves on. */
const REFETCH_MS = 15_000
/** A build ends within seconds. */
const BUILDING_REFETCH_MS = 2_000
const FIELDS = ['name', 'namespace', 'created_at', 'updated_at', 'requests', 'errors', 'p95']
const ORDERS: ReadonlySet<string> = new Set(FIELDS.flatMap((by) => [`${by}.asc`, `${by}.desc`]))

export function functionsQuery(scope: Scope, query: OverviewQuery) {
  return queryOptions({
    queryKey: ['functions', scope, 'overview', query],
    queryFn: ({ signal }) => api.functions.overview(scope, query, signal),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ status }) => status === 'building')
        ? BUILDING_REFETCH_MS
        : REFETCH_MS,
  })
}

/** What the page's address asks for; what it cannot ask for is left out. */
export function overviewQueryOf(params: ListParams): OverviewQuery {
  const [search, namespace] = [params.get('search'), params.get('namespace')]
  const [status, order] = [params.get('status'), params.get('order')]
  return {
    limit: PAGE_SIZE,
    offset: params.offset,
    order_by: ORDERS.has(order) ? (order as NonNullable<OverviewQuery['order_by']>) : 'name.asc',
    ...(search !== '' && { search: search.toLowerCase() }),
    ...(namespace !== '' && { namespace }),
    ...(isStatus(status) && { status }),
  }
}

const FILTERS = ['search', 'namespace', 'status'] as const

export function isFiltered(params: ListParams): boolean {
  return FILTERS.some((name) => params.get(name) !== '')
}

export function clearFilters(params: ListParams): void {
  params.set(Object.fromEntries(FILTERS.map((name) => [name, ''])))
}

function isStatus(text: string): text is FunctionStatusChoices {
  return (FUNCTION_STATUSES as readonly string[]).includes(text)
}
