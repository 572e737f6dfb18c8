import { describe, expect, it } from 'vitest'
import {
  formatFunctionGrant,
  formatNamespaceGrant,
  grantedFunction,
  grantedNamespace,
} from '../../src/cli/key-grants.ts'
import { formatLabels, label, labelFilter } from '../../src/cli/key-labels.ts'

const hello = { namespace: 'demo', name: 'hello' }

describe('a grant on the command line', () => {
  it.each([
    ['demo/hello', hello],
    ['demo/hello:', hello],
    ['demo/hello:get,POST', { ...hello, methods: ['GET', 'POST'] }],
    ['demo/hello:GET:/a/', { ...hello, methods: ['GET'], paths: ['/a'] }],
    ['demo/hello::/a,/b:c', { ...hello, paths: ['/a', '/b:c'] }],
  ])('reads %s', (text, grant) => {
    expect(grantedFunction(text)).toEqual(grant)
  })

  it('reads the same of a namespace', () => {
    expect(grantedNamespace('demo')).toEqual({ name: 'demo' })
    expect(grantedNamespace('demo:GET:/a')).toEqual({
      name: 'demo',
      methods: ['GET'],
      paths: ['/a'],
    })
  })

  it.each([
    ['hello', /namespace>\/<name>/],
    ['demo/hello:GET POST', /GET POST must be the name of an HTTP method/],
    ['demo/hello:GET:orders', /orders must begin with a slash/],
    ['demo/hello::/a/../b', /must have no empty/],
    [`demo/hello:${Array(33).fill('X').join(',')}`, /methods has 33 entries/],
  ])('refuses %s with what is wrong', (text, says) => {
    expect(() => grantedFunction(text)).toThrow(says)
  })

  it('is shown as it was written', () => {
    for (const text of [
      'demo/hello',
      'demo/hello:GET,POST',
      'demo/hello::/a,/b',
      'demo/hello:X:/',
    ]) {
      expect(formatFunctionGrant(grantedFunction(text))).toBe(text)
    }
    expect(formatNamespaceGrant(grantedNamespace('demo:GET'))).toBe('demo/*:GET')
  })
})

describe('a label on the command line', () => {
  it('is a name and a value, the last of a name winning', () => {
    expect(label('b=x', label('a=', label('a=1')))).toEqual({ a: '', b: 'x' })
    expect(() => label('a')).toThrow(/name=value/)
    expect(() => label('a=x y')).toThrow(/63/)
    expect(() => label('-a=x')).toThrow(/63/)
    expect(formatLabels({ a: '', b: 'x' })).toBe('a=, b=x')
  })

  it('is searched by its name alone or with a value', () => {
    expect(labelFilter('env')).toBe('env')
    expect(labelFilter('env=prod')).toBe('env=prod')
    expect(() => labelFilter('e v')).toThrow(/63/)
    expect(() => labelFilter('env=p d')).toThrow(/63/)
  })
})
