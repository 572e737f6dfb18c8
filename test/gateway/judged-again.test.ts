import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Calls } from '../../src/calls/calls.ts'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry, Route } from '../../src/domain/routes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { answerOf, call, GatewayUnderTest, keyOf, open, RawConnection, until } from './harness.ts'

const CODE = `module.exports.handler = (event) => {
  const { path, headers } = event.extensions.request
  return path === '/forever' ? new Promise(() => {}) : { by: headers['latchkey-key-id'] ?? null }
}`
const FILES = { 'handler.js': CODE }

let folder: string
let calls: Calls
let gateway: GatewayUnderTest
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-again-'))
  calls = new Calls({
    path: join(folder, 'calls.db'),
    rules: { attemptsMax: 3, firstDelayMs: 1, longestDelayMs: 5 },
    parallelMax: 8,
    parallelPerFunctionMax: 4,
    waitingMax: 100,
    waitingPerFunctionMax: 20,
    bytesMax: 1024 * 1024,
    keptMs: 60_000,
    deadKeptMs: 60_000,
    clock: systemClock,
    logger: silentLogger(),
    run: (run) => gateway.threads.run(run),
  })
  gateway = await GatewayUnderTest.start({
    asyncCalls: {
      desk: calls,
      bodyBytesMax: 100_000,
      answerBytesMax: 10_000,
      publicUrl: 'https://public.example.org',
    },
  })
})
afterAll(async () => {
  await calls.stop()
  await gateway[Symbol.asyncDispose]()
  await calls.close()
  await rm(folder, { recursive: true, force: true })
})

type Change = (key: KeyEntry) => Parameters<GatewayUnderTest['change']>[0]

/** What may happen to a key while a `POST /a` waits, and what the call is answered then. */
const CHANGES: readonly (readonly [name: string, code: string, change: Change])[] = [
  ['disabled', 'key_required', (key) => ({ keys: [{ ...key, isDisabled: true }] })],
  [
    'put off to later',
    'key_required',
    (key) => ({ keys: [{ ...key, notBeforeMs: Date.now() + 60_000 }] }),
  ],
  [
    'limited to another method',
    'key_not_permitted',
    (key) => ({ keys: [limitedTo(key, ['GET'], [])] }),
  ],
  [
    'limited to another path',
    'key_not_permitted',
    (key) => ({ keys: [limitedTo(key, [], ['/b'])] }),
  ],
  ['rotated, and the rotation finished', 'key_required', (key) => ({ keys: [newSecret(key)] })],
]

function limitedTo(key: KeyEntry, methods: string[], paths: string[]): KeyEntry {
  const limited = key.functionIds.map((id) => ({ id, methods, paths }))
  return { ...key, functionIds: [], limited }
}

function newSecret(key: KeyEntry): KeyEntry {
  return { ...key, digest: keySecretDigest(mintKeySecret()) }
}

async function deploy(): Promise<{ route: Route; secret: string; key: KeyEntry }> {
  const route = await gateway.addRoute({ requiresKey: true })
  return { route, ...(await gateway.addKey([route.functionId])) }
}

const statusOf = (code: string) => (code === 'key_required' ? 401 : 403)

describe.each(CHANGES)('a key that is %s meanwhile', (_, code, change) => {
  test('lets a call no longer pass whose body was waited for', async () => {
    const { route, secret, key } = await deploy()
    const instance = await gateway.startInstance(route, FILES)
    using connection = await RawConnection.open(gateway.port)
    const head = `Host: h\r\nX-API-Key: ${secret}\r\nExpect: 100-continue\r\nContent-Length: 8`
    connection.send(`POST /${route.label}/a HTTP/1.1\r\n${head}\r\n\r\n`)
    await connection.until('100 Continue')
    await gateway.change(change(key))
    connection.send('the body')
    expect(await connection.until('}')).toContain(`HTTP/1.1 ${statusOf(code)} `)
    expect(connection.received).toContain(`"${code}"`)
    expect(instance.shim.begunId()).toBe(0)
  })

  test('lets a call no longer pass that waited for an instance', async () => {
    const { route, secret, key } = await deploy()
    const req = open(gateway.port, `/${route.label}/a`, {
      method: 'POST',
      headers: { 'x-api-key': secret },
    })
    req.end()
    await gateway.message((m) => m.type === 'demand' && m.functionId === route.functionId)
    await gateway.change(change(key))
    await gateway.startInstance(route, FILES)
    const answer = await answerOf(req)
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([statusOf(code), code])
  })

  test('lets a call no longer pass whose instance was lost', async () => {
    const { route, secret, key } = await deploy()
    const other = await gateway.addKey([route.functionId])
    const instance = await gateway.startInstance(route, FILES)
    const headers = { 'x-api-key': other.secret }
    const begun = call(gateway.port, `/${route.label}/forever`, { headers })
    await until(() => instance.shim.begunId() === 1)
    // Its body is not complete, so its handler is not called before the instance is gone.
    const req = open(gateway.port, `/${route.label}/a`, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'transfer-encoding': 'chunked' },
    })
    req.write('half')
    const answer = answerOf(req)
    await gateway.inFlight(instance, 2)
    await gateway.change(change(key))
    instance.shim.child.kill('SIGKILL')
    expect((await begun).status).toBe(502)
    expect((await answer).status).toBe(statusOf(code))
    req.destroy()
  })

  test('lets an asynchronous call no longer pass, and tells nothing of it', async () => {
    const { route, secret, key } = await deploy()
    const instance = await gateway.startInstance(route, FILES)
    const headers = { 'x-api-key': secret, prefer: 'respond-async' }
    const accepted = await call(gateway.port, `/${route.label}/a`, { method: 'POST', headers })
    expect(accepted.status).toBe(202)
    const { id } = JSON.parse(accepted.text)
    await gateway.change(change(key))
    calls.start()
    await until(() => calls.find(id)!.view.state === 'dead')
    await calls.stop()
    expect(calls.find(id)!.view).toMatchObject({ code, attempts: 1 })
    expect(instance.shim.begunId()).toBe(0)
    const asked = { 'x-api-key': secret }
    expect((await call(gateway.port, `/-/calls/${id}`, { headers: asked })).status).toBe(404)
  })
})

describe('an asynchronous call of a key that ends soon', () => {
  test('is accepted with its end, and goes on by its old secret while a rotation lasts', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    await gateway.startInstance(route, FILES)
    const [own, old] = [mintKeySecret(), mintKeySecret()]
    const before = keyOf(old, [route.functionId])
    const oldEntry: KeyEntry = {
      ...before,
      expireMs: Math.floor(Date.now() / 1000) * 1000 + 3_600_000,
      isOld: true,
    }
    const ownEntry: KeyEntry = { ...before, digest: keySecretDigest(own), hasOld: true }
    await gateway.change({ keys: [oldEntry, ownEntry] })
    const headers = { 'x-api-key': old, prefer: 'respond-async', origin: 'https://page.example' }
    const accepted = await call(gateway.port, `/${route.label}/a`, { method: 'POST', headers })
    expect(accepted.headers['latchkey-key-expires']).toBe(
      new Date(oldEntry.expireMs!).toISOString().replace('.000Z', 'Z'),
    )
    expect(accepted.headers['access-control-expose-headers']).toContain('latchkey-key-expires')
    const { id } = JSON.parse(accepted.text)
    calls.start()
    await until(() => calls.find(id)!.view.endedAtMs !== null)
    await calls.stop()
    // Both secrets are the same key's.
    for (const secret of [own, old]) {
      const asked = { headers: { 'x-api-key': secret } }
      const result = await call(gateway.port, `/-/calls/${id}/result`, asked)
      expect(JSON.parse(result.text)).toEqual({ by: before.keyId })
      expect(result.headers).not.toHaveProperty('latchkey-key-expires')
    }
  })
})
