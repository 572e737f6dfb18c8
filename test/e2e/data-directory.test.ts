import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, HELLO, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, processEnd, startServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let path: string
let secret: string

beforeAll(async () => {
  server = await startServer()
  const op = operator(server)
  await op.makeNamespace()
  path = new URL((await op.makeFunction('hello', HELLO)).endpoint).pathname
  secret = await op.makeKey('caller', ['hello'])
})
afterAll(() => cleanUp(server))

async function restart(damage: () => void): Promise<void> {
  await server.stop()
  damage()
  server = await startServer({ dataDir: server.dataDir })
}

const answers = () => call(`${server.gatewayUrl}${path}`, secret).catch(() => 'away')
const readiness = () => fetch(`${server.apiUrl}/readyz`).then(({ status }) => status)

it('built functions that are gone are built again', async () => {
  await restart(() => rmSync(join(server.dataDir, 'artifacts'), { recursive: true }))
  await expect.poll(answers, { timeout: 30_000 }).toBe(200)
})

it("a data node's copy that is damaged is fetched from control again", async () => {
  await restart(() => {
    const folder = join(server.dataDir, 'node')
    const files = readdirSync(folder)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) writeFileSync(join(folder, file), 'no such thing\n')
  })
  await expect.poll(answers, { timeout: 30_000 }).toBe(200)
})

it('sockets that are removed while the server runs are made again', async () => {
  const { control, data } = server.pids()
  rmSync(join(server.dataDir, 'run'), { recursive: true })
  await Promise.all([control, data].map(processEnd))
  await expect.poll(answers, { timeout: 30_000 }).toBe(200)
  await expect.poll(() => readiness().catch(() => 0), { timeout: 30_000 }).toBe(200)
  await operator(server).client.keys.delete(SCOPE, 'caller')
  expect(await answers()).toBe(401)
  expect(existsSync(join(server.dataDir, 'run', 'serve.json'))).toBe(true)
})

it('is not ready while no data node can serve', async () => {
  expect(await readiness()).toBe(200)
  // Its process stands still, so nothing starts it again.
  process.kill(server.pids().data, 'SIGSTOP')
  try {
    const change = operator(server).client.keys.create(SCOPE, { name: 'other' })
    await expect.poll(readiness, { timeout: 30_000 }).toBe(503)
    await change
  } finally {
    process.kill(server.pids().data, 'SIGCONT')
  }
  await expect.poll(readiness, { timeout: 30_000 }).toBe(200)
})
