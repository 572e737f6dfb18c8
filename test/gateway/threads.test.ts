import { once } from 'node:events'
import { createServer } from 'node:net'
import type { MessagePort } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { SlotTable } from '../../src/engine/slots.ts'
import { DEFAULT_GATEWAY_LIMITS } from '../../src/gateway/limits.ts'
import { type GatewayThreadsOptions, startGatewayThreads } from '../../src/gateway/threads.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { call, GatewayUnderTest, RawConnection, routeOf, until } from './harness.ts'

const FILES = {
  'handler.js': `
    let release
    const released = new Promise((resolve) => { release = resolve })
    module.exports.handler = async ({ extensions: { request } }) => {
      if (request.path === '/go') release()
      if (request.path === '/wait') await released
      return 'ok'
    }`,
}

const ports: MessagePort[] = []

function start(
  port: number,
  onCrash: (error: Error) => void = () => {},
  more: Partial<GatewayThreadsOptions> = {},
) {
  const keys = new KeyTableWriter()
  return startGatewayThreads({
    count: 1,
    listenOn: { host: '127.0.0.1', port },
    domain: '',
    slots: SlotTable.create(8),
    limits: DEFAULT_GATEWAY_LIMITS,
    logger: silentLogger(),
    state: () => ({ revision: 1, routes: [routeOf()], keys }),
    attach: (_index, port) => ports.push(port),
    drainMs: 60_000,
    graceMs: 0,
    onCrash,
    ...more,
  })
}

describe('several threads', () => {
  test('share one port, one set of slots and every change', async () => {
    await using gateway = await GatewayUnderTest.start({ count: 3 })
    const route = await gateway.addRoute({ requiresKey: true })
    const { secret, key } = await gateway.addKey([route.functionId])
    const instance = await gateway.startInstance(route, FILES, 2)
    const headers = { 'x-api-key': secret }
    const ask = () => call(gateway.port, `/${route.label}`, { headers })
    // More callers than slots: most wait in one thread for a slot that another one gives back.
    const answers = await Promise.all(Array.from({ length: 60 }, ask))
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200))
    await gateway.inFlight(instance, 0)
    const threads = new Set(answers.map((a) => String(a.headers['x-request-id']).slice(0, 16)))
    expect(threads.size).toBeGreaterThan(1)
    await gateway.change({ removedKeyIds: [key.keyId] })
    const refused = await Promise.all(Array.from({ length: 60 }, ask))
    expect(refused.map(({ status }) => status)).toEqual(Array(60).fill(401))
  })
})

describe('a port that is taken', () => {
  test("is told with the system's code", async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number }
    await expect(start(port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    holder.close()
  })
})

describe('what a thread knows', () => {
  test('is replaced as a whole by a load, and not undone by an older change', async () => {
    const threads = await start(0)
    const [one, two] = [routeOf({ version: null }), routeOf({ version: null })]
    const status = async (label: string) => (await call(threads.port, `/${label}`)).status
    const nothing = { removedFunctionIds: [], removedKeyIds: [], keys: [] }
    await threads.load({ revision: 7, routes: [one], keys: new KeyTableWriter() })
    expect([await status(one.label), await status(two.label)]).toEqual([503, 404])
    await threads.apply({ revision: 6, routes: [two], ...nothing })
    expect(await status(two.label)).toBe(404)
    await threads.apply({ revision: 8, routes: [two], ...nothing })
    expect(await status(two.label)).toBe(503)
    await threads.load({ revision: 2, routes: [two], keys: new KeyTableWriter() })
    expect([await status(one.label), await status(two.label)]).toEqual([404, 503])
    await threads.stop(0)
  })

  test('is what there is once that is known, however early it began', async () => {
    const [one, two] = [routeOf({ version: null }), routeOf({ version: null })]
    const stateKnown = Promise.withResolvers<void>()
    let state = { revision: 0, routes: [one], keys: new KeyTableWriter() }
    let serves = false
    const starting = start(0, undefined, { state: () => state, stateKnown: stateKnown.promise })
    void starting.then(() => {
      serves = true
    })
    state = { revision: 3, routes: [two], keys: new KeyTableWriter() }
    for (let turn = 0; turn < 100; turn++) await new Promise((done) => setImmediate(done))
    expect(serves).toBe(false)
    stateKnown.resolve()
    const threads = await starting
    const status = async (label: string) => (await call(threads.port, `/${label}`)).status
    expect([await status(one.label), await status(two.label)]).toEqual([404, 503])
    await threads.stop(0)
  })

  test('serves nobody while it is stale', async () => {
    await using gateway = await GatewayUnderTest.start()
    const route = await gateway.addRoute()
    await gateway.startInstance(route, FILES)
    const ask = () => call(gateway.port, `/${route.label}`)
    gateway.trust.until(Date.now())
    await gateway.change({})
    const stale = await ask()
    expect([stale.status, JSON.parse(stale.text).code]).toEqual([503, 'stale'])
    gateway.trust.until(Number.POSITIVE_INFINITY)
    await gateway.change({})
    expect((await ask()).status).toBe(200)
  })

  test('gives no instance to who waited for one until it was stale', async () => {
    await using gateway = await GatewayUnderTest.start()
    const route = await gateway.addRoute()
    const waiting = call(gateway.port, `/${route.label}`)
    await until(() => gateway.messages.some(({ type }) => type === 'demand'))
    gateway.trust.until(Date.now())
    await gateway.startInstance(route, FILES)
    const refused = await waiting
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, 'stale'])
  })
})

describe('stopping', () => {
  test('lets what is in flight end, closes what is idle and takes nobody new', async () => {
    const gateway = await GatewayUnderTest.start()
    const route = await gateway.addRoute()
    const instance = await gateway.startInstance(route, FILES)
    using idle = await RawConnection.open(gateway.port)
    idle.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await idle.until('ok')
    const waiting = call(gateway.port, `/${route.label}/wait`)
    await gateway.inFlight(instance, 1)
    const stopped = gateway.threads.stop(30_000)
    await idle.all()
    await expect(call(gateway.port, `/${route.label}/go`)).rejects.toThrow()
    const connection = await instance.shim.connect(5)
    const head = 'GET\n/go'
    connection.request(head, undefined, true, {
      onHead() {},
      onData() {},
      onWritable() {},
      onFailure() {},
      onLost() {},
    })
    const answer = await waiting
    expect([answer.text, answer.headers.connection]).toEqual(['ok', 'close'])
    await stopped
    await gateway[Symbol.asyncDispose]()
  })

  test('does not wait for a connection on which nothing was ever sent', async () => {
    const gateway = await GatewayUnderTest.start()
    using silent = await RawConnection.open(gateway.port)
    await gateway.threads.stop(600_000)
    expect(await silent.all()).toBe('')
    await gateway[Symbol.asyncDispose]()
  })

  test('answers calls that had been sent before, also on connections that were not yet accepted', async () => {
    const gateway = await GatewayUnderTest.start()
    const route = await gateway.addRoute()
    await gateway.startInstance(route, FILES)
    // Connected to the queue of the socket when their thread is told to stop.
    const connections = await Promise.all(
      Array.from({ length: 30 }, () => RawConnection.open(gateway.port)),
    )
    const head = `GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`
    for (const connection of connections) connection.send(head)
    const stopped = gateway.threads.stop(30_000)
    for (const connection of connections) expect(await connection.all()).toMatch(/200 OK[\s\S]*ok$/)
    await stopped
    await gateway[Symbol.asyncDispose]()
  })

  test('tells who is still waiting when the grace is over', async () => {
    const gateway = await GatewayUnderTest.start()
    const route = await gateway.addRoute()
    const instance = await gateway.startInstance(route, FILES, 1)
    const running = call(gateway.port, `/${route.label}/wait`)
    await gateway.inFlight(instance, 1)
    const waiting = call(gateway.port, `/${route.label}`)
    await gateway.message((m) => m.type === 'demand' && m.queued === 1)
    await gateway.threads.stop(100)
    for (const answer of await Promise.all([running, waiting])) {
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([503, 'shutting_down'])
    }
    await gateway[Symbol.asyncDispose]()
  })
})

test('a thread that crashes is told to who must end the process', async () => {
  const errors: Error[] = []
  const threads = await start(0, (error) => errors.push(error))
  // No engine sends this; it stands for a mistake in the thread's own code.
  ports.at(-1)!.postMessage({ type: 'nonsense' })
  await until(() => errors.length > 0)
  expect(errors[0]!.message).toContain('unreachable')
  await threads.stop(0)
})
