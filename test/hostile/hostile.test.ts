import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { PlainSandbox } from '../../src/sandbox/plain-sandbox.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { Harness, type InstanceUp, routeOf, waitFor } from '../engine/harness.ts'
import { machineSandbox } from '../helpers/sandbox.ts'
import { ATTEMPTS, type Attempt, type Surroundings } from './attempts.ts'

const CODE = readFileSync(join(import.meta.dirname, 'hostile.cjs'), 'utf8')
const SECRET = 'known-to-the-victim-alone'

const machine = await machineSandbox()
const isNamespaced = machine.sandbox.level === 'namespaced'
const lacks = machine.sandbox.findings
  .filter(({ holds }) => !holds)
  .map(({ name, reason }) => `${name} (${reason})`)
const needs = isNamespaced ? '' : ` (needs level namespaced; here is missing: ${lacks.join(', ')})`

let scene: Scene

/** A hostile function, a victim beside it, and what of Latchkey's is around them. */
class Scene {
  readonly harness: Harness
  readonly surroundings: Surroundings
  readonly outside: ChildProcess
  readonly servers: readonly Server[]
  readonly route: Route
  connections = 0

  private constructor(
    harness: Harness,
    parts: Pick<Scene, 'surroundings' | 'outside' | 'servers' | 'route'>,
  ) {
    this.harness = harness
    this.surroundings = parts.surroundings
    this.outside = parts.outside
    this.servers = parts.servers
    this.route = parts.route
    for (const server of parts.servers) {
      server.on('connection', (socket) => {
        this.connections += 1
        socket.destroy()
      })
    }
  }

  static async begin(sandbox: Sandbox): Promise<Scene> {
    const harness = await Harness.create({ sandbox, startTimeoutMs: 40_000 })
    const victim = await harness.version("exports.handler = () => 'victim'", {
      envs: { VICTIM: SECRET, NODE_VICTIM: SECRET },
    })
    const victimRoute = routeOf(victim, { functionId: 'victim', label: 'victim' })
    harness.engine.applyRoutes([victimRoute], [])
    await harness.demand(victimRoute, 1)
    const [up] = await harness.thread.until('instance-up')
    const route = routeOf(await harness.version(CODE), {
      timeoutMs: 60_000,
      autoscaling: { minInstances: 0, maxInstances: 1 },
    })
    harness.engine.applyRoutes([route], [])
    await harness.demand(route, 1)
    await harness.thread.until('instance-up', 2)
    await harness.demand(route, 0)
    const words = String(100_000 + process.pid)
    const outside = spawn('sleep', [words], { stdio: 'ignore' })
    const control = join(harness.root, 'control.sock')
    const servers = await Promise.all([
      listen({ path: control }),
      listen({ path: `\0latchkey-test-${process.pid}` }),
      listen({ host: '127.0.0.1', port: 0 }),
      ...ownAddresses().map((host) => listen({ host, port: 0 })),
    ])
    const targets = servers.map(targetOf)
    const loopback = targets.find(({ host }) => host === '127.0.0.1')!
    const aliases = ['198.18.127.2', '198.18.127.3', '10.0.2.2', '0.0.0.0', '::1']
    return new Scene(harness, {
      route,
      outside,
      servers,
      surroundings: {
        secret: SECRET,
        words,
        pid: outside.pid!,
        targets: [...targets, ...aliases.map((host) => ({ host, port: loopback.port }))],
        paths: [
          harness.root,
          join(harness.root, 'artifacts', victim.artifact.id),
          join(harness.root, 'run', up!.instanceId),
          control,
          machine.folder,
        ],
      },
    })
  }

  get up(): InstanceUp {
    return this.harness.thread.all('instance-up').find(({ functionId }) => functionId === 'fn-1')!
  }

  /** What came of the attempt; a sentence where the instance did not live to tell. */
  async make({ name, given }: Pick<Attempt, 'name' | 'given'>): Promise<unknown> {
    const query = new URLSearchParams({ given: JSON.stringify(given?.(this.surroundings) ?? {}) })
    const answer = await this.harness.call(this.up, `/${name}?${query}`)
    try {
      return JSON.parse(answer)
    } catch {
      return answer
    }
  }

  async end(): Promise<void> {
    this.outside.kill('SIGKILL')
    for (const server of this.servers) server.close()
    await this.harness.close()
  }
}

afterEach(() => scene?.end())
afterAll(() => machine.close())

describe.skipIf(!isNamespaced)(`a hostile function at level namespaced${needs}`, () => {
  beforeEach(async () => {
    scene = await Scene.begin(machine.sandbox)
  })

  for (const attempt of ATTEMPTS) {
    test(`cannot ${attempt.title}`, async () => {
      const came = await scene.make(attempt)
      if (attempt.ends === undefined) expect(came).toMatchObject({ got: null })
      else await expectEnd(came, attempt.ends)
      expect(scene.outside.exitCode ?? scene.outside.signalCode).toBeNull()
      expect(scene.connections).toBe(0)
      expect(scene.harness.engine.status().victim).toMatchObject({ ready: 1 })
    })
  }

  test('cannot lead the server to another socket in place of its own', async () => {
    const target = join(scene.harness.root, 'control.sock')
    await scene.make({ name: 'swap-socket', given: () => ({ target }) })
    expect(await scene.make({ name: 'hello' })).toMatchObject({ got: null })
    expect(scene.connections).toBe(0)
  })

  test('cannot leave a process behind', async () => {
    const words = String(200_000 + process.pid)
    await scene.make({ name: 'daemonise', given: () => ({ words }) })
    await waitFor(() => expect(commandLines()).toContain(`sleep ${words}`))
    await scene.harness.engine.stop()
    await waitFor(() => expect(commandLines()).not.toContain(`sleep ${words}`))
  })

  test('cannot stay when it is to end', async () => {
    const lost = scene.make({ name: 'never-end' })
    const { folder } = instanceOf(scene)
    await scene.harness.engine.stop()
    expect(await lost).toBe('lost')
    expect(existsSync(folder)).toBe(false)
  })
})

describe('the plain level', () => {
  test('does not hold off what it says it does not', async () => {
    scene = await Scene.begin(new PlainSandbox())
    const missed: string[] = []
    for (const attempt of ATTEMPTS.filter(({ isDangerous }) => isDangerous !== true)) {
      const { got } = (await scene.make(attempt)) as { got: unknown }
      if (got !== null) missed.push(attempt.title)
    }
    console.log(
      `at level process a function can:\n${missed.map((title) => `  ${title}`).join('\n')}`,
    )
    expect(missed).toContain(ATTEMPTS[0]!.title)
  })

  test('ends an instance that fills the memory, and no other', async () => {
    scene = await Scene.begin(new PlainSandbox())
    await expectEnd(await scene.make({ name: 'fill-memory' }), /out of memory/)
    expect(scene.harness.engine.status().victim).toMatchObject({ ready: 1 })
  })
})

test('the page on isolation has every attempt and what holds it off', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/isolation.md'), 'utf8')
  for (const { title, guarantee } of ATTEMPTS) {
    expect(page).toContain(`| ${title} | \`${guarantee}\` |`)
  }
})

async function expectEnd(came: unknown, words: RegExp): Promise<void> {
  const told = JSON.stringify(came)
  if (words.test(told)) return
  // The call itself: lost with its instance, or failed inside.
  await waitFor(() => {
    const { lastFailure } = scene.harness.engine.status()['fn-1']!
    const lines = scene.harness.lines().join('\n')
    expect(`${lastFailure?.message}\n${lines}`).toMatch(words)
  })
}

function instanceOf({ harness, up }: Scene): { folder: string } {
  return { folder: join(harness.root, 'run', up.instanceId) }
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const own = all.filter(({ family, internal }) => family === 'IPv4' && !internal)
  return own.map(({ address }) => address)
}

async function listen(at: { path: string } | { host: string; port: number }): Promise<Server> {
  const server = createServer()
  server.listen(at)
  await once(server, 'listening')
  return server
}

function targetOf(server: Server): { path?: string; host?: string; port?: number } {
  const address = server.address()
  if (typeof address === 'string') return { path: address }
  return { host: address!.address, port: address!.port }
}

function commandLines(): string {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
}
