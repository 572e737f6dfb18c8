import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endpointLabel } from '../../src/domain/endpoint-label.ts'
import { isName, parseFunctionName } from '../../src/domain/names.ts'

const name = fc.stringMatching(/^[a-z][-a-z0-9]{0,24}[a-z0-9]$/)

describe('names', () => {
  it.each(['ab', 'a1', 'a-b', `a${'-'.repeat(24)}b`])('accept %j', (text) => {
    expect(isName(text)).toBe(true)
  })
  it.each(['', 'a', 'A1', '1a', 'a-', '-a', 'a_b', 'a'.repeat(27), 'ab\n', 'ä1'])(
    'refuse %j',
    (text) => {
      expect(isName(text)).toBe(false)
    },
  )
  it('read a function as namespace and name, and nothing else', () => {
    expect(parseFunctionName('demo/hello')).toEqual({ namespace: 'demo', name: 'hello' })
    for (const text of ['demo', 'demo/', '/hello', 'demo/hello/x', 'Demo/hello', '']) {
      expect(parseFunctionName(text)).toBeUndefined()
    }
  })
})

describe('the label of an endpoint', () => {
  it('is one DNS label for the longest names', () => {
    fc.assert(
      fc.property(name, name, fc.nat(), (fn, namespace, projectId) => {
        const label = endpointLabel({ projectId, regionId: 1 }, { namespace, name: fn })
        expect(label).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
      }),
    )
  })

  it('is the same for the same function and differs where names only look alike', () => {
    const scope = { projectId: 1, regionId: 1 }
    const of = (namespace: string, fn: string, s = scope) =>
      endpointLabel(s, { namespace, name: fn })
    expect(of('demo', 'hello')).toBe(of('demo', 'hello'))
    const alike = [
      of('b-c', 'a1'),
      of('c1', 'a1-b'),
      of('c1', 'a1-b', { projectId: 2, regionId: 1 }),
      of('c1', 'a1-b', { projectId: 1, regionId: 2 }),
    ]
    expect(new Set(alike).size).toBe(alike.length)
  })
})
