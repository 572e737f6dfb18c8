import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, GatewayUnderTest, RawConnection } from './harness.ts'
import { type Seen, SMUGGLING_GROUPS, type SmugglingCase } from './smuggling-cases.ts'

/** Remembers all that reached it, whether its answer was read or not; `/seen` tells and forgets. */
const MEMORY = `const seen = []
module.exports.handler = ({ data, extensions: { request } }) => {
  if (request.url === '/seen') return seen.splice(0)
  const { method, url, headers } = request
  seen.push({ method, url, headers, body: Buffer.isBuffer(data) ? String(data) : '' })
  return url
}`

/** What must not be looked at where nobody can say where the request before it ends. */
const BEHIND = 'GET /open/behind HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'

let gateway: GatewayUnderTest
let secret: string
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({ limits: { bodyBytesMax: 100_000 } })
  for (const label of ['open', 'locked']) {
    const route = await gateway.addRoute({ label, requiresKey: label === 'locked' })
    await gateway.startInstance(route, { 'handler.js': MEMORY })
    if (label === 'locked') {
      secret = (await gateway.addKey([route.functionId], { name: 'smuggler' })).secret
    }
  }
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** The statuses of all answers to the bytes, which are sent in pieces of `pieceChars` when given. */
async function answersTo(bytes: string, pieceChars = bytes.length): Promise<number[]> {
  using connection = await RawConnection.open(gateway.port)
  connection.socket.setNoDelay(true)
  for (let i = 0; i < bytes.length && !connection.socket.closed; i += pieceChars) {
    connection.send(bytes.slice(i, i + pieceChars))
    if (pieceChars < bytes.length) await nextTurn()
  }
  // The gateway reads on for a while behind a last answer, until its caller ends the connection too.
  await connection.until(/^connection: close\r/im)
  connection.socket.end()
  const received = await connection.all()
  const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map((m) => Number(m[1]))
  return statuses.filter((status) => status !== 100)
}

async function takeSeen(): Promise<Seen[]> {
  const headers = { 'x-api-key': secret }
  const open = JSON.parse((await call(gateway.port, '/open/seen')).text)
  return [...open, ...JSON.parse((await call(gateway.port, '/locked/seen', { headers })).text)]
}

async function check(each: SmugglingCase, pieceChars?: number): Promise<void> {
  const statuses = await answersTo(each.bytes.replace('KEY', secret) + BEHIND, pieceChars)
  const seen = await takeSeen()
  expect(statuses).toEqual(each.isOpenAfter ? [each.status, 200] : [each.status])
  const behind = seen.filter(({ url }) => url === '/behind')
  expect(behind).toHaveLength(each.isOpenAfter ? 1 : 0)
  const own = seen.filter(({ url }) => url !== '/behind')
  expect(own).toHaveLength(each.seen === undefined ? 0 : 1)
  if (each.seen === undefined) return
  const { headers, ...rest } = each.seen
  expect(own[0]).toMatchObject(rest)
  for (const [name, value] of Object.entries(headers)) expect(own[0]!.headers[name]).toBe(value)
}

for (const { title, cases } of SMUGGLING_GROUPS) {
  describe(title, () => {
    for (const each of cases) {
      const then = each.isOpenAfter ? 'and the connection goes on' : 'and nothing behind it counts'
      test(`${each.name}: ${each.status}, ${then}`, () => check(each))
    }
  })
}

test('every case has the same answer when its bytes come in pieces', async () => {
  for (const each of SMUGGLING_GROUPS.flatMap(({ cases }) => cases)) {
    await check(each, each.bytes.length > 1000 ? 500 : 5)
  }
})
