import { describe, expect, it } from 'vitest'
import { pathIn, scopeOf } from '../../portal/src/app/scope-paths.ts'

describe('the project and region of an address', () => {
  it('are its first two numbers', () => {
    expect(scopeOf('/p/12/3/api-keys')).toEqual({ projectId: 12, regionId: 3 })
  })

  it.each(['/', '/audit', '/p/x/1/functions', '/p/1', '/p/1/2x/functions'])(
    '%s has none',
    (path) => {
      expect(scopeOf(path)).toBeUndefined()
    },
  )
})

describe('the same page in another project', () => {
  const there = (path: string) => pathIn({ projectId: 2, regionId: 1 }, path)

  it.each([
    ['/p/1/1/api-keys', '/p/2/1/api-keys'],
    ['/p/1/1/api-keys/reader/edit/general', '/p/2/1/api-keys'],
    ['/p/1/1/functions/demo/hello/code', '/p/2/1/functions'],
    ['/p/1/1/settings/notices', '/p/2/1/settings/notices'],
    ['/p/1/1', '/p/2/1/functions'],
    ['/audit', '/p/2/1/functions'],
  ])('of %s is %s', (from, to) => {
    expect(there(from)).toBe(to)
  })
})
