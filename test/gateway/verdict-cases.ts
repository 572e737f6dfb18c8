import type { LimitedGrant } from '../../src/domain/routes.ts'
import type { KeyMaker } from './verdict-keys.ts'

/*
 * What the gateway must answer, case by case. `docs/verdicts.md` shows what it does answer.
 */

/** `200`, or a status and a code. */
export type Expected = string

const OK = '200'
const REFUSED = '401 key_required'
const NOT_PERMITTED = '403 key_not_permitted'
const ABSENT = '404 function_not_found'

/** The columns of the first table, by what they are called. */
export const FUNCTIONS = {
  closed: 'wants a key',
  open: 'wants none',
  disabled: 'disabled',
  unbuilt: 'never built',
  absent: 'not there',
} as const
export type FunctionCase = keyof typeof FUNCTIONS

type ByFunction = Readonly<Record<FunctionCase, Expected>>

const GOOD: ByFunction = {
  closed: OK,
  open: OK,
  disabled: '503 function_disabled',
  unbuilt: '503 function_not_ready',
  absent: ABSENT,
}
const BAD: ByFunction = {
  closed: REFUSED,
  open: OK,
  disabled: ABSENT,
  unbuilt: REFUSED,
  absent: ABSENT,
}
const PARTLY_GOOD: ByFunction = { ...BAD, closed: NOT_PERMITTED, unbuilt: NOT_PERMITTED }

export interface StateCase {
  readonly name: string
  readonly expected: ByFunction
  /** The secrets that are presented. */
  readonly present: (keys: KeyMaker) => Promise<readonly string[]>
}

/** The rows of the first table: `GET /` with a key in each of its states. */
export const STATES: readonly StateCase[] = [
  { name: 'none', expected: BAD, present: async () => [] },
  {
    name: 'two, both good',
    expected: BAD,
    present: async (keys) => [await keys.active(), await keys.active()],
  },
  { name: 'malformed', expected: BAD, present: async () => ['lk_no-key'] },
  { name: 'well-formed, unknown', expected: BAD, present: async (keys) => [keys.unknown()] },
  { name: 'active', expected: GOOD, present: async (keys) => [await keys.active()] },
  {
    name: 'expired',
    expected: BAD,
    present: async (keys) => [await keys.active({ expireMs: Date.now() - 1 })],
  },
  {
    name: 'disabled',
    expected: BAD,
    present: async (keys) => [await keys.active({ isDisabled: true })],
  },
  {
    name: 'scheduled: its time has not come',
    expected: BAD,
    present: async (keys) => [await keys.active({ notBeforeMs: Date.now() + 3_600_000 })],
  },
  {
    name: 'scheduled: its time has come',
    expected: GOOD,
    present: async (keys) => [await keys.active({ notBeforeMs: Date.now() - 1 })],
  },
  { name: 'deleted', expected: BAD, present: async (keys) => [await keys.deleted()] },
  {
    name: 'rotated: the new secret',
    expected: GOOD,
    present: async (keys) => [(await keys.rotated()).own],
  },
  {
    name: 'rotated: the old secret, within its grace',
    expected: GOOD,
    present: async (keys) => [(await keys.rotated()).old],
  },
  {
    name: 'rotated: the old secret, its grace being over',
    expected: BAD,
    present: async (keys) => [(await keys.rotated({ oldExpireMs: Date.now() - 1 })).old],
  },
  {
    name: 'rotation finished: the new secret',
    expected: GOOD,
    present: async (keys) => [(await keys.rotated({ end: 'finished' })).own],
  },
  {
    name: 'rotation finished: the old secret',
    expected: BAD,
    present: async (keys) => [(await keys.rotated({ end: 'finished' })).old],
  },
  {
    name: 'rotation cancelled: the new secret',
    expected: BAD,
    present: async (keys) => [(await keys.rotated({ end: 'cancelled' })).own],
  },
  {
    name: 'rotation cancelled: the old secret',
    expected: GOOD,
    present: async (keys) => [(await keys.rotated({ end: 'cancelled' })).old],
  },
  {
    name: 'active, for nothing',
    expected: BAD,
    present: async (keys) => [await keys.active({ functionIds: [] })],
  },
  {
    name: 'active, for another function',
    expected: BAD,
    present: async (keys) => [await keys.active({ functionIds: ['another'] })],
  },
  {
    name: 'active, for the namespace',
    expected: GOOD,
    present: async (keys) => [
      await keys.active({ functionIds: [], namespaceIds: [keys.namespaceId] }),
    ],
  },
  {
    name: 'active, for another namespace',
    expected: BAD,
    present: async (keys) => [await keys.active({ functionIds: [], namespaceIds: ['another'] })],
  },
  {
    name: 'active, for this method and path',
    expected: GOOD,
    present: async (keys) => [await keys.limited({ methods: ['GET'], paths: ['/'] })],
  },
  {
    name: 'active, for another method',
    expected: PARTLY_GOOD,
    present: async (keys) => [await keys.limited({ methods: ['POST'], paths: [] })],
  },
  {
    name: 'active, for another path',
    expected: PARTLY_GOOD,
    present: async (keys) => [await keys.limited({ methods: [], paths: ['/orders'] })],
  },
  {
    name: 'active, for another path of the namespace',
    expected: PARTLY_GOOD,
    present: async (keys) => [
      await keys.active({
        functionIds: [],
        limited: [{ id: keys.namespaceId, methods: [], paths: ['/orders'] }],
      }),
    ],
  },
]

/** The columns of the second table: what a key may do with the function. */
export const GRANTS = {
  all: { name: 'everything', limited: [] },
  get: { name: '`GET`', limited: [{ methods: ['GET'], paths: [] }] },
  orders: { name: '`/orders`', limited: [{ methods: [], paths: ['/orders'] }] },
  getOrders: { name: '`GET` on `/orders`', limited: [{ methods: ['GET'], paths: ['/orders'] }] },
  both: {
    name: '`GET`, and `POST` on `/orders`',
    limited: [
      { methods: ['GET'], paths: [] },
      { methods: ['POST'], paths: ['/orders'] },
    ],
  },
} as const satisfies Record<
  string,
  { readonly name: string; readonly limited: readonly Omit<LimitedGrant, 'id'>[] }
>
export type GrantCase = keyof typeof GRANTS

export interface AddressCase {
  readonly method: string
  /** Behind the function's endpoint. */
  readonly path: string
  /** With what grants the function is called. */
  readonly opensWith: readonly GrantCase[]
  readonly note?: string
}

const WITH_ALL = ['all', 'get', 'orders', 'getOrders', 'both'] as const
/** The path lies under no prefix, or could be read as one that does not. */
const BESIDE = ['all', 'get', 'both'] as const

/** The rows of the second table. */
export const ADDRESSES: readonly AddressCase[] = [
  { method: 'GET', path: '/orders', opensWith: WITH_ALL },
  { method: 'HEAD', path: '/orders', opensWith: WITH_ALL },
  { method: 'POST', path: '/orders', opensWith: ['all', 'orders', 'both'] },
  { method: 'OPTIONS', path: '/orders', opensWith: ['all', 'orders'], note: 'no preflight' },
  { method: 'GET', path: '/orders/', opensWith: WITH_ALL },
  { method: 'GET', path: '/orders/7', opensWith: WITH_ALL },
  { method: 'GET', path: '/orders/7/..a', opensWith: WITH_ALL },
  { method: 'GET', path: '/orders?all', opensWith: WITH_ALL },
  { method: 'GET', path: '/orders?next=/../%2f', opensWith: WITH_ALL },
  { method: 'GET', path: '', opensWith: BESIDE },
  { method: 'GET', path: '/', opensWith: BESIDE },
  { method: 'GET', path: '?/orders', opensWith: BESIDE },
  { method: 'POST', path: '/admin', opensWith: ['all'] },
  { method: 'GET', path: '/ordersx', opensWith: BESIDE },
  { method: 'GET', path: '/orders;v=1', opensWith: BESIDE },
  { method: 'GET', path: '/Orders', opensWith: BESIDE },
  { method: 'GET', path: '/%6frders', opensWith: BESIDE },
  { method: 'GET', path: '//orders', opensWith: BESIDE },
  { method: 'GET', path: '/orders//7', opensWith: BESIDE },
  { method: 'GET', path: '/orders/.', opensWith: BESIDE },
  { method: 'GET', path: '/orders/../admin', opensWith: BESIDE },
  { method: 'GET', path: '/admin/../orders', opensWith: BESIDE },
  { method: 'GET', path: '/orders/%2e%2E/admin', opensWith: BESIDE },
  { method: 'GET', path: '/orders/.%2e', opensWith: BESIDE },
  { method: 'GET', path: '/orders/..;/admin', opensWith: BESIDE },
  { method: 'GET', path: '/orders%2f7', opensWith: BESIDE },
  { method: 'GET', path: '/orders/..%2Fadmin', opensWith: BESIDE },
  { method: 'GET', path: '/orders/..%5cadmin', opensWith: BESIDE },
  { method: 'GET', path: '/orders/..\\admin', opensWith: BESIDE },
]

export function expectedAt({ method, opensWith }: AddressCase, grant: GrantCase): Expected {
  if (opensWith.includes(grant)) return OK
  // An answer to HEAD has no body, and so no code.
  return method === 'HEAD' ? '403' : NOT_PERMITTED
}
