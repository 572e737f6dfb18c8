import { describe, expect, it } from 'vitest'
import type { FirstUse } from '../../src/domain/key-rotation.ts'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import { FirstUses } from '../../src/gateway/first-uses.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { call, GatewayUnderTest, until } from './harness.ts'

const FILES = { 'handler.mjs': "export default { fetch: () => new Response('hello') }" }

describe('first uses of new secrets', () => {
  it('are told at once, by the digest, and again only after a while', () => {
    const clock = new ManualClock(5000)
    const told: FirstUse[] = []
    const firstUses = new FirstUses(clock, (use) => void told.push(use))
    const secret = mintKeySecret()
    const digest = keySecretDigest(secret)
    firstUses.saw('k1', { secret })
    firstUses.saw('k1', { secret })
    firstUses.saw('k2', { digest: 'ab' })
    // Of the same key, which was rotated again within the moment.
    firstUses.saw('k1', { digest: 'cd' })
    expect(told).toEqual([
      { keyId: 'k1', digest, atMs: 5000 },
      { keyId: 'k2', digest: 'ab', atMs: 5000 },
      { keyId: 'k1', digest: 'cd', atMs: 5000 },
    ])
    clock.advance(999)
    firstUses.saw('k1', { secret })
    expect(told).toHaveLength(3)
    clock.advance(1)
    firstUses.saw('k1', { secret })
    expect(told.at(-1)).toEqual({ keyId: 'k1', digest, atMs: 6000 })
  })

  it('do not grow with the secrets', () => {
    const told: FirstUse[] = []
    const firstUses = new FirstUses(new ManualClock(0), (use) => void told.push(use))
    for (let i = 0; i < 2000; i++) firstUses.saw('k', { digest: `${i}` })
    firstUses.saw('k', { digest: '1999' })
    expect(told).toHaveLength(2000)
    firstUses.saw('k', { digest: '0' })
    expect(told).toHaveLength(2001)
  })

  it('come from gateway threads: of allowed requests with a secret that is waited for, and no others', async () => {
    const told: FirstUse[] = []
    await using gateway = await GatewayUnderTest.start({
      count: 2,
      onFirstUse: (use) => void told.push(use),
    })
    const route = await gateway.addRoute({ requiresKey: true })
    const shut = await gateway.addRoute({ requiresKey: true })
    await gateway.startInstance(route, FILES)
    const plain = await gateway.addKey([route.functionId])
    const awaited = await gateway.addKey([route.functionId], { isAwaited: true })
    const get = (label: string, secret: string) =>
      call(gateway.port, `/${label}/`, { headers: { 'x-api-key': secret } })
    expect((await get(route.label, plain.secret)).status).toBe(200)
    expect((await get(shut.label, awaited.secret)).status).toBe(401)
    for (let i = 0; i < 10; i++) expect((await get(route.label, awaited.secret)).status).toBe(200)
    await until(() => told.length > 0)
    const { keyId, digest } = awaited.key
    for (const use of told) expect(use).toEqual({ keyId, digest, atMs: expect.any(Number) })
    // Nobody waits for it any more.
    const { isAwaited: _, ...known } = awaited.key
    await gateway.change({ keys: [known] })
    const before = told.length
    await get(route.label, awaited.secret)
    expect(told).toHaveLength(before)
  })
})
