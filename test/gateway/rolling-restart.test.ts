import { Agent } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import {
  call,
  GatewayUnderTest,
  RawConnection,
  type RunningInstance,
  routeOf,
  until,
} from './harness.ts'

/** What it does is in the path: /ok, /wait and /stream (until somebody calls /go). */
const CODE = `
let waiting = []
const acts = {
  '/ok': () => 'ok',
  '/wait': () => new Promise((resolve) => waiting.push(() => resolve('went'))),
  '/stream': ({ extensions: { response } }) => {
    response.write('first ')
    waiting.push(() => response.end('last'))
    return new Promise(() => {})
  },
  '/go': () => { for (const go of waiting) go(); waiting = []; return 'ok' },
}
module.exports.handler = (event) => acts[event.extensions.request.path](event)
`
const FILES = { 'handler.js': CODE }

let gateway: GatewayUnderTest
let route: Route
let instance: RunningInstance
let secret: string
let keyId: string

beforeEach(async () => {
  gateway = await GatewayUnderTest.start({ count: 2, isReplaceable: true })
  route = await gateway.addRoute({ requiresKey: true })
  const made = await gateway.addKey([route.functionId])
  secret = made.secret
  keyId = made.key.keyId
  instance = await gateway.startInstance(route, FILES, 1000)
})
afterEach(() => gateway[Symbol.asyncDispose]())

const ask = (path: string, agent?: Agent) =>
  call(gateway.port, `/${route.label}${path}`, {
    headers: { 'x-api-key': secret },
    ...(agent && { agent }),
  })
const head = (path: string) =>
  `GET /${route.label}${path} HTTP/1.1\r\nHost: h\r\nX-API-Key: ${secret}\r\n\r\n`
/** Only the threads that serve are left: what the replaced ones had has ended. */
const drained = () => until(() => gateway.threads.loads().length === 2)

describe('new threads take the place of old ones', () => {
  test('without a lost call, on connections that are kept and on new ones', async () => {
    const statuses: number[] = []
    let isCalling = true
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    const callers = Array.from({ length: 16 }, async (_, i) => {
      while (isCalling) statuses.push((await ask('/ok', i < 8 ? agent : undefined)).status)
    })
    for (let round = 0; round < 10; round++) {
      const before = statuses.length
      await gateway.threads.replace()
      await until(() => statuses.length >= before + 50)
    }
    isCalling = false
    await Promise.all(callers)
    agent.destroy()
    expect(new Set(statuses)).toEqual(new Set([200]))
    await drained()
    await gateway.inFlight(instance, 0)
  })

  test('while a slow call and a streamed answer go on to their ends', async () => {
    const slow = ask('/wait')
    using streamed = await RawConnection.open(gateway.port)
    streamed.send(head('/stream'))
    await streamed.until('first ')
    await gateway.inFlight(instance, 2)
    await gateway.threads.replace()
    await gateway.threads.replace()
    expect((await ask('/go')).text).toBe('ok')
    const answer = await slow
    expect([answer.status, answer.text, answer.headers.connection]).toEqual([200, 'went', 'close'])
    await streamed.until('last\r\n0\r\n\r\n')
    streamed.socket.end()
    await drained()
  })

  test('while calls wait for an instance, which comes up later', async () => {
    const cold = await gateway.addRoute()
    const waiting = call(gateway.port, `/${cold.label}/ok`)
    await gateway.message((m) => m.type === 'demand' && m.functionId === cold.functionId)
    await gateway.threads.replace()
    await gateway.startInstance(cold, FILES)
    expect((await waiting).text).toBe('ok')
  })

  test('and find the instances connected, so that no call waits for another one', async () => {
    await gateway.threads.replace()
    await Promise.all(Array.from({ length: 20 }, () => ask('/ok')))
    expect(gateway.messages.filter((m) => m.type === 'demand')).toEqual([])
  })
})

describe('a connection that is idle at that moment', () => {
  test('stays open, and ends with the answer to its next request', async () => {
    using idle = await RawConnection.open(gateway.port)
    idle.send(head('/ok'))
    await idle.until('ok')
    expect(idle.received).toContain('Connection: keep-alive')
    await gateway.threads.replace()
    await gateway.threads.replace()
    expect(idle.socket.readyState).toBe('open')
    idle.received = ''
    idle.send(head('/ok'))
    expect(await idle.all()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n[\s\S]*ok$/)
    await drained()
  })

  test('is closed when it has been idle for its time', async () => {
    const limits = { keepAliveTimeoutMs: 300 }
    await gateway[Symbol.asyncDispose]()
    gateway = await GatewayUnderTest.start({ count: 2, isReplaceable: true, limits })
    route = await gateway.addRoute()
    instance = await gateway.startInstance(route, FILES)
    using idle = await RawConnection.open(gateway.port)
    idle.send(head('/ok'))
    await idle.until('ok')
    await gateway.threads.replace()
    await idle.all()
    await drained()
  })

  test('is closed when the old threads have had all the time there is', async () => {
    await gateway[Symbol.asyncDispose]()
    gateway = await GatewayUnderTest.start({ count: 2, isReplaceable: true, drainMs: 100 })
    route = await gateway.addRoute()
    instance = await gateway.startInstance(route, FILES)
    using idle = await RawConnection.open(gateway.port)
    idle.send(head('/ok'))
    await idle.until('ok')
    const slow = ask('/wait')
    await gateway.inFlight(instance, 1)
    await gateway.threads.replace()
    expect([(await slow).status, JSON.parse((await slow).text).code]).toEqual([
      503,
      'shutting_down',
    ])
    await idle.all()
    await drained()
    await gateway.inFlight(instance, 0)
  })
})

describe('changes', () => {
  test('hold for old connections too: a deleted key is refused there', async () => {
    using old = await RawConnection.open(gateway.port)
    old.send(head('/ok'))
    await old.until('ok')
    await gateway.threads.replace()
    await gateway.change({ removedKeyIds: [keyId] })
    old.received = ''
    old.send(head('/ok'))
    expect(await old.all()).toMatch(/^HTTP\/1\.1 401 /)
    expect((await ask('/ok')).status).toBe(401)
  })

  test('that come while threads begin are in force in all of them when they are acknowledged', async () => {
    for (let round = 0; round < 5; round++) {
      const made = await gateway.addKey([route.functionId])
      secret = made.secret
      using old = await RawConnection.open(gateway.port)
      old.send(head('/ok'))
      await old.until('ok')
      const replaced = gateway.threads.replace()
      const late = routeOf({ version: null })
      await gateway.change({ removedKeyIds: [made.key.keyId], routes: [late] })
      old.received = ''
      old.send(head('/ok'))
      const refused = Promise.all(Array.from({ length: 10 }, () => ask('/ok')))
      expect(await old.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /)
      expect((await refused).map(({ status }) => status)).toEqual(Array(10).fill(401))
      await replaced
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask('/ok')))
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(401))
      expect((await call(gateway.port, `/${late.label}`)).status).toBe(503)
    }
  })

  test('of everything at once reach threads that were begun meanwhile', async () => {
    gateway.trust.until(Date.now())
    await gateway.threads.replace()
    expect((await ask('/ok')).status).toBe(503)
    gateway.trust.until(Number.POSITIVE_INFINITY)
    await gateway.change({})
    expect((await ask('/ok')).status).toBe(200)
  })
})

test('an instance that dies while old threads finish takes only what had begun', async () => {
  const begun = ask('/wait')
  await gateway.inFlight(instance, 1)
  await gateway.threads.replace()
  const alsoBegun = ask('/wait')
  await gateway.inFlight(instance, 2)
  await until(() => [...gateway.ports.keys()].some((i) => i > 1 && instance.shim.begunId(i) > 0))
  instance.shim.child.kill('SIGKILL')
  const codes = (await Promise.all([begun, alsoBegun])).map(({ text }) => JSON.parse(text).code)
  expect(codes).toEqual(['instance_lost', 'instance_lost'])
  await drained()
  await gateway.inFlight(instance, 0)
})

describe('asked again', () => {
  test('while it is under way, it is done once more for all who ask', async () => {
    const indexes = new Set<number>()
    const asked = [1, 2, 3, 4, 5].map(() => gateway.threads.replace())
    for (const each of asked) {
      await each
      for (const index of gateway.ports.keys()) indexes.add(index)
    }
    await drained()
    expect(new Set(asked).size).toBe(1)
    expect(Math.max(...indexes)).toBeLessThan(8)
  })

  test('while earlier threads cannot finish, it waits for them', async () => {
    const slow: Promise<unknown>[] = []
    for (let round = 1; round <= 3; round++) {
      // Until every thread has one, whichever takes a connection.
      while (![...gateway.ports.keys()].every((index) => instance.shim.begunId(index) > 0)) {
        const begun = gateway.slots.inFlight(instance.slot)
        slow.push(ask('/wait'))
        await gateway.inFlight(instance, begun + 1)
      }
      await gateway.threads.replace()
    }
    let isReplaced = false
    const next = gateway.threads.replace().then(() => {
      isReplaced = true
    })
    expect((await ask('/ok')).status).toBe(200)
    expect(isReplaced).toBe(false)
    expect((await ask('/go')).text).toBe('ok')
    await next
    await Promise.all(slow)
  })

  test('a stop ends new and old threads alike', async () => {
    const replaced = gateway.threads.replace()
    await gateway.threads.stop(0)
    await replaced
    await expect(ask('/ok')).rejects.toThrow()
  })
})
