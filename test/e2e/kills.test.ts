import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataPaths } from '../../src/server/paths.ts'
import { call, HELLO, NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import {
  cleanUp,
  isRunning,
  pidOfInstance,
  processEnd,
  startServer,
  type TestServer,
} from '../helpers/server.ts'

let server: TestServer
let op: ReturnType<typeof operator>
let endpoint: string
let secret: string

beforeAll(async () => {
  server = await startServer()
  op = operator(server)
  await op.makeNamespace()
  endpoint = (await op.makeFunction('hello', HELLO)).endpoint
  secret = await op.makeKey('caller', ['hello'])
})
afterAll(() => cleanUp(server))

describe('when a role is killed', () => {
  it('control: callers notice nothing, and the API is back', async () => {
    const before = server.pids().control
    const statuses: number[] = []
    let calling = true
    const caller = (async () => {
      while (calling) statuses.push(await call(endpoint, secret))
    })()
    process.kill(before, 'SIGKILL')
    await processEnd(before)
    await expect
      .poll(() => op.client.keys.get(SCOPE, 'caller').catch(() => undefined), { timeout: 30_000 })
      .toMatchObject({ name: 'caller' })
    calling = false
    await caller
    expect(server.pids().control).not.toBe(before)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(statuses.length).toBeGreaterThan(10)
  })

  it('control: a key that is deleted right after its restart is shut all the same', async () => {
    const doomed = await op.makeKey('doomed', ['hello'])
    const before = server.pids().control
    process.kill(before, 'SIGKILL')
    await processEnd(before)
    await expect
      .poll(
        () =>
          op.client.keys.delete(SCOPE, 'doomed').then(
            () => 'deleted',
            () => 'refused',
          ),
        {
          timeout: 30_000,
          interval: 5,
        },
      )
      .toBe('deleted')
    for (let i = 0; i < 50; i++) expect(await call(endpoint, doomed)).toBe(401)
  })

  it('data: it serves again with the keys as they were, and its instances did not outlive it', async () => {
    const title = `hanging-${process.pid}`
    const code = `
      process.title = '${title}'
      exports.handler = () => { setTimeout(() => { for (;;); }, 1); return String(process.pid) }`
    const hanging = await op.makeFunction('hanging', code, { enable_api_key: false })
    const own = Number(await (await fetch(hanging.endpoint)).text())
    const instance = pidOfInstance(title, own)
    expect(isRunning(instance)).toBe(true)
    const revoked = await op.makeKey('revoked', ['hello'])
    await op.client.keys.delete(SCOPE, 'revoked')
    process.kill(server.pids().data, 'SIGKILL')
    const answer = () => call(endpoint, secret).catch(() => 'away')
    await expect.poll(answer, { timeout: 30_000, interval: 10 }).toBe(200)
    expect(await call(endpoint, revoked)).toBe(401)
    await expect.poll(() => isRunning(instance), { timeout: 10_000 }).toBe(false)
  })

  it('the supervisor: both roles end, and a new start takes over at once', async () => {
    const { supervisor, control, data } = server.pids()
    process.kill(supervisor, 'SIGKILL')
    await Promise.all([supervisor, control, data].map(processEnd))
    server = await startServer({ dataDir: server.dataDir })
    op = operator(server)
    const fn = await op.client.functions.get(SCOPE, { namespace: NAMESPACE, name: 'hello' })
    endpoint = fn.endpoint
    expect(await call(endpoint, secret)).toBe(200)
  })
})

describe('a data node without control', () => {
  it('starts from its own disk, serves, and does not let a revoked key pass', async () => {
    const revoked = await op.makeKey('gone', ['hello'])
    await op.client.keys.delete(SCOPE, 'gone')
    const { pathname } = new URL(endpoint)
    await server.kill()
    const node = await startServer({ dataDir: server.dataDir, args: ['--role', 'data'] })
    const local = `${node.gatewayUrl}${pathname}`
    expect(await call(local, secret)).toBe(200)
    expect(await call(local, revoked)).toBe(401)
    await expect(fetch(`${node.apiUrl}/healthz`)).rejects.toThrow()
    await node.stop()
    server = await startServer({ dataDir: server.dataDir })
    op = operator(server)
  })

  it('serves no longer than it may', async () => {
    await server.stop()
    const node = await startServer({
      dataDir: server.dataDir,
      args: ['--role', 'data', '--staleness-seconds-max', '1'],
    })
    const local = `${node.gatewayUrl}${new URL(endpoint).pathname}`
    await expect.poll(() => call(local, secret), { timeout: 30_000 }).toBe(503)
    await node.stop()
  })

  it('leaves no folder of an instance behind', () => {
    const { instances } = dataPaths(server.dataDir)
    expect(existsSync(instances) ? readdirSync(join(instances)) : []).toEqual([])
  })
})
