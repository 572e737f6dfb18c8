import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Harness, routeOf, waitFor } from './harness.ts'

const HELLO = 'module.exports = { handler: () => "hello from " + process.pid }\n'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.create()
})

afterEach(async () => {
  await harness.close()
})

describe('scaling', () => {
  test('the first demand starts an instance, which answers', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    expect(harness.engine.status()).toEqual({ 'fn-1': { total: 0, ready: 0 } })

    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    expect(up).toMatchObject({ functionId: 'fn-1', versionId: route.version!.id, slotLimit: 1 })
    expect(await harness.call(up!)).toMatch(/^hello from \d+$/)
    expect(harness.engine.status()).toEqual({ 'fn-1': { total: 1, ready: 1 } })
  })

  test('two hundred demands never start more than the maximum', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    for (let queued = 1; queued <= 200; queued++) void harness.demand(route, queued)
    await harness.thread.until('instance-up', 3)
    for (let queued = 200; queued > 100; queued--) await harness.demand(route, queued)
    await waitFor(() => expect(harness.thread.all('instance-up')).toHaveLength(3))
    expect(readdirSync(join(harness.root, 'run'))).toHaveLength(3)
    expect(harness.processes()).toHaveLength(3)
    expect(harness.engine.status()['fn-1']).toEqual({ total: 3, ready: 3 })
  })

  test('one start is under way per needed instance', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    for (let i = 0; i < 10; i++) await harness.demand(route, 1)
    await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    harness.engine.tick()
    expect(readdirSync(join(harness.root, 'run'))).toHaveLength(1)
  })

  test('the minimum is kept up without any demand, unless the function is disabled', async () => {
    const route = await harness.route(HELLO, { autoscaling: { minInstances: 2, maxInstances: 3 } })
    harness.engine.applyRoutes([{ ...route, disabled: true }], [])
    expect(harness.engine.status()['fn-1']).toEqual({ total: 0, ready: 0 })
    harness.engine.applyRoutes([route], [])
    await harness.thread.until('instance-up', 2)
    harness.clock.advance(120_000)
    harness.engine.tick()
    harness.engine.tick()
    expect(harness.engine.status()['fn-1']).toEqual({ total: 2, ready: 2 })
  })

  test('an instance is stopped when nobody has used it for the idle time', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)

    harness.clock.advance(59_000)
    // A request that begins and ends between two looks counts as use.
    expect(harness.slots.claim(up!.slot, 1)).toBe(true)
    harness.slots.release(up!.slot)
    harness.engine.tick()
    harness.clock.advance(59_000)
    harness.engine.tick()
    expect(harness.engine.status()['fn-1']).toEqual({ total: 1, ready: 1 })

    harness.clock.advance(1000)
    harness.engine.tick()
    expect(harness.slots.claim(up!.slot, 1)).toBe(false)
    const [down] = await harness.thread.until('instance-down')
    expect(down).toEqual({ type: 'instance-down', instanceId: up!.instanceId, begunId: 0 })
    await waitFor(() =>
      expect(harness.lines()).toContain('system: instance stopped: idle for 60 s'),
    )
    expect(harness.processes()).toEqual([])
  })

  test('an instance with a request in flight is not idle', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    harness.slots.claim(up!.slot, 1)
    harness.clock.advance(600_000)
    harness.engine.tick()
    expect(harness.engine.status()['fn-1']).toEqual({ total: 1, ready: 1 })
  })

  test('a lowered maximum drains what is above it', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 3)
    await harness.thread.until('instance-up', 3)
    await harness.demand(route, 0)
    harness.engine.applyRoutes(
      [{ ...route, autoscaling: { minInstances: 0, maxInstances: 1 } }],
      [],
    )
    await harness.thread.until('instance-down', 2)
    expect(harness.engine.status()['fn-1']).toEqual({ total: 1, ready: 1 })
  })
})

describe('versions', () => {
  test('a new version gets its own instances while the old one finishes what it has', async () => {
    const old = await harness.route(HELLO)
    harness.engine.applyRoutes([old], [])
    await harness.demand(old, 1)
    const [oldUp] = await harness.thread.until('instance-up')
    await harness.demand(old, 0)
    harness.slots.claim(oldUp!.slot, 1)

    const next = await harness.route('exports.handler = () => "new"\n')
    harness.engine.applyRoutes([next], [])
    await harness.thread.until('instance-draining')
    expect(harness.slots.claim(oldUp!.slot, 2)).toBe(false)
    await harness.demand(next, 1)
    const [, nextUp] = await harness.thread.until('instance-up', 2)
    expect(await harness.call(nextUp!)).toBe('new')
    expect(await harness.call(oldUp!)).toMatch(/^hello/)

    harness.slots.release(oldUp!.slot)
    const [down] = await harness.thread.until('instance-down')
    expect(down).toMatchObject({ instanceId: oldUp!.instanceId })
  })

  test('a version that was tried is adopted when the routes bring it', async () => {
    const route = await harness.route(HELLO)
    expect(await harness.engine.tryVersion(route)).toEqual({ kind: 'ready' })
    expect(await harness.engine.tryVersion(route)).toEqual({ kind: 'ready' })
    harness.engine.applyRoutes([route], [])
    harness.clock.advance(40_000)
    harness.engine.tick()
    expect(await harness.thread.until('instance-up')).toHaveLength(1)
    expect(harness.engine.status()['fn-1']).toEqual({ total: 1, ready: 1 })
  })

  test('a version that was tried ends when no route brings it', async () => {
    const route = await harness.route(HELLO)
    expect(await harness.engine.tryVersion(route)).toEqual({ kind: 'ready' })
    harness.clock.advance(29_000)
    harness.engine.tick()
    expect(harness.thread.all('instance-draining')).toEqual([])
    harness.clock.advance(1000)
    harness.engine.tick()
    await harness.thread.until('instance-down')
  })

  test('a removed function loses its instances and its log', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    await harness.thread.until('instance-up')
    harness.engine.applyRoutes([], ['fn-1'])
    await harness.thread.until('instance-down')
    await waitFor(() => {
      harness.engine.tick()
      expect(harness.lines()).toEqual([])
      expect(readdirSync(join(harness.root, 'logs'))).toEqual([])
    })
    expect(harness.engine.status()).toEqual({})
  })

  test('a thread that comes later is told of the instances that are there', async () => {
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    const later = harness.attach(1)
    expect(await later.until('instance-up')).toEqual([up])
  })
})

describe('when things go wrong', () => {
  test('a crashed instance is replaced, and what had begun in it is known', async () => {
    const code = `exports.handler = (event) => {
      if (event.extensions.request.path === '/die') {
        console.error('last words')
        process.exit(3)
      }
      return 'alive'
    }\n`
    const route = await harness.route(code)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    harness.slots.claim(up!.slot, 1)
    expect(await harness.call(up!, '/die')).toBe('lost')
    const [down] = await harness.thread.until('instance-down')
    expect(down).toMatchObject({ instanceId: up!.instanceId, begunId: 1 })
    harness.slots.release(up!.slot)

    const [, next] = await harness.thread.until('instance-up', 2)
    expect(await harness.call(next!)).toBe('alive')
    await waitFor(() => expect(harness.lines()).toContain('system: instance crashed: exit code 3'))
    const log = harness.engine.logs('fn-1', 1000)
    const words = log.find((line) => line.message === 'last words')
    expect(words).toMatchObject({
      stream: 'stderr',
      requestId: 'req_die',
      instanceId: up!.instanceId,
    })
  })

  test('an instance that hangs is killed with everything it started', async () => {
    const code = `const { spawn } = require('node:child_process')
    exports.handler = () => {
      spawn('sleep', ['1000'])
      for (;;);
    }\n`
    const route = await harness.route(code)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    const lost = harness.call(up!)
    await waitFor(() => expect(harness.processes()).toHaveLength(2))
    await harness.thread.send({ type: 'instance-hung', instanceId: up!.instanceId })
    const [down] = await harness.thread.until('instance-down')
    expect(down!.begunId).toBe(1)
    expect(await lost).toBe('lost')
    await waitFor(() => expect(harness.processes()).toEqual([]))
    expect(harness.lines().join()).toContain('killed: its event loop did not answer')
  })

  test.skipIf(!existsSync('/proc/self/environ'))(
    'what an instance started in a group of its own ends with it (needs /proc)',
    async () => {
      const code = `const { spawn } = require('node:child_process')
module.exports.handler = () => new Promise((resolve) => {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' })
  child.on('spawn', () => { resolve('started'); setImmediate(() => process.exit(1)) })
})`
      const route = await harness.route(code)
      harness.engine.applyRoutes([route], [])
      await harness.demand(route, 1)
      const [up] = await harness.thread.until('instance-up')
      await harness.demand(route, 0)
      await harness.call(up!)
      await harness.thread.until('instance-down')
      await waitFor(() => {
        harness.engine.tick()
        expect(harness.processes()).toEqual([])
      })
    },
  )

  test('an instance that locks its folder is removed all the same, and the engine goes on', async () => {
    const code = `const { chmodSync, mkdirSync, rmSync } = require('node:fs')
const { dirname, join } = require('node:path')
module.exports.handler = () => {
  const folder = dirname(process.env.HOME)
  mkdirSync(join(folder, 'locked/deeper'), { recursive: true })
  chmodSync(join(folder, 'locked'), 0)
  rmSync(join(folder, 'pid'))
  mkdirSync(join(folder, 'pid'))
  return 'locked'
}`
    const route = await harness.route(code)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    expect(await harness.call(up!)).toBe('locked')
    harness.engine.applyRoutes([], [route.functionId])
    await harness.thread.until('instance-down')
    await waitFor(() => expect(readdirSync(join(harness.root, 'run'))).toEqual([]))
  })

  test('an instance that asks for it is replaced, finishes what it has, and is then killed', async () => {
    // It writes the frame itself, and would not obey a STOP.
    const code = `const { writeSync } = require('node:fs')
    let finish
    exports.handler = ({ extensions: { request } }) => {
      if (request.path === '/wait') return new Promise((resolve) => { finish = resolve })
      if (request.path === '/finish') return finish('finished') ?? 'finished'
      const payload = Buffer.from('{"message":"A thread sleeps on."}')
      const header = Buffer.alloc(10)
      header.writeUInt32LE(payload.length, 0)
      header[4] = 20
      setInterval(() => {}, 1000)
      writeSync(3, Buffer.concat([header, payload]))
      return 'asked'
    }\n`
    await harness.close()
    harness = await Harness.create({ slotsPerInstance: 10 })
    const route = await harness.route(code, { autoscaling: { minInstances: 1, maxInstances: 2 } })
    harness.engine.applyRoutes([route], [])
    const [first] = await harness.thread.until('instance-up')
    harness.slots.claim(first!.slot, 10)
    const waiting = harness.call(first!, '/wait')
    expect(await harness.call(first!, '/retire')).toBe('asked')
    const [draining] = await harness.thread.until('instance-draining')
    expect(draining!.instanceId).toBe(first!.instanceId)
    await harness.thread.until('instance-up', 2)
    expect(harness.thread.all('instance-down')).toEqual([])

    expect(await harness.call(first!, '/finish')).toBe('finished')
    expect(await waiting).toBe('finished')
    harness.slots.release(first!.slot)
    await harness.thread.until('instance-down')
    await waitFor(() => {
      expect(harness.lines()).toContain('system: instance asks to be replaced: A thread sleeps on.')
      expect(harness.lines()).toContain(
        'system: instance killed: a handler in it could not be ended',
      )
    })
  })

  test('out of memory is said in words', async () => {
    const code = `exports.handler = () => {
      const all = []
      for (;;) all.push(new Array(1000).fill(all.length))
    }\n`
    const route = routeOf(await harness.version(code, { memoryMb: 64 }))
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    expect(await harness.call(up!)).toBe('lost')
    await waitFor(() =>
      expect(harness.lines().join('\n')).toMatch(/crashed: out of memory: its flavor allows 64 MB/),
    )
  })

  test.each([
    ['throws while it loads', 'throw new TypeError("no way")\n', 'TypeError: no way'],
    ['ends while it loads', 'console.error("bye"); process.exit(4)\n', '(exit code 4): bye'],
    ['lacks the method', 'exports.other = () => 1\n', 'no function "handler"'],
    ['needs a file that is not there', 'require("./x.js")\n', "Cannot find module './x.js'"],
  ])('trying a version that %s tells why', async (_what, code, words) => {
    const route = await harness.route(code)
    const outcome = await harness.engine.tryVersion(route)
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining(words) })
    await waitFor(() => expect(harness.processes()).toEqual([]))
    expect(harness.thread.all('instance-up')).toEqual([])
  })

  test('failing starts are held back longer and longer, and those who wait are told', async () => {
    const route = await harness.route('throw new Error("never")\n')
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [first] = await harness.thread.until('start-failed')
    expect(first).toMatchObject({ functionId: 'fn-1', versionId: route.version!.id })
    expect(first!.retryAfterMs).toBeGreaterThanOrEqual(250)
    expect(first!.retryAfterMs).toBeLessThanOrEqual(500)

    await harness.demand(route, 0)
    await harness.demand(route, 1)
    await harness.thread.until('start-failed', 2)
    expect(harness.lines().filter((line) => line.includes('could not be started'))).toHaveLength(1)

    harness.clock.advance(501)
    harness.engine.tick()
    const [, , third] = await harness.thread.until('start-failed', 3)
    expect(third!.retryAfterMs).toBeGreaterThanOrEqual(500)
    expect(harness.lines().filter((line) => line.includes('could not be started'))).toHaveLength(2)
  })

  test('an instance that dies unused is not started again at once', async () => {
    const code = 'setTimeout(() => process.exit(1), 50)\nexports.handler = () => 1\n'
    const route = await harness.route(code, { autoscaling: { minInstances: 1, maxInstances: 1 } })
    harness.engine.applyRoutes([route], [])
    await harness.thread.until('instance-down')
    harness.engine.tick()
    expect(harness.engine.status()['fn-1']).toMatchObject({
      total: 0,
      ready: 0,
      lastFailure: { reason: 'crashed', message: 'exit code 1' },
    })
    harness.clock.advance(501)
    harness.engine.tick()
    await harness.thread.until('instance-up', 2)
  })

  test('an instance that does not become ready in time is killed', async () => {
    const impatient = await Harness.create({ startTimeoutMs: 300 })
    try {
      const route = await impatient.route('for (;;);\n')
      expect(await impatient.engine.tryVersion(route)).toEqual({
        kind: 'failed',
        message: 'The instance was not ready within 0.3 seconds.',
      })
      await waitFor(() => expect(impatient.processes()).toEqual([]))
    } finally {
      await impatient.close()
    }
  })

  test('an artifact that is missing fails the start with a sentence', async () => {
    const version = await harness.version(HELLO)
    const artifact = { ...version.artifact, id: 'f'.repeat(40) }
    const outcome = await harness.engine.tryVersion(routeOf({ ...version, artifact }))
    expect(outcome).toEqual({
      kind: 'failed',
      message: 'An instance could not be started: the built function is not on this node.',
    })
  })
})

describe('what an instance is given', () => {
  test("the function's variables, a private home, and nothing of the server's own", async () => {
    process.env.LATCHKEY_TEST_CANARY = 'canary'
    const code = 'exports.handler = () => ({ ...process.env, cwd: process.cwd() })\n'
    const envs = { GREETING: 'hi', TZ: 'Asia/Tokyo', NODE_NO_WARNINGS: '1' }
    const route = routeOf(await harness.version(code, { envs }))
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    const seen = JSON.parse(await harness.call(up!)) as Record<string, string>
    delete process.env.LATCHKEY_TEST_CANARY

    const names = ['GREETING', 'HOME', 'LANG', 'NODE_NO_WARNINGS', 'PATH', 'TMPDIR', 'TZ', 'cwd']
    expect(Object.keys(seen).sort()).toEqual(names)
    expect(seen).toMatchObject(envs)
    expect(seen.HOME).toBe(join(harness.root, 'run', up!.instanceId, 'tmp'))
    expect(seen.cwd).toBe(join(harness.root, 'artifacts', route.version!.artifact.id))
  })

  test('all it prints is in the log, with the request where there is one', async () => {
    const code = `console.log('loading')
    exports.handler = () => { console.log('one\\ntwo'); console.error('three'); return 'ok' }\n`
    const route = await harness.route(code)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.call(up!, '/a')
    await waitFor(() => {
      const lines = harness.engine.logs('fn-1', 100).map((l) => [l.stream, l.requestId, l.message])
      expect(lines).toEqual(
        expect.arrayContaining([
          ['stdout', null, 'loading'],
          ['stdout', 'req_a', 'one'],
          ['stdout', 'req_a', 'two'],
          ['stderr', 'req_a', 'three'],
        ]),
      )
    })
    expect(harness.engine.logs('fn-1', 1)).toHaveLength(1)
  })

  test('what it printed just before it was killed is not lost', async () => {
    const code = `const { writeSync } = require('node:fs')
    exports.handler = () => {
      for (let i = 1; i <= 20000; i++) writeSync(1, 'line ' + i + '\\n')
      process.kill(process.pid, 'SIGKILL')
    }\n`
    const route = await harness.route(code)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    expect(await harness.call(up!)).toBe('lost')
    await waitFor(() => expect(harness.lines().join()).toContain('crashed: killed by the system'))
    const printed = harness.engine.logs('fn-1', 30_000).filter((line) => line.stream === 'stdout')
    expect(printed).toHaveLength(20_000)
    expect(printed.at(-1)!.message).toBe('line 20000')
  })

  test('what it had printed when somebody killed it is not lost either', async () => {
    const count = join(harness.root, 'count')
    const code = `const { openSync, writeSync } = require('node:fs')
    exports.handler = () => {
      const fd = openSync(${JSON.stringify(count)}, 'w')
      for (let i = 1; ; i++) {
        writeSync(1, 'line ' + i + '\\n')
        writeSync(fd, String(i).padStart(10), 0)
      }
    }\n`
    const route = await harness.route(code, { timeoutMs: 60_000 })
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    const [up] = await harness.thread.until('instance-up')
    await harness.demand(route, 0)
    const called = harness.call(up!)
    const printed = () =>
      harness.engine.logs('fn-1', 1_000_000).filter((line) => line.stream === 'stdout')
    await waitFor(() => expect(printed().length).toBeGreaterThan(5_000))
    for (const pid of harness.processes()) process.kill(Number(pid), 'SIGKILL')
    expect(await called).toBe('lost')
    await waitFor(() => expect(harness.lines().join()).toContain('crashed: killed by the system'))
    const numbers = printed().map((line) => Number(line.message.slice('line '.length)))
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    expect(numbers.length).toBeGreaterThanOrEqual(Number(readFileSync(count, 'utf8')))
  })

  test('the lines of functions that are gone go too, when nobody was there to remove them', async () => {
    harness.engine.logStore.append('gone', {
      timeMs: harness.clock.now(),
      instanceId: 'i',
      stream: 'stdout',
      requestId: null,
      versionId: '',
      message: 'left',
    })
    const route = await harness.route(HELLO)
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    await harness.thread.until('instance-up')
    harness.engine.forgetStrangers()
    expect(harness.engine.logs('gone', 10)).toEqual([])
    expect(harness.engine.logs('fn-1', 10)).not.toEqual([])
  })

  test('a socket of its own even below a folder with a long name', async () => {
    const folder = join(harness.root, 'x'.repeat(100))
    const deep = await Harness.create({ folder })
    try {
      const route = await deep.route(HELLO)
      deep.engine.applyRoutes([route], [])
      await deep.demand(route, 1)
      const [up] = await deep.thread.until('instance-up')
      expect(up!.socketPath.length).toBeLessThan(100)
      expect(await deep.call(up!)).toMatch(/^hello/)
    } finally {
      await deep.close()
    }
  })
})

describe('stopping', () => {
  test('leaves no process, no folder and no line unwritten, whatever the functions do', async () => {
    const stubborn = `process.on('SIGTERM', () => {})
    exports.handler = () => { for (;;); }\n`
    const busy = await harness.route(stubborn)
    const calm = routeOf(await harness.version(HELLO), { functionId: 'fn-2' })
    const slow = routeOf(await harness.version('for (;;);\n'), { functionId: 'fn-3' })
    harness.engine.applyRoutes([busy, calm, slow], [])
    await harness.demand(busy, 1)
    await harness.demand(calm, 1)
    const ups = await harness.thread.until('instance-up', 2)
    await harness.demand(slow, 1)
    const up = ups.find((u) => u.functionId === 'fn-1')!
    const lost = harness.call(up)
    await waitFor(() => expect(harness.processes()).toHaveLength(3))

    await Promise.all([harness.engine.stop(), harness.engine.stop()])
    expect(await lost).toBe('lost')
    expect(harness.processes()).toEqual([])
    expect(readdirSync(join(harness.root, 'run'))).toEqual([])
    const logs = readdirSync(join(harness.root, 'logs'))
    expect(logs.some((name) => name.startsWith('fn-2.'))).toBe(true)
    expect(harness.lines().at(-1)).toBe('system: instance stopped: the server stops')
    expect(await harness.engine.tryVersion(calm)).toMatchObject({ kind: 'failed' })
  })
})
