import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permits } from '../../src/domain/grant-limits.ts'

const onPaths = (...paths: string[]) => ({ methods: [], paths })

describe('a grant that is limited to methods', () => {
  it('lets these pass and no other, GET standing for HEAD too', () => {
    const limits = { methods: ['GET', 'PUT'], paths: [] }
    const passed = ['GET', 'HEAD', 'PUT', 'POST', 'get', 'PU', 'OPTIONS', ''].filter((method) =>
      permits(limits, method, '/'),
    )
    expect(passed).toEqual(['GET', 'HEAD', 'PUT'])
  })

  it('lets HEAD pass alone where it stands alone', () => {
    const limits = { methods: ['HEAD'], paths: [] }
    expect(['HEAD', 'GET'].map((method) => permits(limits, method, '/'))).toEqual([true, false])
  })

  it('says nothing of paths', () => {
    expect(permits({ methods: ['GET'], paths: [] }, 'GET', '/a/../%2f//\\')).toBe(true)
  })
})

describe('a grant that is limited to paths', () => {
  it.each([
    ['/orders', '/orders', true],
    ['/orders', '/orders/', true],
    ['/orders', '/orders/7', true],
    ['/orders', '/orders?x', true],
    ['/orders', '/orders?next=/../%2f//', true],
    ['/orders', '/ordersx', false],
    ['/orders', '/orders;x', false],
    ['/orders', '/Orders', false],
    ['/orders', '/%6frders', false],
    ['/orders', '/?/orders', false],
    ['/orders', '/', false],
    ['/orders/', '/orders', true],
    ['/orders/', '/orders/7', true],
    ['/orders/', '/ordersx', false],
    ['/a/b', '/a/b/c', true],
    ['/a/b', '/a', false],
    ['/a/b', '/a/bc', false],
    ['/', '/', true],
    ['/', '/anything/at/all', true],
    ['/caf%C3%A9', '/caf%C3%A9/menu', true],
    ['/.well-known', '/.well-known/x', true],
    ['/a', '/a/...', true],
    ['/a', '/a/.b', true],
    ['/a', '/a/b..c', true],
    ['/a', '/a/%2ebc', true],
  ])('%s lets %s pass: %s', (prefix, target, expected) => {
    expect(permits(onPaths(prefix), 'GET', target)).toBe(expected)
  })

  it.each([
    ...['/a/.', '/a/..', '/a/./b', '/a/../b', '/./a', '/../a', '/a/..?x', '/a/..;/b', '/a/..;x=y'],
    ...['/a/%2e', '/a/%2E%2e/b', '/a/.%2e', '/a/%2e./', '/a/..%3B/b'],
    ...['/a%2fb', '/a%2F..', '/a/b%5c', '/a/%5C..%5C', '/a\\b', '/a/\\..'],
    ...['//a', '/a//b', '/a//', '//'],
  ])('lets %s pass under no prefix: others may read another path in it', (target) => {
    for (const prefix of ['/', '/a', target]) {
      expect(permits(onPaths(prefix), 'GET', target)).toBe(false)
    }
  })

  it('is enough with one of several prefixes', () => {
    const limits = onPaths('/a', '/b')
    const passed = ['/a', '/b/c', '/c'].map((target) => permits(limits, 'GET', target))
    expect(passed).toEqual([true, true, false])
  })

  it('opens nothing beside its prefixes, whoever resolves and decodes what passes', () => {
    const piece = fc.constantFrom(
      ...[
        '/',
        '/',
        'orders',
        'admin',
        '.',
        '..',
        '%2e',
        '%2E',
        '%2f',
        '%5C',
        '\\',
        ';',
        '?',
        'x',
        '%6f',
      ],
    )
    const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)
    fc.assert(
      fc.property(target, (text) => {
        if (!permits(onPaths('/orders'), 'GET', text)) return
        const path = text.replace(/\?.*/s, '')
        for (const read of [path, decodeURIComponent(path)]) {
          const resolved = new URL(read.replace(/;[^/]*/g, ''), 'http://h').pathname
          expect(`${resolved}/`).toMatch(/^\/orders\//)
        }
      }),
      {
        numRuns: 20_000,
        examples: [['/orders/x'], ['/orders/../admin'], ['/orders/%2e%2e/admin']],
      },
    )
  })
})

describe('a grant that is limited to both', () => {
  it('wants both to fit', () => {
    const limits = { methods: ['POST'], paths: ['/orders'] }
    expect(permits(limits, 'POST', '/orders')).toBe(true)
    expect(permits(limits, 'GET', '/orders')).toBe(false)
    expect(permits(limits, 'POST', '/')).toBe(false)
  })
})
