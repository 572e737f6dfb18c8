import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, GatewayUnderTest, RawConnection, until } from './harness.ts'
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

/** All that comes back for the bytes, which are sent in pieces of `pieceChars` when given. */
async function answersTo(bytes: string, pieceChars = bytes.length): Promise<string> {
  using connection = await RawConnection.open(gateway.port)
  connection.socket.setNoDelay(true)
  for (let i = 0; i < bytes.length && !connection.socket.closed; i += pieceChars) {
    connection.send(bytes.slice(i, i + pieceChars))
    if (pieceChars < bytes.length) await nextTurn()
  }
  // The gateway reads on for a while behind a last answer, until its caller ends the connection too.
  await connection.until(/^connection: close\r/im)
  connection.socket.end()
  return await connection.all()
}

function statusesOf(answers: string): number[] {
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map((m) => Number(m[1]))
  return statuses.filter((status) => status !== 100)
}

async function takeSeen(): Promise<Seen[]> {
  const headers = { 'x-api-key': secret }
  const open = JSON.parse((await call(gateway.port, '/open/seen')).text)
  return [...open, ...JSON.parse((await call(gateway.port, '/locked/seen', { headers })).text)]
}

async function check(each: SmugglingCase, pieceChars?: number): Promise<void> {
  const answers = await answersTo(each.bytes.replace('KEY', secret) + BEHIND, pieceChars)
  const seen = await takeSeen()
  expect(statusesOf(answers)).toEqual(each.isOpenAfter ? [each.status, 200] : [each.status])
  if (each.status >= 400) {
    expect(answers).toMatch(/^x-request-id: req_/im)
    expect(answers).toMatch(/^content-type: application\/problem\+json\r/im)
    expect(answers).toContain(`"status":${each.status},`)
  }
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

describe('behind a request that is still unanswered', () => {
  /** Sends the bytes behind a request that is answered when its function is called once more. */
  async function answersBehind(bytes: string): Promise<string> {
    const slow = await gateway.addRoute()
    const instance = await gateway.startInstance(slow, {
      'handler.js': `let release
      module.exports.handler = ({ extensions: { request } }) => {
        if (request.url === '/release') release?.('first')
        else return new Promise((resolve) => { release = resolve })
      }`,
    })
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${slow.label} HTTP/1.1\r\nHost: h\r\n\r\n${bytes}${BEHIND}`)
    const { socket } = connection
    await until(() => socket.closed || gateway.slots.inFlight(instance.slot) === 1)
    if (!socket.closed) await call(gateway.port, `/${slow.label}/release`)
    return await connection.all()
  }

  test('a WebSocket is refused in its turn', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const answers = await answersBehind(`GET /open/c HTTP/1.1\r\nHost: h\r\n${upgrade}`)
    expect(statusesOf(answers)).toEqual([200, 501])
    expect(await takeSeen()).toEqual([])
  })

  test('what is refused is refused in its turn', async () => {
    const answers = await answersBehind('GET /open/c HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n')
    expect(statusesOf(answers)).toEqual([200, 400])
    expect(await takeSeen()).toEqual([])
  })

  test('a tunnel gets no answer that could be taken for the first one\u2019s', async () => {
    const answers = await answersBehind('CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(statusesOf(answers)).toEqual([])
    expect(await takeSeen()).toEqual([])
  })
})

test('a handler that has begun to read a body never takes a broken one for a whole one', async () => {
  const route = await gateway.addRoute()
  await gateway.startInstance(route, {
    'handler.mjs': `let state = 'none'
    export default { async fetch(request) {
      if (request.method === 'GET') return new Response(state)
      state = 'reading'
      state = await request.text().then(() => 'whole', () => 'broken')
      return new Response('')
    } }`,
  })
  const state = async (expected: RegExp) => {
    for (;;) {
      const { text } = await call(gateway.port, `/${route.label}`)
      if (expected.test(text)) return text
    }
  }
  const head = `POST /${route.label} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n`
  for (const end of ['x\r\n\r\n', '0\r\nContent-Length: 3\r\n\r\n', '0\n\n', BEHIND]) {
    using connection = await RawConnection.open(gateway.port)
    connection.send(`${head}3\r\nabc\r\n`)
    await state(/reading/)
    connection.send(end)
    await connection.until('"status":400,')
    connection.socket.end()
    expect(await state(/whole|broken/)).toBe('broken')
  }
})
