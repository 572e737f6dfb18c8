import { hash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cli } from '../helpers/cli.ts'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import type { TestServer } from '../helpers/server.ts'
import { cleanUp, filesBelow, launch, startServer, TEST_TOKEN } from '../helpers/server.ts'

/** Does what it should not with what it is given, and answers with digests of it. */
const CARELESS = `const { createHash } = require('node:crypto')
exports.handler = async (event) => {
  const { OWN, SHARED, PEM } = process.env
  console.log('env is', JSON.stringify(process.env))
  console.error('own:', OWN, 'shared:', SHARED)
  console.log(PEM)
  process.stdout.write('x'.repeat(16 * 1024 - 10) + OWN + '\\n')
  if (event.extensions.request.query.fail) throw new Error('could not use ' + OWN)
  const digest = (text) => createHash('sha256').update(text ?? '').digest('hex')
  return { own: digest(OWN), shared: digest(SHARED), pem: digest(PEM) }
}`
const BROKEN = "throw new Error('bad password ' + process.env.OWN)"

const secret = () => `sk_${randomBytes(18).toString('base64url')}`
const own = secret()
const shared = secret()
const next = secret()
const cliSecret = secret()
const pemLines = [secret(), secret(), 'quote " and \\ backslash']
const pem = pemLines.join('\n')
const planted = [own, shared, next, cliSecret, ...pemLines.slice(0, 2)]

const digest = (text: string) => hash('sha256', text, 'hex')
const careless = { namespace: NAMESPACE, name: 'careless' }

let server: TestServer
let op: ReturnType<typeof operator>
let endpoint: string
const cli = new Cli()

beforeAll(async () => {
  server = await startServer({ env: { LATCHKEY_LOG_LEVEL: 'trace' } })
  op = operator(server)
  const namespace = { name: NAMESPACE, secret_envs: { SHARED: shared } }
  await op.finished(await op.client.namespaces.create(SCOPE, namespace))
  const open = { enable_api_key: false }
  const secret_envs = { OWN: own, PEM: pem }
  const fn = await op.makeFunction('careless', CARELESS, { ...open, secret_envs })
  endpoint = fn.endpoint
})
afterAll(async () => {
  await cleanUp(server)
  cli.remove()
})

const answers = async () => (await fetch(endpoint)).json()

describe('a secret environment value', () => {
  it('reaches the function, its own and that of its namespace', async () => {
    const told = { own: digest(own), shared: digest(shared), pem: digest(pem) }
    expect(await answers()).toEqual(told)
    expect((await fetch(`${endpoint}?fail=1`)).status).toBe(500)
  })

  it('is told by its name only', async () => {
    const fn = await op.client.functions.get(SCOPE, careless)
    expect(fn.secret_env_names).toEqual(['OWN', 'PEM'])
    expect(fn.envs).toEqual({})
    const namespace = await op.client.namespaces.get(SCOPE, NAMESPACE)
    expect(namespace.secret_env_names).toEqual(['SHARED'])
  })

  it('is hidden in the log, in pieces of long lines and in JSON too', async () => {
    const read = async () => (await op.client.functions.logs(SCOPE, careless)).logs
    await expect
      .poll(async () => (await read()).map((line) => line.Message).join('\n'))
      .toContain('own: *** shared: ***')
    const text = (await read()).map((line) => line.Message).join('\n')
    expect(text).toContain('"OWN":"***"')
    expect(text).toContain('could not use ***')
    for (const value of [...planted, JSON.stringify(pemLines[2]).slice(1, -1)]) {
      expect(text.includes(value)).toBe(false)
    }
  })

  it('that is sent again as it is asks for no deployment; another one does', async () => {
    const versions = async () => (await op.client.functions.versions(SCOPE, careless)).count
    const before = await versions()
    const patch = (secret_envs: Record<string, string | null>) =>
      op.client.functions.update(SCOPE, careless, { secret_envs }).then(op.finished)
    await patch({ OWN: own })
    expect(await versions()).toBe(before)
    await patch({ OWN: next, PEM: null })
    expect(await versions()).toBe(before + 1)
    const told = { own: digest(next), shared: digest(shared), pem: digest('') }
    expect(await answers()).toEqual(told)
    await op.finished(await op.client.functions.rollback(SCOPE, careless, before))
    expect(await answers()).toMatchObject({ own: digest(own), pem: digest(pem) })
    const fn = await op.client.functions.get(SCOPE, careless)
    expect(fn.secret_env_names).toEqual(['OWN', 'PEM'])
  })

  it('is in no message of a version that does not start', async () => {
    const change = { code_text: BROKEN }
    const update = op.client.functions.update(SCOPE, careless, change).then(op.finished)
    const error = await update.catch((thrown: Error) => thrown)
    expect((error as Error).message).toContain('bad password ***')
    const { build_message } = await op.client.functions.get(SCOPE, careless)
    expect(build_message).toContain('bad password ***')
    expect(await answers()).toMatchObject({ own: digest(own) })
  })

  it('is refused where it could not be kept secret or does not fit', async () => {
    const refusal = async (secret_envs: Record<string, string>, envs = {}) =>
      op.client.functions
        .update(SCOPE, careless, { secret_envs, envs })
        .then(() => undefined)
        .catch((error) => error)
    for (const secret_envs of [
      { NODE_OPTIONS: own },
      { '1BAD': own },
      { LONG: 'x'.repeat(8193) },
      { EMPTY: '' },
    ]) {
      const error = await refusal(secret_envs)
      expect(error).toMatchObject({ status: 400, code: 'invalid_body' })
      expect(error.fields[0].field).toBe(`secret_envs.${Object.keys(secret_envs)[0]}`)
      expect(JSON.stringify([error.message, error.fields])).not.toContain(own)
    }
    const twice = await refusal({}, { OWN: 'plain' })
    expect(twice.fields[0].field).toBe('secret_envs.OWN')
  })

  it('comes from a file or standard input on the command line, and not from an argument', async () => {
    const env = { LATCHKEY_URL: server.apiUrl, LATCHKEY_TOKEN: TEST_TOKEN }
    const path = join(cli.home, 'secret.txt')
    writeFileSync(path, `${cliSecret}\n`)
    const name = `${NAMESPACE}/careless`
    const update = (...args: string[]) => ['function', 'update', name, ...args]
    const inClear = await cli.run(update('--secret', `OWN=${cliSecret}`), { env })
    expect(inClear.code).toBe(2)
    expect(inClear.stderr).toContain('--secret OWN=@<file>')
    expect(inClear.stderr).not.toContain(cliSecret)
    const code = join(cli.home, 'handler.js')
    writeFileSync(code, CARELESS)
    const fromFile = update('--file', code, '--secret', `OWN=@${path}`)
    expect(await cli.run(fromFile, { env })).toMatchObject({ code: 0 })
    expect(await answers()).toMatchObject({ own: digest(cliSecret) })
    const fromStdin = await cli.run(update('--secret', 'OWN=-'), { env, stdin: `${next}\n` })
    expect(fromStdin.code).toBe(0)
    expect(await answers()).toMatchObject({ own: digest(next) })
    const { stdout } = await cli.run(['function', 'get', name], { env })
    expect(stdout).toMatch(/secrets: +OWN, PEM/)
  })

  it('is afterwards in no file, no output and no process of the server', async () => {
    const files = filesBelow(server.dataDir)
    expect(files.some((path) => path.endsWith('.jsonl'))).toBe(true)
    const found = files.filter((path) => {
      const content = readFileSync(path)
      return planted.some((value) => content.includes(value))
    })
    expect(found).toEqual([])
    const output = server.stdout() + server.stderr() + cli.stderr
    for (const value of planted) expect(output.includes(value)).toBe(false)
    if (!existsSync('/proc/self/environ')) return
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    const texts = processes.flatMap((pid) =>
      ['cmdline', 'environ'].flatMap((file) => {
        try {
          return [readFileSync(`/proc/${pid}/${file}`, 'utf8')]
        } catch {
          // Ended meanwhile, or another user's.
          return []
        }
      }),
    )
    for (const value of planted) expect(texts.some((text) => text.includes(value))).toBe(false)
  })
})

describe('the key file', () => {
  const keyFile = () => join(server.dataDir, 'secret.key')

  it('is missed at the start when there are sealed values, and nothing is lost meanwhile', async () => {
    await server.stop()
    renameSync(keyFile(), `${keyFile()}.away`)
    const refused = launch({ dataDir: server.dataDir })
    const code = await new Promise((resolve) => refused.process.once('exit', resolve))
    expect(code).toBe(78)
    expect(refused.stderr()).toContain('LATCHKEY_SECRET_KEY')
    expect(existsSync(keyFile())).toBe(false)
    renameSync(`${keyFile()}.away`, keyFile())
    server = await startServer({ dataDir: server.dataDir })
    op = operator(server)
    endpoint = (await op.client.functions.get(SCOPE, careless)).endpoint
    expect(await answers()).toMatchObject({ own: digest(next) })
  })

  it('of another installation fails those functions alone, with a sentence in their log', async () => {
    await op.finished(await op.client.namespaces.create(SCOPE, { name: 'calm' }))
    const { runtime, flavor, autoscaling } = await op.client.functions.get(SCOPE, careless)
    const code = { code_text: 'exports.handler = () => 1', main_method: 'handler', timeout: 5 }
    const plain = { name: 'plain', runtime, flavor, autoscaling, ...code }
    await op.finished(await op.client.functions.create(SCOPE, 'calm', plain))
    await server.stop()
    const right = readFileSync(keyFile(), 'utf8')
    writeFileSync(keyFile(), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
    server = await startServer({ dataDir: server.dataDir })
    op = operator(server)
    const status = async (namespace: string, name: string) => {
      const { endpoint: url } = await op.client.functions.get(SCOPE, { namespace, name })
      return (await fetch(url)).status
    }
    expect(await status(NAMESPACE, 'careless')).toBe(503)
    expect(await status('calm', 'plain')).toBe(200)
    const { logs } = await op.client.functions.logs(SCOPE, careless, { stream: 'system' })
    expect(logs.at(-1)!.Message).toMatch(/is sealed with the key [0-9a-f]{8}, which this node/)
    await server.stop()
    rmSync(keyFile())
    const env = { LATCHKEY_SECRET_KEY: right.trim() }
    server = await startServer({ dataDir: server.dataDir, env })
    op = operator(server)
    endpoint = (await op.client.functions.get(SCOPE, careless)).endpoint
    expect(await answers()).toMatchObject({ own: digest(next) })
  })
})
