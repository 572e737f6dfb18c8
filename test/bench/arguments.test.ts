import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../bench/arguments.ts'
import { CATALOG } from '../../bench/catalog.ts'

describe('the arguments of the benchmark', () => {
  const names = ['a', 'b', 'c']

  it('are none for everything, or name what is measured', () => {
    expect(parseArguments([], names)).toEqual({ quick: false, only: [] })
    expect(parseArguments(['--quick', '--only', 'a,b'], names)).toEqual({
      quick: true,
      only: ['a', 'b'],
    })
    expect(parseArguments(['--only', 'a', '--only', 'c'], names)?.only).toEqual(['a', 'c'])
  })

  it('are refused when one is not known', () => {
    expect(parseArguments(['--only', 'd'], names)).toBeUndefined()
    expect(parseArguments(['--only'], names)).toBeUndefined()
    expect(parseArguments(['--fast'], names)).toBeUndefined()
  })
})

describe('the measurements', () => {
  it('have a name and a title of their own each', () => {
    expect(new Set(CATALOG.map(({ name }) => name)).size).toBe(CATALOG.length)
    expect(new Set(CATALOG.map(({ title }) => title)).size).toBe(CATALOG.length)
  })
})
