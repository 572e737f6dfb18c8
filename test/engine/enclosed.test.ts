import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { machineSandbox } from '../helpers/sandbox.ts'
import { Harness, routeOf, waitFor } from './harness.ts'

const machine = await machineSandbox()
const { sandbox } = machine
const needs = sandbox.isEnclosed ? '' : ' (needs bubblewrap)'
let harness: Harness

afterEach(() => harness.close())
afterAll(() => machine.close())

const WHERE = `exports.handler = () => [__dirname, process.cwd(), process.env.HOME].join(' ')`

describe.skipIf(!sandbox.isEnclosed)(`an enclosed instance${needs}`, () => {
  test('finds its code at /function, also when it was started before it had any', async () => {
    harness = await Harness.create({ sandbox, spareInstances: 1 })
    const version = await harness.version(WHERE)
    for (const [index, functionId] of ['one', 'two'].entries()) {
      const route = routeOf(version, { functionId, label: functionId })
      harness.engine.applyRoutes([route], [])
      await waitFor(() => expect(startedEmpty()).toBe(index + 1))
      await harness.demand(route, 1)
      const ups = await harness.thread.until('instance-up', index + 1)
      await harness.demand(route, 0)
      expect(await harness.call(ups.at(-1)!)).toBe('/function /function /tmp')
    }
  })

  test('sees a large artifact in a process that was started for it', async () => {
    harness = await Harness.create({ sandbox, spareInstances: 1 })
    const version = await harness.version(
      `exports.handler = () => String(require('node:fs').readdirSync('/function/many').length)`,
    )
    const many = join(harness.root, 'artifacts', version.artifact.id, 'many')
    mkdirSync(many)
    for (let i = 0; i < 500; i++) writeFileSync(join(many, `${i}`), '')
    const route = routeOf(version)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    expect(await harness.call(up!)).toBe('500')
  })

  test('that cannot load says so with the file and line as its owner wrote them', async () => {
    harness = await Harness.create({ sandbox })
    const route = await harness.route('\nnull.x\nexports.handler = () => 1')
    const outcome = await harness.engine.tryVersion(route)
    expect(outcome).toMatchObject({ kind: 'failed' })
    expect(JSON.stringify(outcome)).toMatch(/TypeError: .*handler\.js:2/)
  })

  test('that ends by a signal or for want of memory is described as if nothing were around it', async () => {
    harness = await Harness.create({ sandbox })
    const route = await harness.route(`
      exports.handler = (event) => {
        if (event.extensions.request.path === '/abort') process.abort()
        const kept = []
        for (;;) kept.push(new Array(1e5).fill(kept.length))
      }`)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [first] = await harness.thread.until('instance-up')
    expect(await harness.call(first!, '/abort')).toBe('lost')
    await waitFor(() => expect(lastFailure()).toMatchObject({ message: 'signal SIGABRT' }))
    harness.clock.advance(10_000)
    harness.engine.tick()
    const [, second] = await harness.thread.until('instance-up', 2)
    expect(await harness.call(second!, '/fill')).toBe('lost')
    await waitFor(() => expect(lastFailure()).toMatchObject({ reason: 'out-of-memory' }))
    await harness.demand(route, 0)
  })

  test('hears TERM when it does not obey STOP', async () => {
    harness = await Harness.create({ sandbox, stopGraceMs: 300 })
    const route = await harness.route(`
      process.on('SIGTERM', () => { console.log('heard'); process.exit(0) })
      exports.handler = () => new Promise(() => console.log('begun'))`)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    void harness.call(up!)
    await waitFor(() => expect(harness.lines()).toContain('stdout: begun'))
    await harness.engine.stop()
    expect(harness.lines()).toContain('stdout: heard')
  })

  test('leaves no process, network or folder', async () => {
    harness = await Harness.create({ sandbox, spareInstances: 2 })
    const route = await harness.route(WHERE)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    await harness.thread.until('instance-up')
    await waitFor(() => expect(startedEmpty()).toBeGreaterThan(1))
    await harness.engine.stop()
    await waitFor(() => expect(processesOf(harness.root)).toEqual([]))
  })
})

test('a function without a network is not started where it cannot be kept from one', async () => {
  harness = await Harness.create()
  const version = await harness.version(WHERE)
  const outcome = await harness.engine.tryVersion(routeOf({ ...version, network: 'none' as const }))
  expect(outcome).toMatchObject({ kind: 'failed' })
  expect(JSON.stringify(outcome)).toContain('it is to have no network')
})

/** How many were started before they had any code. */
function startedEmpty(): number {
  return (
    processesOf(harness.root).filter((line) => /bwrap .*\/code \/function/.test(line)).length / 2
  )
}

function lastFailure() {
  return harness.engine.status()['fn-1']?.lastFailure
}

function processesOf(root: string): string[] {
  const all = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return all.split('\n').filter((line) => line.includes(root))
}
