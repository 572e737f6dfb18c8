import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { KeyListQuery } from '../../../src/client/keys.ts'
import type { KeyStatusChoices } from '../../../src/client/types.ts'
import { isLabelName, isLabelValue } from '../../../src/domain/key-rules.ts'
import { parseFunctionName, type Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { type ListParams, PAGE_SIZE } from '../ui/list-params.ts'

export const STATUSES: readonly KeyStatusChoices[] = ['Active', 'Expired', 'Disabled', 'Scheduled']
const ORDERS = ['name', 'created_at', 'expire', 'last_used_at'].flatMap((field) => [
  `${field}.asc`,
  `${field}.desc`,
])
export const FILTERS = ['search', 'status', 'function', 'label', 'expire_in'] as const
const REFETCH_MS = 15_000

/** What the page's address asks for; what it has that means nothing is left out. */
export function listQueryOf(params: ListParams): KeyListQuery {
  const status = STATUSES.find((one) => one === params.get('status'))
  const order = ORDERS.find((one) => one === params.get('order'))
  const days = Number(params.get('expire_in'))
  const labels = labelsOf(params).filter(isLabelFilter)
  const fn = parseFunctionName(params.get('function'))
  return {
    limit: PAGE_SIZE,
    offset: params.offset,
    order_by: (order ?? 'created_at.desc') as NonNullable<KeyListQuery['order_by']>,
    ...(params.get('search') !== '' && { search: params.get('search').toLowerCase() }),
    ...(status !== undefined && { status }),
    ...(fn !== undefined && { function: params.get('function') }),
    ...(labels.length > 0 && { label: labels }),
    ...(Number.isInteger(days) && days > 0 && { expire_in: days }),
  }
}

/** No name has other signs, so there is nothing to ask for. */
export function canBeFound({ search }: KeyListQuery): boolean {
  return search === undefined || /^[-a-z0-9]{1,26}$/.test(search)
}

/** Looked at again by itself, as keys are used, expire and are changed by others. */
export const keysQuery = (scope: Scope, query: KeyListQuery) =>
  queryOptions({
    queryKey: ['keys', scope, 'list', query],
    queryFn: () => (canBeFound(query) ? api.keys.list(scope, query) : { count: 0, results: [] }),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  })

/** `env` and `env=prod`; in the address they stand behind one another with commas. */
export function labelsOf(params: ListParams): string[] {
  return params
    .get('label')
    .split(',')
    .filter((one) => one !== '')
}

export function isLabelFilter(text: string): boolean {
  const [name = '', ...rest] = text.split('=')
  return isLabelName(name) && isLabelValue(rest.join('='))
}

export function isFiltered(params: ListParams): boolean {
  return FILTERS.some((name) => params.get(name) !== '')
}

export function clearFilters(params: ListParams): void {
  params.set(Object.fromEntries(FILTERS.map((name) => [name, ''])))
}
