import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { call, HELLO, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, filesBelow, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

/** Prints everything it can see, as a careless handler would. */
const CARELESS = `exports.handler = (event) => {
  console.log(JSON.stringify(event.extensions.request.headers), JSON.stringify(process.env))
  throw new Error('headers were ' + JSON.stringify(event.extensions.request.headers))
}`

let server: TestServer
let canary: string
const unknownKey = mintKeySecret()
const [, tokenSecret] = TEST_TOKEN.split('$') as [string, string]
const mailPassword = 'mail-password-0123456789'
const sealingKey = Buffer.alloc(32, 'sealing').toString('base64')

beforeAll(async () => {
  server = await startServer({
    env: {
      LATCHKEY_LOG_LEVEL: 'trace',
      LATCHKEY_SECRET_KEY: sealingKey,
      LATCHKEY_SMTP_URL: `smtps://mailer:${mailPassword}@127.0.0.1:1`,
      LATCHKEY_MAIL_FROM: 'keys@example.com',
    },
  })
  const op = operator(server)
  await op.makeNamespace()
  const hello = await op.makeFunction('hello', HELLO)
  const careless = await op.makeFunction('careless', CARELESS)
  canary = await op.makeKey('canary', ['hello', 'careless'])
  expect(await call(hello.endpoint, canary)).toBe(200)
  expect(await call(careless.endpoint, canary)).toBe(500)
  expect(await call(hello.endpoint, unknownKey)).toBe(401)
  await abuse(hello.endpoint)
  await op.client.keys.update(SCOPE, 'canary', { description: 'changed' })
})
afterAll(() => cleanUp(server))

/** Requests that are wrong in every place in which a secret could be repeated to somebody. */
async function abuse(endpoint: string): Promise<void> {
  const authorization = `apikey ${TEST_TOKEN}`
  const json = { 'content-type': 'application/json' }
  const wrong: [string, RequestInit][] = [
    [`${server.apiUrl}/cloud/v1/faas/keys/1/1/${canary}`, { headers: { authorization } }],
    [`${server.apiUrl}/nowhere?key=${canary}`, { headers: { authorization } }],
    [
      `${server.apiUrl}/cloud/v1/faas/keys/1/1`,
      { method: 'POST', headers: { authorization, ...json }, body: `{"name": "${canary}", ` },
    ],
    [
      `${server.apiUrl}/cloud/v1/faas/keys/1/1`,
      {
        method: 'POST',
        headers: { authorization, ...json },
        body: JSON.stringify({ name: canary, secret: canary }),
      },
    ],
    [
      `${server.apiUrl}/cloud/v1/projects`,
      { headers: { authorization: `apikey 7$${tokenSecret}x` } },
    ],
    [`${server.apiUrl}/cloud/v1/projects`, { headers: { authorization: `Bearer ${TEST_TOKEN}` } }],
    [endpoint, { headers: { 'x-api-key': canary, 'X-Forwarded-For': canary } }],
    [`${endpoint}?key=${canary}`, { headers: { 'x-api-key': `${canary}x` } }],
  ]
  for (const [url, init] of wrong) await (await fetch(url, init)).arrayBuffer()
}

describe('after a key was created, used and abused, its secret', () => {
  const planted = () => [canary, unknownKey, tokenSecret, mailPassword, sealingKey]

  it('is in no file', async () => {
    await operator(server).client.keys.list(SCOPE)
    const files = filesBelow(server.dataDir)
    expect(files.length).toBeGreaterThan(5)
    const found = files.filter((path) => {
      const content = readFileSync(path)
      return planted().some((secret) => content.includes(secret))
    })
    expect(found).toEqual([])
  })

  it('is in nothing that the server has written', () => {
    const output = server.stdout() + server.stderr()
    expect(output.length).toBeGreaterThan(0)
    for (const secret of planted()) expect(output.includes(secret)).toBe(false)
  })

  it('is in no answer to a question about keys, tasks and logs', async () => {
    const paths = [
      '/cloud/v1/faas/keys/1/1',
      '/cloud/v1/faas/keys/1/1/canary',
      '/cloud/v1/tasks',
      '/cloud/v1/faas/namespaces/1/1',
      '/cloud/v1/faas/namespaces/1/1/tests/functions/careless/logs',
    ]
    for (const path of paths) {
      const response = await fetch(server.apiUrl + path, {
        headers: { authorization: `apikey ${TEST_TOKEN}` },
      })
      const text = await response.text()
      expect(response.status).toBe(200)
      for (const secret of planted()) expect(text.includes(secret)).toBe(false)
    }
  })

  it.skipIf(!existsSync('/proc/self/environ'))('is in the environment of no part of it', () => {
    const { control, data } = server.pids()
    const found = [control, data].flatMap((pid) => {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      expect(environment).toContain('LATCHKEY_MAIL_FROM')
      return planted().filter((secret) => environment.includes(secret))
    })
    expect(found).toEqual([])
  })

  it.skipIf(!existsSync('/proc/self/cmdline'))('is in no argument of any process', () => {
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
        } catch {
          // The process has ended meanwhile.
          return []
        }
      })
    expect(lines.length).toBeGreaterThan(3)
    for (const secret of planted()) expect(lines.some((line) => line.includes(secret))).toBe(false)
  })
})
