import { describe, expect, it } from 'vitest'
import {
  type Access,
  accessBody,
  accessOf,
  accessText,
  grantId,
  grantsOf,
  limitsText,
  NO_ACCESS,
  sameAccess,
  withFunctions,
  withLimits,
  withNamespace,
} from '../../portal/src/keys/access.ts'
import { type AccessRow, accessRows, indexAccess } from '../../portal/src/keys/access-rows.ts'

const NAMESPACES = [
  { name: 'demo', functions: ['bye', 'hello'] },
  { name: 'empty', functions: [] },
  { name: 'shop', functions: ['orders'] },
]
const all = () => true
const ids = (rows: readonly AccessRow[]) => rows.map(({ id }) => id)

describe('what a key opens', () => {
  it('is read from a key and sent back the same, without limits that are none', () => {
    const key = {
      functions: [{ namespace: 'demo', name: 'hello', methods: ['GET'], paths: [] }],
      namespaces: [{ name: 'shop' }],
    }
    expect(accessBody(accessOf(key))).toEqual({
      functions: [{ namespace: 'demo', name: 'hello', methods: ['GET'] }],
      namespaces: [{ name: 'shop' }],
    })
  })

  it('has no function by name that its whole namespace opens in the same way', () => {
    const named = withFunctions(NO_ACCESS, 'demo', ['hello', 'bye'], true)
    const [hello] = grantsOf(named).filter((grant) => grant.name === 'hello')
    const limited = withLimits(named, hello!, { methods: ['GET'], paths: [] })
    const whole = withNamespace(limited, 'demo', true)
    expect(grantsOf(whole).map(grantId)).toEqual(['demo/', 'demo/hello'])
    expect(accessText(whole)).toBe('1 whole namespace and 1 function')
  })

  it('keeps the limits of functions that are ticked again', () => {
    const one = withFunctions(NO_ACCESS, 'demo', ['hello'], true)
    const limited = withLimits(one, grantsOf(one)[0]!, { methods: [], paths: ['/orders'] })
    const both = withFunctions(limited, 'demo', ['bye', 'hello'], true)
    expect(grantsOf(both).map(limitsText)).toEqual([
      'every method and path',
      'every method under /orders',
    ])
    expect(withFunctions(both, 'demo', ['bye', 'hello'], false)).toEqual(NO_ACCESS)
  })

  it('is the same in another order', () => {
    const a = withFunctions(NO_ACCESS, 'demo', ['hello', 'bye'], true)
    const b = withFunctions(NO_ACCESS, 'demo', ['bye', 'hello'], true)
    expect(sameAccess(a, b)).toBe(true)
    expect(sameAccess(a, NO_ACCESS)).toBe(false)
  })
})

describe('the lines of the tree', () => {
  it('are the namespaces, and in those that are open their functions', () => {
    expect(ids(accessRows(NAMESPACES, '', (name) => name === 'demo'))).toEqual([
      ...['demo/', 'demo/*', 'demo/bye', 'demo/hello', 'empty/', 'shop/'],
    ])
  })

  it('are what is found, within its namespace', () => {
    const rows = accessRows(NAMESPACES, 'hel', all)
    expect(ids(rows)).toEqual(['demo/', 'demo/hello'])
    expect(rows[0]).toMatchObject({ setSize: 1, position: 1, total: 2 })
    expect(ids(accessRows(NAMESPACES, 'emp', all))).toEqual(['empty/'])
    expect(ids(accessRows(NAMESPACES, 'demo/b', all))).toEqual(['demo/', 'demo/bye'])
    expect(accessRows(NAMESPACES, 'nowhere', all)).toEqual([])
  })

  it('say how they are ticked', () => {
    const marks = (access: Access) => {
      const { checked } = indexAccess(access)
      return Object.fromEntries(
        accessRows(NAMESPACES, '', all).map((row) => [row.id, checked(row)]),
      )
    }
    const one = withFunctions(NO_ACCESS, 'demo', ['hello'], true)
    const others = { 'empty/': 'no', 'shop/': 'no', 'shop/orders': 'no' }
    expect(marks(one)).toEqual({
      ...{ 'demo/': 'some', 'demo/*': 'some', 'demo/bye': 'no', 'demo/hello': 'yes', ...others },
    })
    expect(marks(withFunctions(one, 'demo', ['bye'], true))).toMatchObject({
      ...{ 'demo/': 'some', 'demo/*': 'yes' },
    })
    const whole = withNamespace(one, 'demo', true)
    expect(marks(whole)).toMatchObject({
      ...{ 'demo/': 'yes', 'demo/bye': 'inherited', 'demo/hello': 'inherited' },
    })
    const [grant] = grantsOf(whole)
    const limited = withLimits(whole, grant!, { methods: ['GET'], paths: [] })
    expect(marks(limited)).toMatchObject({ 'demo/': 'yes', 'demo/bye': 'no' })
  })
})
