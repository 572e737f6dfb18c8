import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { call, HELLO, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import {
  cleanUp,
  processEnd,
  startServer,
  type TestServer,
  tempDataDir,
} from '../helpers/server.ts'

const SLOW = `
let waiting = []
exports.handler = ({ extensions: { request } }) => {
  if (request.path === '/waiting') return String(waiting.length)
  if (request.path !== '/go') return new Promise((resolve) => waiting.push(() => resolve('went')))
  for (const go of waiting) go()
  return 'ok'
}`

let server: TestServer
afterEach(() => cleanUp(server))

async function start(env: Record<string, string> = {}) {
  server = await startServer({ env })
  const op = operator(server)
  await op.makeNamespace()
  return op
}

/** A function with a call in it that ends when somebody calls `/go`. */
async function callSlow(op: Operator): Promise<{ slow: string; waiting: Promise<string> }> {
  const open = { enable_api_key: false, timeout: 180 }
  const { endpoint: slow } = await op.makeFunction('slow', SLOW, open)
  const waiting = fetch(slow).then(
    (answer) => answer.text(),
    () => 'cut off',
  )
  const begun = async () => (await fetch(`${slow}/waiting`)).text()
  await expect.poll(begun, { timeout: 30_000 }).toBe('1')
  return { slow, waiting }
}

/** How often the server's log says it. */
function logged(text: string): number {
  return server.stderr().split(text).length - 1
}

describe('SIGHUP', () => {
  it('puts new gateway threads in the place of the old ones, and no call is lost', async () => {
    const op = await start()
    const { endpoint } = await op.makeFunction('hello', HELLO)
    const secret = await op.makeKey('caller', ['hello'])
    const { slow, waiting } = await callSlow(op)
    const pids = server.pids()
    const statuses: number[] = []
    let isCalling = true
    const callers = Array.from({ length: 8 }, async () => {
      while (isCalling) statuses.push(await call(endpoint, secret))
    })
    for (let round = 1; round <= 5; round++) {
      server.process.kill('SIGHUP')
      await expect
        .poll(() => logged('new gateway threads serve'), { timeout: 30_000 })
        .toBeGreaterThanOrEqual(round)
    }
    isCalling = false
    await Promise.all(callers)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(server.pids()).toEqual(pids)
    await fetch(`${slow}/go`)
    expect(await waiting).toBe('went')
    await op.client.keys.delete(SCOPE, 'caller')
    expect(await call(endpoint, secret)).toBe(401)
    expect(await server.stop()).toBe(0)
  })
})

// A program that gives another one a terminal of its own.
const hasScript = spawnSync('script', ['--version']).status === 0

describe('SIGHUP of a terminal that is closed', () => {
  it.skipIf(!hasScript)('stops the server', async () => {
    const dataDir = tempDataDir()
    const command = `'${process.execPath}' bin/latchkey.js serve`
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      env: {
        PATH: process.env.PATH,
        LATCHKEY_DATA_DIR: dataDir,
        LATCHKEY_API_PORT: '0',
        LATCHKEY_GATEWAY_PORT: '0',
        LATCHKEY_METRICS_PORT: 'off',
        LATCHKEY_DEMO: 'false',
      },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const info = join(dataDir, 'run', 'serve.json')
    await expect.poll(() => existsSync(info), { timeout: 60_000 }).toBe(true)
    const { pid } = JSON.parse(readFileSync(info, 'utf8'))
    terminal.kill('SIGKILL')
    await processEnd(pid)
    expect(existsSync(info)).toBe(false)
    // What it has ended by a signal may take a moment longer to be gone than itself.
    rmSync(dataDir, { recursive: true, maxRetries: 20, retryDelay: 100 })
  })
})

describe('while the data role is started again', () => {
  it('callers who connect wait for it, and none is refused', async () => {
    const op = await start()
    const { endpoint } = await op.makeFunction('hello', HELLO, { enable_api_key: false })
    expect((await fetch(endpoint)).status).toBe(200)
    const { data } = server.pids()
    process.kill(data, 'SIGKILL')
    await processEnd(data)
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(endpoint)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  })
})

describe('SIGTERM', () => {
  it('is not ready at once, serves for the time that was set, then finishes what it has', async () => {
    const op = await start({ LATCHKEY_DRAIN_SECONDS: '2' })
    const { slow, waiting } = await callSlow(op)
    expect((await fetch(`${server.apiUrl}/readyz`)).status).toBe(200)
    server.process.kill('SIGTERM')
    const exited = once(server.process, 'exit')
    await expect
      .poll(async () => (await fetch(`${server.apiUrl}/readyz`)).status, { timeout: 30_000 })
      .toBe(503)
    const gone = await fetch(`${slow}/go`)
    expect([gone.status, gone.headers.get('connection')]).toEqual([200, 'close'])
    expect(await waiting).toBe('went')
    expect(await exited).toEqual([0, null])
    await expect(fetch(slow)).rejects.toThrow()
  })

  it('a second time ends everything at once', async () => {
    const op = await start({ LATCHKEY_STOP_TIMEOUT_SECONDS: '600' })
    const { waiting } = await callSlow(op)
    const { control, data } = server.pids()
    const exited = once(server.process, 'exit')
    server.process.kill('SIGTERM')
    await processEnd(control)
    server.process.kill('SIGTERM')
    expect(await exited).toEqual([143, null])
    await processEnd(data)
    expect(await waiting).toBe('cut off')
  })
})
