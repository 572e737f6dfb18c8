import type { NamedPageQuery, Page } from '../control/requests.ts'

type NamedField = NamedPageQuery['orderBy']['field']

/** `created_at.desc` as a field and a direction. */
export function parseOrder<F extends string>(order: `${F}.asc` | `${F}.desc`) {
  const at = order.lastIndexOf('.')
  return { field: order.slice(0, at) as F, descending: order.slice(at) === '.desc' }
}

interface NamedQuerystring {
  readonly limit: number
  readonly offset: number
  readonly order_by: `${NamedField}.asc` | `${NamedField}.desc`
  readonly search?: string
}

export function namedPageQuery(query: NamedQuerystring): NamedPageQuery {
  const { limit, offset, search } = query
  const page = { limit, offset, orderBy: parseOrder<NamedField>(query.order_by) }
  return search === undefined ? page : { ...page, search }
}

/** The wire form of a page. */
export function pageWire<T, W>(page: Page<T>, itemWire: (item: T) => W) {
  return { count: page.count, results: page.results.map(itemWire) }
}
