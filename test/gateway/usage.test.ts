import { describe, expect, it } from 'vitest'
import { batchLastUses, batchRows, requestsOf, USAGE_FIELDS } from '../../src/domain/usage.ts'
import { UsageTally } from '../../src/domain/usage-tally.ts'
import { type Answer, call, GatewayUnderTest, until } from './harness.ts'

const FILES = { 'handler.mjs': "export default { fetch: () => new Response('hello') }" }

/** What all threads have counted so far, by function and key; the minutes added up. */
function counted(gateway: GatewayUnderTest) {
  const sums = new Map<string, Record<string, number>>()
  for (const row of gateway.usage.flatMap((batch) => [...batchRows(batch)])) {
    const name = `${row.functionId} ${row.keyId}`
    const sum = sums.get(name) ?? { requests: 0 }
    sum.requests! += requestsOf(row.counts)
    USAGE_FIELDS.forEach((field, i) => {
      const count = row.counts[i]!
      if (count > 0 && !field.startsWith('latency')) sum[field] = (sum[field] ?? 0) + count
    })
    sums.set(name, sum)
  }
  return sums
}

function requests(gateway: GatewayUnderTest): number {
  return [...counted(gateway).values()].reduce((sum, { requests }) => sum + requests!, 0)
}

async function times(count: number, once: () => Promise<Answer>): Promise<void> {
  for (let i = 0; i < count; i++) await once()
}

describe('what gateway threads count', () => {
  it('is whole over two threads, by function, key and verdict', async () => {
    await using gateway = await GatewayUnderTest.start({ count: 2 })
    const route = await gateway.addRoute({ requiresKey: true })
    const shut = await gateway.addRoute({ requiresKey: true })
    const open = await gateway.addRoute({ requiresKey: false })
    const { secret, key } = await gateway.addKey([route.functionId])
    for (const one of [route, open]) await gateway.startInstance(one, FILES)
    const as = (apiKey: string) => ({ headers: { 'x-api-key': apiKey } })
    const beforeMs = Date.now()
    const post = { ...as(secret), method: 'POST', body: 'four' }
    await times(20, () => call(gateway.port, `/${route.label}/`, post))
    const afterMs = Date.now()
    await times(6, () => call(gateway.port, `/${route.label}/`, as('garbage')))
    await times(5, () => call(gateway.port, `/${route.label}/`))
    await times(4, () => call(gateway.port, `/${shut.label}/`, as(secret)))
    await times(3, () => call(gateway.port, `/${open.label}/`))
    await times(2, () => call(gateway.port, '/nothing-here/'))
    await until(() => requests(gateway) === 38)
    const body = expect.any(Number)
    expect(Object.fromEntries(counted(gateway))).toEqual({
      [`${route.functionId} ${key.keyId}`]: {
        ...{ requests: 20, allowed: 20, status_2xx: 20 },
        ...{ bytes_received: 80, bytes_sent: 100 },
      },
      [`${route.functionId} `]: {
        ...{ requests: 11, malformed: 6, missing: 5, status_4xx: 11, bytes_sent: body },
      },
      [`${shut.functionId} ${key.keyId}`]: {
        ...{ requests: 4, not_granted: 4, status_4xx: 4, bytes_sent: body },
      },
      [`${open.functionId} `]: { requests: 3, missing: 3, status_2xx: 3, bytes_sent: 15 },
    })
    const tally = new UsageTally(100)
    for (const use of gateway.usage.flatMap((batch) => [...batchLastUses(batch)])) {
      tally.addLastUse(use)
    }
    const [lastUse, ...more] = tally.take(100).lastUses
    expect(more).toEqual([])
    expect(lastUse).toMatchObject({
      keyId: key.keyId,
      functionId: route.functionId,
      address: '127.0.0.1',
    })
    // Two clocks of one machine, whose thousandths may differ.
    expect(lastUse!.atMs).toBeGreaterThanOrEqual(beforeMs - 5)
    expect(lastUse!.atMs).toBeLessThanOrEqual(afterMs + 5)
  })

  it('is handed over at the end of a thread, whatever the interval', async () => {
    const gateway = await GatewayUnderTest.start()
    const route = await gateway.addRoute({ requiresKey: true })
    await times(7, () => call(gateway.port, `/${route.label}/`))
    await gateway[Symbol.asyncDispose]()
    expect(requests(gateway)).toBe(7)
  })
})
