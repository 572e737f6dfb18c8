import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { Harness, type InstanceUp, routeOf, waitFor } from './harness.ts'

const PID = 'exports.handler = () => String(process.pid)\n'

let harness: Harness
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await harness.close()
})

/** The processes, as soon as there are `count` whose programs run. */
function untilProcesses(count: number): Promise<string[]> {
  return waitFor(() => {
    const pids = harness.processes()
    expect(pids).toHaveLength(count)
    return pids
  })
}

async function firstUp(route: Parameters<Harness['demand']>[0]): Promise<InstanceUp> {
  await harness.demand(route, 1)
  const ups = await waitFor(() => {
    const found = harness.thread.all('instance-up').filter((u) => u.functionId === route.functionId)
    expect(found).not.toEqual([])
    return found
  })
  await harness.demand(route, 0)
  return ups[0]!
}

test('a spare becomes the first instance, and another one takes its place', async () => {
  harness = await Harness.create({ spareInstances: 1 })
  const route = await harness.route(PID)
  harness.engine.applyRoutes([route], [])
  const [spare] = await untilProcesses(1)
  expect(harness.engine.status()).toEqual({ 'fn-1': { total: 0, ready: 0 } })

  const up = await firstUp(route)
  expect(await harness.call(up)).toBe(spare)
  expect(await untilProcesses(2)).toContain(spare)
  expect(harness.engine.status()).toEqual({ 'fn-1': { total: 1, ready: 1 } })
  expect(readdirSync(join(harness.root, 'run'))).toContain(up.instanceId)
})

test('what a spare becomes is like any other instance', async () => {
  harness = await Harness.create({ spareInstances: 1 })
  const code = `console.log('loading')
  const cwd = process.cwd()
  exports.handler = () => ({ ...process.env, cwd, now: process.cwd(), pid: process.pid })\n`
  const route = routeOf(await harness.version(code, { envs: { GREETING: 'hi' } }))
  harness.engine.applyRoutes([route], [])
  const [spare] = await untilProcesses(1)
  const up = await firstUp(route)
  const seen = JSON.parse(await harness.call(up)) as Record<string, unknown>
  const names = ['GREETING', 'HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ', 'cwd', 'now', 'pid']
  expect(names).toEqual(expect.arrayContaining(Object.keys(seen)))
  const artifact = join(harness.root, 'artifacts', route.version!.artifact.id)
  const home = join(harness.root, 'run', up.instanceId, 'tmp')
  expect(seen).toMatchObject({ GREETING: 'hi', HOME: home, cwd: artifact, now: artifact })
  expect(String(seen.pid)).toBe(spare)
  await waitFor(() => expect(harness.lines()).toContain('stdout: loading'))
})

test('a spare that has ended is replaced, and costs no caller anything', async () => {
  harness = await Harness.create({ spareInstances: 1 })
  const route = await harness.route(PID)
  harness.engine.applyRoutes([route], [])
  const [dead] = await untilProcesses(1)
  process.kill(Number(dead), 'SIGKILL')
  const next = await waitFor(() => {
    const pids = harness.processes()
    expect(pids).toHaveLength(1)
    expect(pids).not.toContain(dead)
    return pids[0]!
  })
  expect(readdirSync(join(harness.root, 'run'))).toHaveLength(1)
  expect(await harness.call(await firstUp(route))).toBe(next)
  expect(harness.thread.all('start-failed')).toEqual([])
})

test('a function whose variables are read at the start of the language gets no spare', async () => {
  harness = await Harness.create({ spareInstances: 1 })
  const code = 'exports.handler = () => [process.pid, new Date(0).getHours()].join(" ")\n'
  const envs = { TZ: 'Asia/Tokyo' }
  const zoned = routeOf(await harness.version(code, { envs }), { functionId: 'fn-2' })
  harness.engine.applyRoutes([zoned, await harness.route(PID)], [])
  const [spare] = await untilProcesses(1)

  const [pid, hours] = (await harness.call(await firstUp(zoned))).split(' ')
  expect(hours).toBe('9')
  expect(pid).not.toBe(spare)
  expect(await untilProcesses(2)).toContain(spare)
})

test('a function of another flavor gets its own memory limit, and spares of its flavor follow', async () => {
  harness = await Harness.create({ spareInstances: 1 })
  const code = `const { getHeapStatistics } = require('node:v8')
  exports.handler = () => ({ pid: process.pid, mb: getHeapStatistics().heap_size_limit / 2 ** 20 })\n`
  const small = routeOf(await harness.version(code, { memoryMb: 64 }), { functionId: 'fn-2' })
  const large = routeOf(await harness.version(code, { memoryMb: 1024 }))
  harness.engine.applyRoutes([large, small], [])
  const [forLarge] = await untilProcesses(1)

  const first = JSON.parse(await harness.call(await firstUp(small)))
  expect(String(first.pid)).not.toBe(forLarge)
  expect(first.mb).toBeLessThan(512)
  const forSmall = await waitFor(() => {
    const others = harness.processes().filter((pid) => pid !== String(first.pid))
    expect(others).toHaveLength(1)
    expect(others).not.toContain(forLarge)
    return others[0]!
  })
  const again = { ...small, functionId: 'fn-3' }
  harness.engine.applyRoutes([again], [])
  const second = JSON.parse(await harness.call(await firstUp(again)))
  expect(String(second.pid)).toBe(forSmall)
  expect(second.mb).toBe(first.mb)

  const third = JSON.parse(await harness.call(await firstUp(large)))
  expect(third.mb).toBeGreaterThan(700)
})

test('spares are no instances: they neither count nor raise the maximum', async () => {
  harness = await Harness.create({ spareInstances: 3 })
  const route = await harness.route(PID, { autoscaling: { minInstances: 0, maxInstances: 2 } })
  harness.engine.applyRoutes([route], [])
  const spares = await untilProcesses(3)
  for (let queued = 1; queued <= 50; queued++) void harness.demand(route, queued)
  const ups = await harness.thread.until('instance-up', 2)
  expect(harness.engine.status()['fn-1']!.total).toBe(2)
  for (const up of ups) expect(spares).toContain(await harness.call(up))
  await untilProcesses(5)
  harness.engine.tick()
  expect(harness.thread.all('instance-up')).toHaveLength(2)
  expect(harness.engine.status()['fn-1']).toEqual({ total: 2, ready: 2 })
})

test('a start that fails in a spare fails as any other', async () => {
  harness = await Harness.create({ spareInstances: 1 })
  const route = await harness.route('throw new TypeError("no way")\n')
  harness.engine.applyRoutes([route], [])
  const [spare] = await untilProcesses(1)
  const outcome = await harness.engine.tryVersion(route)
  const message = expect.stringContaining('TypeError: no way')
  expect(outcome).toMatchObject({ kind: 'failed', message })
  await waitFor(() => expect(harness.processes()).not.toContain(spare))
})

test('stopping ends the spares, and none is started after', async () => {
  harness = await Harness.create({ spareInstances: 2 })
  const route = await harness.route(PID)
  harness.engine.applyRoutes([route], [])
  await untilProcesses(2)
  await firstUp(route)
  await harness.engine.stop()
  expect(harness.processes()).toEqual([])
  expect(readdirSync(join(harness.root, 'run'))).toEqual([])
})

test('a killed engine leaves no spare', async () => {
  harness = await Harness.create()
  const route = await harness.route(PID)
  const script = fileURLToPath(new URL('./engine-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, harness.root, JSON.stringify(route), '1'], {
    stdio: 'inherit',
  })
  children.push(child)
  // The instance of the version that it tries, and the spare.
  await untilProcesses(2)
  child.kill('SIGKILL')
  await untilProcesses(0)
})
