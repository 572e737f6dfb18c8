import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConnectionCounts } from '../../src/gateway/connection-counts.ts'
import {
  type ConnectionPlace,
  Connections,
  type ConnectionsOptions,
} from '../../src/gateway/connections.ts'
import { addressGroup } from '../../src/lib/address-group.ts'

test('a caller is an IPv4 address, or a /64 network of IPv6', () => {
  const groups = {
    '192.0.2.1': '192.0.2.1',
    '::ffff:192.0.2.1': '192.0.2.1',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2',
    '2001:db8:1:2::1': '2001:db8:1:2',
    '2001:db8::1': '2001:db8:0:0',
    '2001:db8:1::': '2001:db8:1:0',
    '::1': '0:0:0:0',
    'fe80::1%eth0': 'fe80:0:0:0',
  }
  for (const [address, group] of Object.entries(groups)) expect(addressGroup(address)).toBe(group)
})

class Fake {
  isIdle = true
  isOpen = true
  lastUse = 0
  closeIdle(): void {
    this.isOpen = false
  }
}

function connectionsOf(
  limits: Partial<ConnectionsOptions['limits']>,
  counts = ConnectionCounts.create(),
  isTrustedProxy?: (address: string) => boolean,
) {
  const all = { connectionsMax: 1000, connectionsPerAddressMax: 1000, ...limits }
  const rest = isTrustedProxy === undefined ? {} : { isTrustedProxy }
  return new Connections({ limits: all, counts, ...rest })
}

function open(connections: Connections, address = '192.0.2.1') {
  const connection = new Fake()
  connection.lastUse = connections.opened()
  const admittance = connections.admit(connection, address)
  const place = admittance.kind === 'admitted' ? admittance.place : undefined
  return { connection, place, code: admittance.kind === 'refused' ? admittance.code : undefined }
}

describe('connections', () => {
  test('of one address are counted over all threads, and counted off once', () => {
    const counts = ConnectionCounts.create()
    const limits = { connectionsPerAddressMax: 2 }
    const one = connectionsOf(limits, counts)
    const other = connectionsOf(limits, new ConnectionCounts(counts.buffer))
    const first = open(one)
    open(other)
    expect(open(one).code).toBe('too_many_connections')
    expect(open(other).code).toBe('too_many_connections')
    expect(open(one, '192.0.2.2').place).toBeDefined()
    one.leave(first.place!)
    one.leave(first.place!)
    expect(open(other).place).toBeDefined()
    expect(open(one).code).toBe('too_many_connections')
  })

  test('of one /64 network are one caller\u2019s', () => {
    const connections = connectionsOf({ connectionsPerAddressMax: 1 })
    open(connections, '2001:db8::1')
    expect(open(connections, '2001:db8::ffff').code).toBe('too_many_connections')
    expect(open(connections, '2001:db8:0:1::1').place).toBeDefined()
  })

  test('of a trusted proxy are not counted by address, but in all', () => {
    const limits = { connectionsPerAddressMax: 1, connectionsMax: 2 }
    const isProxy = (address: string) => address === '10.0.0.1'
    const connections = connectionsOf(limits, ConnectionCounts.create(), isProxy)
    const opened = [1, 2, 3].map(() => open(connections, '10.0.0.1'))
    expect(opened.map(({ connection }) => connection.isOpen)).toEqual([false, true, true])
    expect(connections.size).toBe(2)
  })

  test('that are refused leave no count behind', () => {
    const counts = ConnectionCounts.create()
    const connections = connectionsOf({ connectionsMax: 1 }, counts)
    const { connection, place } = open(connections)
    connection.isIdle = false
    for (let i = 0; i < 100; i++) expect(open(connections).code).toBe('connections_full')
    expect([counts.total, counts.from('192.0.2.1')]).toEqual([1, 1])
    connections.leave(place!)
    expect([counts.total, counts.from('192.0.2.1')]).toEqual([0, 0])
  })

  test('are closed to make room: the longest idle one, never one at work', () => {
    const connections = connectionsOf({ connectionsMax: 3 })
    const [first, second, third] = [1, 2, 3].map(() => open(connections).connection)
    first!.lastUse = connections.nextUse()
    second!.isIdle = false
    open(connections)
    expect([first, second, third].map((each) => each!.isOpen)).toEqual([true, true, false])
  })

  test('that were never used go first, the oldest of them', () => {
    const connections = connectionsOf({ connectionsMax: 4 })
    const [used, ...unused] = [1, 2, 3, 4].map(() => open(connections).connection)
    used!.lastUse = connections.nextUse()
    const newer = [1, 2, 3].map(() => open(connections).connection)
    expect([used!, ...unused, ...newer].map((each) => each.isOpen)).toEqual([
      true,
      false,
      false,
      false,
      true,
      true,
      true,
    ])
  })

  test('are counted right whatever opens, works and ends in whatever order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('open'), from: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constantFrom('close', 'work', 'rest'), from: fc.nat(100) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const counts = ConnectionCounts.create()
        const connections = connectionsOf(
          { connectionsMax: 6, connectionsPerAddressMax: 4 },
          counts,
        )
        const opened: { connection: Fake; place: ConnectionPlace; address: string }[] = []
        for (const { kind, from } of steps) {
          const address = `192.0.2.${from}`
          const chosen = opened[from % Math.max(1, opened.length)]
          if (kind === 'open') {
            const { connection, place } = open(connections, address)
            if (place !== undefined) opened.push({ connection, place, address })
          } else if (chosen !== undefined && kind === 'close') {
            chosen.connection.isOpen = false
            connections.leave(chosen.place)
          } else if (chosen !== undefined) chosen.connection.isIdle = kind === 'rest'
          const alive = opened.filter(({ connection }) => connection.isOpen)
          expect(counts.total).toBe(alive.length)
          expect(connections.size).toBe(alive.length)
          expect(alive.length).toBeLessThanOrEqual(6)
        }
        for (const { place } of opened) connections.leave(place)
        const left = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((each) => counts.from(each))
        expect([counts.total, ...left]).toEqual([0, 0, 0, 0])
      }),
      { numRuns: 50 },
    )
  })
})
