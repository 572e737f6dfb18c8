import { describe, expect, test } from 'vitest'
import { Forwarding } from '../../src/gateway/forwarded.ts'
import { readRequestHead } from '../../src/gateway/request-head.ts'
import { call, GatewayUnderTest } from './harness.ts'

interface Seen {
  readonly address: string | undefined
  readonly fields: Record<string, string>
}

/** What is made of a request from `remoteAddress` when `trusted` are the trusted proxies. */
function seen(
  remoteAddress: string | undefined,
  trusted: readonly string[],
  headers: readonly [name: string, value: string][] = [],
  socket: object = { remoteAddress },
): Seen {
  const rawHeaders = [['Host', 'h.example'], ...headers].flat()
  const req = { socket, rawHeaders } as Parameters<Forwarding['callerOf']>[0]
  const { address, fields } = new Forwarding(trusted).callerOf(req, readRequestHead(rawHeaders))
  const parts = fields.slice(1).split('\n')
  const pairs = Array.from({ length: parts.length / 2 }, (_, i) => parts.slice(2 * i, 2 * i + 2))
  return { address, fields: Object.fromEntries(pairs) }
}

const FORGED: [string, string][] = [
  ['X-Forwarded-For', '203.0.113.9'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'forged.example'],
  ['Forwarded', 'for=203.0.113.9;proto=https;host=forged.example'],
]

describe('a caller that nobody trusts', () => {
  test('is what its socket says, whatever it writes', () => {
    for (const trusted of [[], ['10.0.0.0/8', '2001:db8::/32']]) {
      expect(seen('198.51.100.7', trusted, FORGED)).toEqual({
        address: '198.51.100.7',
        fields: {
          forwarded: 'for=198.51.100.7;host="h.example";proto=http',
          'x-forwarded-for': '198.51.100.7',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': 'h.example',
        },
      })
    }
  })

  test('is written as its protocol wants it', () => {
    expect(seen('2001:db8::1', []).fields).toMatchObject({
      forwarded: 'for="[2001:db8::1]";host="h.example";proto=http',
      'x-forwarded-for': '2001:db8::1',
    })
    expect(seen('::ffff:192.0.2.1', []).address).toBe('192.0.2.1')
    const secure = seen(undefined, [], [], { remoteAddress: '192.0.2.1', encrypted: true })
    expect(secure.fields).toMatchObject({
      forwarded: 'for=192.0.2.1;host="h.example";proto=https',
      'x-forwarded-proto': 'https',
    })
    expect(seen(undefined, ['10.0.0.1'], FORGED)).toEqual({
      address: undefined,
      fields: {
        forwarded: 'for=unknown;host="h.example";proto=http',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'h.example',
      },
    })
  })

  test('can name another host with each request of a connection', () => {
    const socket = { remoteAddress: '192.0.2.1' }
    const forwarding = new Forwarding([])
    const hostOf = (host: string) => {
      const rawHeaders = ['Host', host]
      const req = { socket, rawHeaders } as unknown as Parameters<Forwarding['callerOf']>[0]
      return forwarding.callerOf(req, readRequestHead(rawHeaders)).fields.split('\n').at(-1)
    }
    expect(['a', 'b', 'a', 'a'].map(hostOf)).toEqual(['a', 'b', 'a', 'a'])
  })
})

describe('a trusted proxy', () => {
  const trusted = ['10.0.0.0/8', '2001:db8::/32']
  const addressFor = (value: string) => seen('10.0.0.1', trusted, [['X-Forwarded-For', value]])

  test('is believed about the right-most address that is not trusted itself', () => {
    const cases: [value: string, address: string, chain: string][] = [
      ['198.51.100.7', '198.51.100.7', '198.51.100.7, 10.0.0.1'],
      ['203.0.113.9, 198.51.100.7', '198.51.100.7', '198.51.100.7, 10.0.0.1'],
      ['1.1.1.1,198.51.100.7,10.0.0.2', '198.51.100.7', '198.51.100.7, 10.0.0.2, 10.0.0.1'],
      ['10.0.0.3, 10.0.0.2', '10.0.0.3', '10.0.0.3, 10.0.0.2, 10.0.0.1'],
      ['198.51.100.7:4711', '198.51.100.7', '198.51.100.7, 10.0.0.1'],
      ['[2001:DB9::1]:443', '2001:db9::1', '2001:db9::1, 10.0.0.1'],
      ['2001:db9::1, 2001:db8::5', '2001:db9::1', '2001:db9::1, 2001:db8::5, 10.0.0.1'],
      ['::ffff:198.51.100.7', '198.51.100.7', '198.51.100.7, 10.0.0.1'],
    ]
    for (const [value, address, chain] of cases) {
      const result = addressFor(value)
      expect(result.address, value).toBe(address)
      expect(result.fields['x-forwarded-for']).toBe(chain)
    }
  })

  test('is the caller itself where it says nothing that is an address', () => {
    const values = [
      '',
      'unknown',
      '_hidden',
      'evil',
      '1.2.3',
      '1.2.3.4.5',
      '300.1.1.1',
      'fe80::1%e',
    ]
    for (const value of [...values, '[::1', '198.51.100.7 x', '198.51.100.7,']) {
      expect(addressFor(value).address, value).toBe('10.0.0.1')
      expect(addressFor(value).fields['x-forwarded-for']).toBe('10.0.0.1')
    }
    expect(addressFor('198.51.100.7, unknown, 10.0.0.2').address).toBe('10.0.0.2')
    expect(seen('10.0.0.1', trusted).address).toBe('10.0.0.1')
  })

  test('is believed about protocol and host when they are well formed, and only then', () => {
    const from = (name: string, value: string) => seen('10.0.0.1', trusted, [[name, value]]).fields
    expect(from('X-Forwarded-Proto', 'HTTPS')).toMatchObject({
      'x-forwarded-proto': 'https',
      forwarded: 'for=10.0.0.1;host="h.example";proto=https',
    })
    for (const value of ['', 'ftp', 'https, http', 'https;x', 'javascript']) {
      expect(from('X-Forwarded-Proto', value)['x-forwarded-proto']).toBe('http')
    }
    expect(from('X-Forwarded-Host', 'shop.example:8443')).toMatchObject({
      'x-forwarded-host': 'shop.example:8443',
      forwarded: 'for=10.0.0.1;host="shop.example:8443";proto=http',
    })
    for (const value of ['', 'a/b', 'a, b', 'a"b', 'a@b', 'a b', 'x'.repeat(300)]) {
      expect(from('X-Forwarded-Host', value)['x-forwarded-host']).toBe('h.example')
    }
  })

  test('may speak in Forwarded, when it does not in the other headers', () => {
    const from = (value: string, ...more: [string, string][]) =>
      seen('10.0.0.1', trusted, [['Forwarded', value], ...more])
    expect(from('for=198.51.100.7;proto=https;host=shop.example')).toMatchObject({
      address: '198.51.100.7',
      fields: {
        forwarded: 'for=198.51.100.7;host="shop.example";proto=https, for=10.0.0.1',
        'x-forwarded-for': '198.51.100.7, 10.0.0.1',
      },
    })
    expect(from('For="[2001:db9::1]:4711"; Host="a.example" , for=10.0.0.2')).toMatchObject({
      address: '2001:db9::1',
      fields: { 'x-forwarded-host': 'a.example' },
    })
    const forged = from('for=1.1.1.1;proto=https;host=forged, for=198.51.100.7;proto=http')
    expect(forged.address).toBe('198.51.100.7')
    expect(forged.fields).toMatchObject({
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'h.example',
    })
    expect(from('for=1.1.1.1', ['X-Forwarded-For', '198.51.100.7']).address).toBe('198.51.100.7')
    expect(from('for=1.1.1.1', ['X-Forwarded-Proto', 'https']).address).toBe('10.0.0.1')
    for (const broken of [
      'for',
      'for=',
      'for="1.1.1.1',
      'for=1.1.1.1 x',
      'for=1.1.1.1;for=2.2.2.2',
    ]) {
      expect(from(broken).address, broken).toBe('10.0.0.1')
    }
    expect(from('for=unknown;proto=https').fields['x-forwarded-proto']).toBe('https')
  })

  test('cannot be made to say more than a bounded number of hops', () => {
    const { fields } = addressFor(`198.51.100.7${', 10.0.0.2'.repeat(1000)}`)
    expect(fields['x-forwarded-for']!.split(', ')).toHaveLength(33)
  })
})

describe('over a socket', () => {
  const SEEN = 'module.exports.handler = (event) => event.extensions.request.headers'
  const sent = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-host': 'other.fns.test' }

  test('a listed proxy is believed, and what it says of the host chooses no function', async () => {
    await using gateway = await GatewayUnderTest.start({
      domain: 'fns.test',
      trustedProxies: ['127.0.0.0/8'],
    })
    const route = await gateway.addRoute()
    await gateway.startInstance(route, { 'handler.js': SEEN })
    await gateway.addRoute({ label: 'other', requiresKey: true })
    const { text } = await call(gateway.port, `/${route.label}`, { headers: sent })
    expect(JSON.parse(text)).toMatchObject({
      'x-forwarded-for': '198.51.100.7, 127.0.0.1',
      'x-forwarded-host': 'other.fns.test',
      'x-forwarded-proto': 'http',
      forwarded: 'for=198.51.100.7;host="other.fns.test";proto=http, for=127.0.0.1',
    })
  })

  test('nobody else is', async () => {
    await using gateway = await GatewayUnderTest.start({ trustedProxies: ['10.0.0.0/8'] })
    const route = await gateway.addRoute()
    await gateway.startInstance(route, { 'handler.js': SEEN })
    const headers = { ...sent, 'x-real-ip': '198.51.100.7', 'x-forwarded-port': '1' }
    const { text } = await call(gateway.port, `/${route.label}`, { headers })
    const seenByFunction = JSON.parse(text)
    expect(seenByFunction['x-forwarded-for']).toBe('127.0.0.1')
    expect(seenByFunction['x-forwarded-host']).toBe(`127.0.0.1:${gateway.port}`)
    expect(seenByFunction).not.toHaveProperty('x-real-ip')
    expect(seenByFunction).not.toHaveProperty('x-forwarded-port')
  })
})
