import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { Engine } from '../../src/engine/engine.ts'
import { SlotTable } from '../../src/engine/slots.ts'
import { DEFAULT_GATEWAY_LIMITS } from '../../src/gateway/limits.ts'
import { type GatewayThreads, startGatewayThreads } from '../../src/gateway/threads.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import {
  closeGatewaySocket,
  GATEWAY_SOCKET,
  openGatewaySocket,
} from '../../src/server/gateway-socket.ts'
import { NODE_ONLY, NODE_RUNTIME } from '../helpers/languages.ts'
import { call, routeOf, until, versionOf } from './harness.ts'

const CODE = `
const acts = {
  '/pid': () => String(process.pid),
  '/slow': () => new Promise((resolve) => setTimeout(resolve, 200, String(process.pid))),
  '/loop': () => { console.log('looping'); for (;;); },
  '/exit': () => process.exit(1),
  '/forever': () => new Promise(() => {}),
}
module.exports.handler = (event) => acts[event.extensions.request.path]()
`

let root: string
let slots: SlotTable
let engine: Engine
let threads: GatewayThreads
let revision = 1

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lk-gw-'))
  slots = SlotTable.create(64)
  engine = new Engine({
    languages: NODE_ONLY,
    folder: join(root, 'run'),
    artifactsFolder: join(root, 'artifacts'),
    logsFolder: join(root, 'logs'),
    slots,
    slotsPerInstance: 4,
    idleTimeoutMs: 60_000,
    startTimeoutMs: 40_000,
    spareInstances: 0,
    stopGraceMs: 2000,
    logger: silentLogger(),
    clock: systemClock,
  })
  const keys = new KeyTableWriter()
  await openGatewaySocket('127.0.0.1', 0)
  threads = await startGatewayThreads({
    count: 2,
    listenOn: { fd: GATEWAY_SOCKET },
    domain: '',
    slots,
    limits: DEFAULT_GATEWAY_LIMITS,
    logger: silentLogger(),
    state: () => ({ revision, routes: [], keys }),
    attach: (index, port) => engine.attachGateway(index, port),
    drainMs: 60_000,
    graceMs: 0,
    onLeft: closeGatewaySocket,
  })
})

afterAll(async () => {
  await threads.stop(0)
  await engine.stop()
  await rm(root, { recursive: true, force: true })
})

async function deploy(overrides: Partial<Route>, code = CODE): Promise<Route> {
  const version = versionOf(`v-${revision}`)
  const artifact = { ...version.artifact, id: version.id, runtime: NODE_RUNTIME }
  const folder = join(root, 'artifacts', artifact.id)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, artifact.entry), code)
  const route = routeOf({ version: { ...version, artifact }, ...overrides })
  revision += 1
  engine.applyRoutes([route], [])
  const nothing = { keys: [], removedFunctionIds: [], removedKeyIds: [] }
  await threads.apply({ revision, routes: [route], ...nothing })
  return route
}

const ask = (route: Route, path: string) => call(threads.port, `/${route.label}${path}`)

describe('with the engine', () => {
  test('a function comes up from nothing for the first call, and stays within its maximum', async () => {
    const route = await deploy({ autoscaling: { minInstances: 0, maxInstances: 2 } })
    const first = await ask(route, '/pid')
    expect(first.status).toBe(200)
    const many = await Promise.all(Array.from({ length: 40 }, () => ask(route, '/slow')))
    expect(many.map(({ status }) => status)).toEqual(Array(40).fill(200))
    const pids = new Set(many.map(({ text }) => text))
    expect(pids.size).toBe(2)
    expect(pids.has(first.text)).toBe(true)
  })

  test('an endless loop ends at its limit, and costs nobody else an answer', async () => {
    const autoscaling = { minInstances: 0, maxInstances: 1 }
    const route = await deploy({ timeoutMs: 1000, autoscaling })
    const { text: before } = await ask(route, '/pid')
    const begin = performance.now()
    // All of them at once, so that the loop begins in the same turn as some of the others.
    const ahead = Array.from({ length: 15 }, () => ask(route, '/pid'))
    const loop = ask(route, '/loop').then((answer) => ({ answer, ms: performance.now() - begin }))
    const behind = Array.from({ length: 15 }, () => ask(route, '/pid'))
    const { answer, ms } = await loop
    expect(answer.status).toBe(504)
    expect(ms).toBeGreaterThan(990)
    const statuses = (await Promise.all([...ahead, ...behind])).map(({ status }) => status)
    expect(statuses).toEqual(Array(30).fill(200))
    expect((await ask(route, '/pid')).text).not.toBe(before)
  })

  test('a crash answers 502 to the call that caused it, and the next one finds a new instance', async () => {
    const route = await deploy({})
    const { text: before } = await ask(route, '/pid')
    expect((await ask(route, '/exit')).status).toBe(502)
    const after = await ask(route, '/pid')
    expect(after.status).toBe(200)
    expect(after.text).not.toBe(before)
  })

  test('a function that cannot start answers 503 and says when to come again', async () => {
    const route = await deploy({}, 'throw new Error("not today")')
    const answer = await ask(route, '/pid')
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([503, 'function_start_failed'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(answer.text).not.toContain('not today')
  })

  test('no slot stays taken', async () => {
    const route = await deploy({ timeoutMs: 300 })
    const paths = ['/pid', '/forever', '/slow', '/forever', '/pid', '/slow']
    await Promise.all(paths.map((path) => ask(route, path)))
    await until(() => Array.from({ length: 64 }, (_, i) => slots.inFlight(i)).every((n) => n === 0))
  })
})
