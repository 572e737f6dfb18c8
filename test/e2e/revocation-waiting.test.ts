import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate, writePair } from '../helpers/certificates.ts'
import { operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'

/** Counts what it is given, but for who asks how much that is. */
const HELD = `
let begun = 0
exports.handler = async ({ extensions: { request } }) => {
  if (request.path === '/begun') return String(begun)
  begun += 1
  const ms = Number(request.get('x-ms') ?? 0)
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
  return 'done'
}`
const HOLD_MS = '3000'

let server: TestServer
let op: ReturnType<typeof operator>
let endpoint: string
let owner: string

beforeAll(async () => {
  server = await startServer({
    env: {
      LATCHKEY_GATEWAY_THREADS: '1',
      LATCHKEY_INSTANCE_CONCURRENCY: '1',
      LATCHKEY_CALLS_PARALLEL: '1',
      LATCHKEY_PROPAGATION_TIMEOUT_SECONDS: '60',
    },
  })
  op = operator(server)
  await op.makeNamespace()
  const fn = await op.makeFunction('held', HELD, {
    autoscaling: { min_instances: 1, max_instances: 1 },
  })
  endpoint = fn.endpoint!
  owner = await op.makeKey('owner', ['held'])
})
afterAll(() => cleanUp(server))

function ask(key: string, path = '', headers: Record<string, string> = {}, body?: string) {
  return fetch(`${endpoint}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': key, ...headers },
    ...(body === undefined ? {} : { body }),
  })
}

async function begun(): Promise<number> {
  return Number(await (await ask(owner, '/begun')).text())
}

describe('a call that has not begun when its key’s deletion is answered', () => {
  it('is refused when it waits for an instance', async () => {
    const key = await op.makeKey('queued', ['held'])
    const before = await begun()
    const holding = ask(owner, '', { 'x-ms': HOLD_MS })
    const waiting = Array.from({ length: 20 }, () => ask(key))
    // In the queue behind them, so that they are there.
    const last = ask(owner)
    await op.client.keys.delete(SCOPE, 'queued')
    const answers = await Promise.all(waiting)
    // Those that came before the one that holds, if any did, had begun before.
    const passed = answers.filter(({ status }) => status === 200).length
    expect(new Set(answers.map(({ status }) => status)).has(401)).toBe(true)
    expect([(await holding).status, (await last).status]).toEqual([200, 200])
    expect(await begun()).toBe(before + 2 + passed)
  })

  it('is refused when it waits for its own body', async () => {
    const key = await op.makeKey('gathering', ['held'])
    const before = await begun()
    const { hostname: host, port, pathname } = new URL(endpoint)
    const socket = connect({ host, port: Number(port) })
    socket.setEncoding('latin1')
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${key}\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n`,
    )
    expect((await once(socket, 'data'))[0]).toMatch(/^HTTP\/1\.1 100 /)
    socket.write('ab')
    await op.client.keys.delete(SCOPE, 'gathering')
    socket.write('cd')
    expect((await once(socket, 'data'))[0]).toMatch(/^HTTP\/1\.1 401 /)
    socket.destroy()
    expect(await begun()).toBe(before)
  })

  it('never runs when nobody waits for it', async () => {
    const key = await op.makeKey('asynchronous', ['held'])
    const before = await begun()
    const later = { prefer: 'respond-async' }
    const first = await ask(owner, '', { ...later, 'x-ms': HOLD_MS }, 'x')
    const second = await ask(key, '', later, 'x')
    const third = await ask(owner, '', later, 'x')
    expect([first.status, second.status, third.status]).toEqual([202, 202, 202])
    await op.client.keys.delete(SCOPE, 'asynchronous')
    const { id } = (await third.json()) as { id: string }
    const state = async () => {
      const answer = await fetch(`${server.gatewayUrl}/-/calls/${id}`, {
        headers: { 'x-api-key': owner },
      })
      return ((await answer.json()) as { state: string }).state
    }
    await expect.poll(state, { timeout: 30_000 }).toBe('succeeded')
    expect(await begun()).toBe(before + 2)
  })
})

describe('a connection of HTTP/2 on which a key has been used', () => {
  let folder: string
  let secure: TestServer
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lk-revoked-'))
  })
  afterAll(async () => {
    await cleanUp(secure)
    rmSync(folder, { recursive: true })
  })

  it('carries no call of it after its deletion, not even one that has begun to send its body', async () => {
    const files = { certPath: join(folder, 'tls.crt'), keyPath: join(folder, 'tls.key') }
    const made = await makeCertificate(['localhost'])
    writePair(made, files)
    secure = await startServer({
      env: { LATCHKEY_TLS_CERT: files.certPath, LATCHKEY_TLS_KEY: files.keyPath },
    })
    const owner = operator(secure)
    await owner.makeNamespace()
    const { endpoint: at } = await owner.makeFunction('hello', HELD)
    const key = await owner.makeKey('streaming', ['hello'])
    const { port, pathname } = new URL(at!)
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: made.cert })
    const stream = (headers: Record<string, string>) =>
      session.request({ ':path': pathname, 'x-api-key': key, ...headers })
    const status = async (one: ReturnType<typeof stream>) => {
      const [headers] = await once(one, 'response')
      one.resume()
      return (headers as { ':status': number })[':status']
    }
    expect(await status(stream({}))).toBe(200)
    const slow = stream({ ':method': 'POST', 'content-length': '4', expect: '100-continue' })
    await once(slow, 'continue')
    slow.write('ab')
    await owner.client.keys.delete(SCOPE, 'streaming')
    slow.end('cd')
    expect(await status(slow)).toBe(401)
    const later = Array.from({ length: 200 }, () => stream({}))
    expect(new Set(await Promise.all(later.map(status)))).toEqual(new Set([401]))
    session.close()
  })
})
