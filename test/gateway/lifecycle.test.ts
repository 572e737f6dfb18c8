import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import {
  type Answer,
  call,
  GatewayUnderTest,
  open,
  RawConnection,
  type RunningInstance,
  until,
  versionOf,
} from './harness.ts'

/** What it does is in the path: /ok, /forever, /loop, /exit, /wait (until somebody calls /go). */
const CODE = `
let waiting = []
const acts = {
  '/ok': () => 'ok',
  '/body': (event) => 'got ' + event.data,
  '/forever': () => new Promise(() => {}),
  '/loop': () => { for (;;); },
  '/exit': () => process.exit(3),
  '/exit-later': () => new Promise(() => setImmediate(() => process.exit(3))),
  '/wait': () => new Promise((resolve) => waiting.push(resolve)),
  '/go': () => { for (const resolve of waiting) resolve('went'); waiting = []; return 'ok' },
  '/head-then-exit': ({ extensions: { response } }) => { response.write('part'); setTimeout(() => process.exit(3), 50); return new Promise(() => {}) },
}
module.exports.handler = (event) => acts[event.extensions.request.path](event)
`
const FILES = { 'handler.js': CODE }

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({
    limits: { queueLengthMax: 3, queueWaitMs: 5000, pongTimeoutMs: 300 },
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ask = (route: Route, path: string, body?: string | Buffer): Promise<Answer> =>
  call(gateway.port, `/${route.label}${path}`, body === undefined ? {} : { method: 'POST', body })
const codeOf = (answer: Answer): string => JSON.parse(answer.text).code
const queued = (route: Route, count: number) =>
  gateway.message(
    (m) => m.type === 'demand' && m.functionId === route.functionId && m.queued === count,
  )
const hung = (instance: RunningInstance) =>
  gateway.message((m) => m.type === 'instance-hung' && m.instanceId === instance.id)

describe('the time limit', () => {
  test('ends a promise that never settles with 504, and the instance goes on', async () => {
    const route = await gateway.addRoute({ timeoutMs: 300 })
    const instance = await gateway.startInstance(route, FILES)
    const begin = performance.now()
    const answer = await ask(route, '/forever')
    expect(performance.now() - begin).toBeGreaterThan(290)
    expect([answer.status, codeOf(answer)]).toEqual([504, 'function_timeout'])
    expect((await ask(route, '/ok')).text).toBe('ok')
    await gateway.inFlight(instance, 0)
    expect(gateway.messages.some((m) => m.type === 'instance-hung')).toBe(false)
  })

  test('ends an endless loop; what waited behind it goes to another instance', async () => {
    const route = await gateway.addRoute({ timeoutMs: 500 })
    const first = await gateway.startInstance(route, FILES)
    const loop = ask(route, '/loop')
    await until(() => first.shim.begunId() > 0)
    const behind = [ask(route, '/ok'), ask(route, '/body', 'text')]
    const begin = performance.now()
    expect(codeOf(await loop)).toBe('function_timeout')
    await hung(first)
    await queued(route, 2)
    await gateway.startInstance(route, FILES)
    expect((await Promise.all(behind)).map(({ text }) => text)).toEqual(['ok', 'got text'])
    expect(performance.now() - begin).toBeGreaterThan(400)
    await gateway.inFlight(first, 0)
  })

  test('holds for a function that has removed the file by which others are told apart', async () => {
    const route = await gateway.addRoute({ timeoutMs: 300 })
    const { shim } = await gateway.startInstance(route, FILES)
    const begun = join(dirname(shim.socketPath), 'begun')
    rmSync(begun)
    expect(codeOf(await ask(route, '/forever'))).toBe('function_timeout')
    mkdirSync(begun)
    expect(codeOf(await ask(route, '/forever'))).toBe('function_timeout')
    expect((await ask(route, '/ok')).text).toBe('ok')
  })

  test('gives an instance that may hang nothing new until it has answered', async () => {
    const route = await gateway.addRoute({ timeoutMs: 400 })
    const first = await gateway.startInstance(route, FILES)
    const second = await gateway.startInstance(route, FILES, 1)
    const loops = [ask(route, '/loop'), ask(route, '/forever')]
    await until(() => first.shim.begunId() > 0 && second.shim.begunId() > 0)
    await Promise.all(loops)
    const answers = await Promise.all([ask(route, '/ok'), ask(route, '/ok')])
    expect(answers.map(({ text }) => text)).toEqual(['ok', 'ok'])
  })
})

describe('an instance that dies', () => {
  test('costs the calls in it 502; what had not begun goes elsewhere, its body with it', async () => {
    const route = await gateway.addRoute()
    const first = await gateway.startInstance(route, FILES)
    const begun = ask(route, '/forever')
    await until(() => first.shim.begunId() === 1)
    // Its body is not complete, so its handler is not called before the instance is gone.
    const half = open(gateway.port, `/${route.label}/body`, {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
    })
    half.write('half')
    const whole = new Promise<string>((resolve) => {
      half.on('response', (res) => res.setEncoding('utf8').on('data', resolve))
    })
    await gateway.inFlight(first, 2)
    first.shim.child.kill('SIGKILL')
    expect(codeOf(await begun)).toBe('instance_lost')
    await queued(route, 1)
    const second = await gateway.startInstance(route, FILES)
    half.end('+end')
    expect(await whole).toBe('got half+end')
    await gateway.inFlight(second, 0)
    await gateway.inFlight(first, 0)
  })

  test('costs a call 502 when too much of its body was sent to be sent again', async () => {
    const route = await gateway.addRoute()
    const first = await gateway.startInstance(route, FILES)
    const req = open(gateway.port, `/${route.label}/body`, {
      method: 'POST',
      headers: { 'content-length': '200000' },
    })
    const status = new Promise<number>((resolve) => {
      req.on('response', (res) => resolve(res.resume().statusCode!))
    })
    req.on('error', () => {
      // The rest of the body has nowhere to go.
    })
    req.write(Buffer.alloc(150_000))
    await gateway.inFlight(first, 1)
    // The first bytes are with the instance when a later call on the connection has been answered.
    for (let i = 0; i < 20; i++) await ask(route, '/ok')
    first.shim.child.kill('SIGKILL')
    expect(await status).toBe(502)
    req.destroy()
  })

  test('cuts off a caller who has a part of the answer', async () => {
    const route = await gateway.addRoute()
    await gateway.startInstance(route, FILES)
    using connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${route.label}/head-then-exit HTTP/1.1\r\nHost: h\r\n\r\n`)
    const answer = await connection.all()
    expect(answer).toContain('part')
    expect(answer).not.toMatch(/\r\n0\r\n\r\n$/)
  })

  test('loses no answer that it had sent before', async () => {
    const route = await gateway.addRoute()
    for (let round = 0; round < 5; round++) {
      await gateway.startInstance(route, FILES)
      const good = Array.from({ length: 5 }, () => ask(route, '/ok'))
      const bad = ask(route, '/exit-later')
      expect((await Promise.all(good)).map(({ status }) => status)).toEqual(Array(5).fill(200))
      expect(codeOf(await bad)).toBe('instance_lost')
    }
  })
})

describe('without a free slot', () => {
  test('calls wait in their order, up to a bound, and the engine hears of each change', async () => {
    const route = await gateway.addRoute()
    const waiting = [1, 2, 3].map(() => ask(route, '/ok'))
    await queued(route, 3)
    const refused = await ask(route, '/ok')
    expect([refused.status, codeOf(refused)]).toEqual([503, 'queue_full'])
    expect(refused.headers['retry-after']).toBe('1')
    await gateway.startInstance(route, FILES, 1)
    for (const answer of await Promise.all(waiting)) expect(answer.text).toBe('ok')
    await queued(route, 0)
  })

  test('a caller who leaves leaves the queue', async () => {
    const route = await gateway.addRoute()
    const connection = await RawConnection.open(gateway.port)
    connection.send(`GET /${route.label}/ok HTTP/1.1\r\nHost: h\r\n\r\n`)
    await queued(route, 1)
    connection.socket.destroy()
    await queued(route, 0)
  })

  test('a start that failed is told to all who wait, and to who comes before the next try', async () => {
    const route = await gateway.addRoute()
    const waiting = ask(route, '/ok')
    await queued(route, 1)
    const { functionId } = route
    const versionId = route.version!.id
    gateway.send({ type: 'start-failed', functionId, versionId, retryAfterMs: 60_000 })
    for (const answer of [await waiting, await ask(route, '/ok')]) {
      expect([answer.status, codeOf(answer)]).toEqual([503, 'function_start_failed'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(55)
    }
    await gateway.startInstance(route, FILES)
    expect((await ask(route, '/ok')).text).toBe('ok')
  })

  test('nobody waits longer than the limit', async () => {
    const impatient = await GatewayUnderTest.start({ limits: { queueWaitMs: 100 } })
    const route = await impatient.addRoute()
    const answer = await call(impatient.port, `/${route.label}`)
    expect([answer.status, codeOf(answer)]).toEqual([503, 'queue_full'])
    expect(answer.headers['retry-after']).toBe('1')
    await impatient[Symbol.asyncDispose]()
  })

  test('calls that wait follow their function to its next version', async () => {
    const route = await gateway.addRoute()
    const waiting = ask(route, '/ok')
    await queued(route, 1)
    const next = { ...route, version: versionOf('the-next-version') }
    await gateway.change({ routes: [next] })
    await gateway.startInstance(next, FILES)
    expect((await waiting).text).toBe('ok')
  })
})

describe('among instances', () => {
  test('the one with the fewest calls is chosen, and a draining one never', async () => {
    const route = await gateway.addRoute()
    const first = await gateway.startInstance(route, FILES, 2)
    const second = await gateway.startInstance(route, FILES, 2)
    const waiting = [1, 2, 3, 4].map(() => ask(route, '/wait'))
    await until(() => first.shim.begunId() === 2 && second.shim.begunId() === 2)
    gateway.send({ type: 'instance-draining', instanceId: first.id })
    second.shim.child.kill('SIGKILL')
    await until(() => gateway.slots.inFlight(second.slot) === 0)
    const late = ask(route, '/ok')
    await queued(route, 1)
    const third = await gateway.startInstance(route, FILES)
    expect((await late).text).toBe('ok')
    expect(gateway.slots.inFlight(first.slot)).toBe(2)
    expect(third.shim.begunId()).toBe(1)
    first.shim.child.kill('SIGKILL')
    const codes = (await Promise.all(waiting)).map(codeOf)
    expect(codes).toEqual(Array(4).fill('instance_lost'))
  })

  test('a slot that the engine has closed is not used, though its message is still to come', async () => {
    const route = await gateway.addRoute()
    const closed = await gateway.startInstance(route, FILES)
    expect((await ask(route, '/ok')).text).toBe('ok')
    expect(gateway.slots.closeIfIdle(closed.slot)).toBe(true)
    const waiting = ask(route, '/ok')
    await queued(route, 1)
    await gateway.startInstance(route, FILES)
    expect((await waiting).text).toBe('ok')
  })
})
