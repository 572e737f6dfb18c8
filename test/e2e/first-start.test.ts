import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { lockDataDir } from '../../src/server/lock.ts'
import { call } from '../helpers/operator.ts'
import { cleanUp, launch, startServer, type TestServer, tempDataDir } from '../helpers/server.ts'

const EXIT_REFUSED = 78
const hasCurl = spawnSync('curl', ['--version']).status === 0
if (!hasCurl) console.log('curl is not on this machine: the printed commands are not tried')
const servers: TestServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await cleanUp(server)
})

async function start(options: Parameters<typeof startServer>[0]): Promise<TestServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

async function refusal(options: Parameters<typeof launch>[0]) {
  const attempt = launch(options)
  const [code] = await once(attempt.process, 'exit')
  return { code, said: attempt.stdout() + attempt.stderr() }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

async function shown(server: TestServer, pattern: RegExp): Promise<string> {
  await expect.poll(() => server.stdout(), { timeout: 30_000 }).toMatch(pattern)
  return server.stdout()
}

describe('the first start', () => {
  it.skipIf(!hasCurl)(
    'prints a token, a secret and three commands that do what they say; the second prints none',
    async () => {
      const env = { LATCHKEY_ADMIN_TOKEN: undefined, LATCHKEY_DEMO: undefined } as never
      const server = await start({ env })
      const text = await shown(server, /DELETE/)
      const commands = text.split('\n').filter((line) => line.startsWith('  curl '))
      expect(commands).toHaveLength(3)
      const run = (command: string) => execFileSync('sh', ['-c', `${command} -s`]).toString()
      expect(run(commands[0]!)).toMatch(/^HTTP\/1.1 200 /)
      expect(run(commands[1]!)).toMatch(/^HTTP\/1.1 401 /)
      expect(run(commands[2]!)).toMatch(/^HTTP\/1.1 204 /)
      expect(run(commands[0]!)).toMatch(/^HTTP\/1.1 401 /)
      const token = /API token\s+(\S+)/.exec(text)![1]!
      const secret = /(lk_\w+)/.exec(text)![1]!
      await server.stop()

      const again = await start({ dataDir: server.dataDir, env })
      await shown(again, /listens/)
      const keys = () =>
        fetch(`${again.apiUrl}/cloud/v1/faas/keys/1/1`, {
          headers: { authorization: `apikey ${token}` },
        })
      expect(await (await keys()).json()).toEqual({ count: 0, results: [] })
      await again.stop()
      for (const shownOnce of [token, secret, 'lk_', 'API token']) {
        expect(again.stdout() + again.stderr()).not.toContain(shownOnce)
      }
      expect(server.stderr()).not.toContain(secret)
    },
  )

  it('makes no demo when told so, and prints no token that was brought along', async () => {
    const server = await start({ args: ['--no-demo'], env: { LATCHKEY_DEMO: undefined } as never })
    await shown(server, /listens/)
    expect(server.stdout()).not.toMatch(/lk_|for-tests-only/)
  })
})

describe('a start that cannot work says what to do and changes nothing', () => {
  it('when a port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number }
    const dataDir = tempDataDir()
    for (const name of ['LATCHKEY_API_PORT', 'LATCHKEY_GATEWAY_PORT', 'LATCHKEY_METRICS_PORT']) {
      const { code, said } = await refusal({ dataDir, env: { [name]: String(port) } })
      expect(code).toBe(EXIT_REFUSED)
      expect(said).toContain(`Port ${port} on 127.0.0.1 is in use.`)
      expect(said).toContain(name)
    }
    expect(readdirSync(dataDir)).toEqual([])
    holder.close()
    rmSync(dataDir, { recursive: true })
  })

  it('when another process holds the data directory', async () => {
    const server = await start({})
    const { code, said } = await refusal({ dataDir: server.dataDir })
    expect(code).toBe(EXIT_REFUSED)
    expect(said).toContain(`in use by process ${server.pids().supervisor}`)
    expect((await fetch(`${server.apiUrl}/healthz`)).status).toBe(200)
  })

  it('when a newer version has written the data directory', async () => {
    const server = await start({})
    await server.stop()
    const path = join(server.dataDir, 'latchkey.db')
    const database = new Sqlite(path)
    database.pragma('user_version = 9999')
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    const before = readFileSync(path)
    const files = readdirSync(server.dataDir)
    const { code, said } = await refusal({ dataDir: server.dataDir })
    expect(code).toBe(EXIT_REFUSED)
    expect(said).toMatch(/written by a newer Latchkey/)
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(server.dataDir)).toEqual(files)
  })

  it('when the database is damaged', async () => {
    const server = await start({})
    await server.stop()
    const path = join(server.dataDir, 'latchkey.db')
    const damaged = readFileSync(path).fill(0x5a, 4096)
    writeFileSync(path, damaged)
    const { code, said } = await refusal({ dataDir: server.dataDir })
    expect(code).toBe(EXIT_REFUSED)
    expect(said).toContain(`The database ${path} cannot be opened`)
    expect(readFileSync(path).equals(damaged)).toBe(true)
  })

  it('when a port is taken after it was looked at', async () => {
    const dataDir = tempDataDir()
    // Held while the role waits for its lock, which is after the look at the port.
    const lock = await lockDataDir(dataDir, 'control', 0)
    const port = await freePort()
    const attempt = launch({ dataDir, env: { LATCHKEY_API_PORT: String(port) } })
    await expect
      .poll(() => existsSync(join(dataDir, 'locks', 'serve.pid')), { timeout: 30_000 })
      .toBe(true)
    const holder = createServer().listen(port, '127.0.0.1')
    await once(holder, 'listening')
    const exited = once(attempt.process, 'exit')
    if (lock.kind === 'locked') lock.release()
    const [code] = await exited
    expect(code).toBe(EXIT_REFUSED)
    expect(attempt.stderr()).toContain(`Port ${port} on 127.0.0.1 is in use.`)
    expect(attempt.stderr()).toContain('LATCHKEY_API_PORT')
    holder.close()
    rmSync(dataDir, { recursive: true })
  })

  it('when one role is to run where both run already', async () => {
    const server = await start({})
    const { code } = await refusal({ dataDir: server.dataDir, args: ['--role', 'control'] })
    expect(code).toBe(EXIT_REFUSED)
    const info = readFileSync(join(server.dataDir, 'run', 'serve.json'), 'utf8')
    expect(JSON.parse(info)).toMatchObject({ pid: server.pids().supervisor })
  })

  it('when settings are wrong, all of them at once', async () => {
    const dataDir = tempDataDir()
    const env = { LATCHKEY_API_PORT: 'x', LATCHKEY_ADMIN_TOKEN: 'planted-secret-value' }
    const { code, said } = await refusal({ dataDir, env, args: ['--log-level', 'loud'] })
    expect(code).toBe(EXIT_REFUSED)
    for (const name of ['LATCHKEY_API_PORT', 'LATCHKEY_ADMIN_TOKEN', '--log-level']) {
      expect(said).toContain(`${name} must be`)
    }
    expect(said).not.toContain('planted-secret-value')
    expect(readdirSync(dataDir)).toEqual([])
    rmSync(dataDir, { recursive: true })
  })
})

describe('a start that is broken off', () => {
  it('leaves no role behind when the supervisor is killed at once', async () => {
    const dataDir = tempDataDir()
    const attempt = launch({ dataDir })
    const pidPath = join(dataDir, 'locks', 'control.pid')
    await expect.poll(() => existsSync(pidPath), { timeout: 30_000, interval: 1 }).toBe(true)
    attempt.process.kill('SIGKILL')
    await once(attempt.process, 'exit')
    const server = await start({ dataDir })
    expect((await fetch(`${server.apiUrl}/healthz`)).status).toBe(200)
  })

  it('shows its secrets at the next start when nobody could read them', async () => {
    const env = { LATCHKEY_ADMIN_TOKEN: undefined, LATCHKEY_DEMO: undefined } as never
    const server = launch({ env })
    server.process.stdout!.destroy()
    await expect.poll(() => server.stderr(), { timeout: 30_000 }).toMatch(/shown at the next start/)
    expect(server.process.exitCode).toBe(null)
    expect(await server.stop()).toBe(0)
    const again = await start({ dataDir: server.dataDir, env })
    const text = await shown(again, /DELETE/)
    expect(text).toMatch(/API token +\d+\$/)
    expect(text).toMatch(/lk_/)
  })
})

describe('a token from the settings', () => {
  it('is valid as long as the setting is there', async () => {
    const server = await start({})
    const list = (token: string, url: string) =>
      fetch(`${url}/cloud/v1/projects`, { headers: { authorization: `apikey ${token}` } })
    expect((await list('7$for-tests-only-0123456789', server.apiUrl)).status).toBe(200)
    expect(await call(`${server.apiUrl}/cloud/v1/projects`)).toBe(401)
    await server.stop()
    const other = await start({
      dataDir: server.dataDir,
      env: { LATCHKEY_ADMIN_TOKEN: '8$another-token-0123456789' },
    })
    expect((await list('7$for-tests-only-0123456789', other.apiUrl)).status).toBe(401)
    expect((await list('8_another-token-0123456789', other.apiUrl)).status).toBe(200)
  })
})
