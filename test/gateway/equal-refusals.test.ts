import { afterAll, beforeAll, expect, test } from 'vitest'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import type { Route } from '../../src/domain/routes.ts'
import { base62FromUint32 } from '../../src/lib/base62.ts'
import { crc32OfAscii } from '../../src/lib/crc32.ts'
import { exchangeRaw, GatewayUnderTest } from './harness.ts'
import { KeyMaker } from './verdict-keys.ts'

let gateway: GatewayUnderTest
let route: Route
const presented: Record<string, string> = {}
beforeAll(async () => {
  gateway = await GatewayUnderTest.start()
  route = await gateway.addRoute({ requiresKey: true })
  const other = await gateway.addRoute({ requiresKey: true })
  const valid = await gateway.addKey([route.functionId])
  const removed = await gateway.addKey([route.functionId])
  await gateway.change({ removedKeyIds: [removed.key.keyId] })
  const expired = await gateway.addKey([route.functionId], { expireMs: Date.now() - 1 })
  const disabled = await gateway.addKey([route.functionId], { isDisabled: true })
  const early = await gateway.addKey([route.functionId], { notBeforeMs: Date.now() + 3_600_000 })
  const rotated = await endedRotation()
  const ungranted = await gateway.addKey([other.functionId])
  const { secret } = valid
  Object.assign(presented, {
    missing: '',
    empty: 'X-API-Key: \r\n',
    malformed: 'X-API-Key: garbage\r\n',
    'with a wrong checksum': `X-API-Key: ${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}\r\n`,
    unknown: `X-API-Key: ${mintKeySecret()}\r\n`,
    'one character beside a valid one': `X-API-Key: ${beside(secret, 20)}\r\n`,
    'beside a valid one in its first character': `X-API-Key: ${beside(secret, 3)}\r\n`,
    'beside a valid one in its last character': `X-API-Key: ${beside(secret, 45)}\r\n`,
    removed: `X-API-Key: ${removed.secret}\r\n`,
    expired: `X-API-Key: ${expired.secret}\r\n`,
    disabled: `X-API-Key: ${disabled.secret}\r\n`,
    'not valid yet': `X-API-Key: ${early.secret}\r\n`,
    'the old one of a rotation that has ended': `X-API-Key: ${rotated}\r\n`,
    'meant for another function': `X-API-Key: ${ungranted.secret}\r\n`,
    'valid, twice': `X-API-Key: ${secret}\r\nX-API-Key: ${secret}\r\n`,
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function endedRotation(): Promise<string> {
  const keys = new KeyMaker(gateway, [route.functionId], route.namespaceId)
  return (await keys.rotated({ end: 'finished' })).old
}

/** Another character at one place, with the checksum that fits. */
function beside(secret: string, at: number): string {
  const checked = `${secret.slice(0, at)}${secret[at] === 'a' ? 'b' : 'a'}${secret.slice(at + 1, -6)}`
  return checked + base62FromUint32(crc32OfAscii(checked, checked.length), 6)
}

test('every bad key has the same answer, byte for byte but for its time and its id', async () => {
  for (const method of ['GET', 'POST', 'HEAD']) {
    const answers = new Map<string, string[]>()
    for (const [name, header] of Object.entries(presented)) {
      const head = `Host: h\r\nConnection: close\r\n${header}`
      const answer = await exchangeRaw(
        gateway.port,
        `${method} /${route.label}/x HTTP/1.1\r\n${head}\r\n`,
      )
      const bare = answer.replace(/^date: .*$/im, '').replaceAll(/req_[0-9a-z]+/g, 'req_')
      answers.set(bare, [...(answers.get(bare) ?? []), name])
    }
    expect([...answers.values()]).toEqual([Object.keys(presented)])
    expect([...answers.keys()][0]).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/)
  }
  expect(gateway.messages.filter(({ type }) => type === 'demand')).toEqual([])
})
