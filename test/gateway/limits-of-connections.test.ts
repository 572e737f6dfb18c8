import { describe, expect, test } from 'vitest'
import { exchangeRaw, type GatewayUnderTest, RawConnection } from './harness.ts'
import { startMirror } from './mirror-gateway.ts'

const OTHER_CALLER = '127.0.0.2'

/** So many connections, each of which has had an answer. */
async function openAnswered(gateway: GatewayUnderTest, text: string, count: number) {
  const connections: RawConnection[] = []
  for (let i = 0; i < count; i++) {
    const connection = await RawConnection.open(gateway.port)
    connections.push(connection)
    connection.send(text)
    await connection.until('200 OK')
  }
  return connections
}

const closeAll = (connections: readonly RawConnection[]) => {
  for (const connection of connections) connection.socket.destroy()
}

describe('connections of one address', () => {
  test.each([1, 2])(
    'with %i threads: one more than may be is answered 429; others are served, and it is again later',
    async (threads) => {
      await using started = await startMirror({ connectionsPerAddressMax: 3 }, threads)
      const { gateway, ask } = started
      const open = await openAnswered(gateway, ask(), 3)
      const refused = await exchangeRaw(gateway.port, ask())
      expect(refused).toMatch(/^HTTP\/1.1 429 Too Many Requests\r\n/)
      expect(refused).toMatch(/^retry-after: \d+\r$/m)
      expect(refused).toMatch(/^connection: close\r$/m)
      expect(refused).toMatch(/"code":"too_many_connections"/)
      using other = await RawConnection.open(gateway.port, OTHER_CALLER)
      other.send(ask())
      await other.until('200 OK')
      open[0]!.received = ''
      open[0]!.send(ask())
      await open[0]!.until('200 OK')
      open[1]!.socket.destroy()
      await until(async () => (await exchangeRaw(gateway.port, last(ask()))).includes('200 OK'))
      closeAll(open)
    },
  )

  test('may be any number when the limit is 0', async () => {
    await using started = await startMirror({ connectionsPerAddressMax: 0 })
    closeAll(await openAnswered(started.gateway, started.ask(), 20))
  })

  test('which are refused by the hundred stay without effect on those that are open', async () => {
    await using started = await startMirror({ connectionsPerAddressMax: 2 })
    const { gateway, ask } = started
    const open = await openAnswered(gateway, ask(), 2)
    // Most of them say nothing, and wait to be closed.
    const refused = await Promise.all(
      Array.from({ length: 400 }, () => RawConnection.open(gateway.port)),
    )
    open[0]!.received = ''
    open[0]!.send(ask())
    await open[0]!.until('200 OK')
    await Promise.all(refused.map((connection) => connection.all()))
    closeAll(open)
  })
})

describe('connections in all', () => {
  test('the longest idle one makes room', async () => {
    await using started = await startMirror({ connectionsMax: 3 })
    const { gateway, ask } = started
    const [first, second, third] = await openAnswered(gateway, ask(), 3)
    first!.received = ''
    first!.send(ask())
    await first!.until('200 OK')
    const [fourth] = await openAnswered(gateway, ask(), 1)
    expect(await second!.all()).toContain('200 OK')
    expect([first!, third!, fourth!].map(({ socket }) => socket.closed)).toEqual(
      Array(3).fill(false),
    )
    closeAll([first!, third!, fourth!])
  })

  test('one that has sent half a head makes room as well', async () => {
    await using started = await startMirror({ connectionsMax: 1 })
    const { gateway, ask } = started
    using slow = await RawConnection.open(gateway.port)
    slow.send('GET / HTTP/1.1\r\nHost: h\r\n')
    closeAll(await openAnswered(gateway, ask(), 1))
    expect(await slow.all()).toBe('')
  })

  test('with a request in each of them a new one is answered 503', async () => {
    await using started = await startMirror({ connectionsMax: 2 })
    const { gateway, ask, waiting } = started
    const busy = [await RawConnection.open(gateway.port), await RawConnection.open(gateway.port)]
    for (const connection of busy) connection.send(ask('', waiting))
    await gateway.message((message) => message.type === 'demand' && message.queued === 2)
    const refused = await exchangeRaw(gateway.port, ask())
    expect(refused).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/)
    expect(refused).toMatch(/^retry-after: \d+\r$/m)
    expect(refused).toMatch(/"code":"connections_full"/)
    closeAll(busy)
    await until(async () => (await exchangeRaw(gateway.port, last(ask()))).includes('200 OK'))
  })
})

const last = (ask: string) => ask.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')

/** Asks again and again: when a connection has been counted off is told by nothing else. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
