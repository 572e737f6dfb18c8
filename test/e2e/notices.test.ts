import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { operator } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'

const ROUNDS = 4
const KEYS_A_ROUND = 12
/** About as long as a start and the first notices take, so that the kill comes before, amid and after them. */
const LONGEST_ROUND_MS = 4_000

let server: TestServer | undefined
afterAll(() => cleanUp(server))

/** Whole seconds, the first of them far enough ahead for a busy machine to make the key. */
function soon(i: number): string {
  const seconds = Math.floor(Date.now() / 1000) + 3 + (i % 4)
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}

async function expired(from: TestServer): Promise<string[]> {
  const { results } = await operator(from).client.notifications.list({
    type: ['key.expired'],
    limit: 1000,
  })
  return results.map(({ key_name: name }) => name).sort()
}

it('keys that expire while the server is killed again and again are each told of once', async () => {
  server = await startServer()
  const names: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const op = operator(server)
    for (let i = 0; i < KEYS_A_ROUND; i++) {
      const name = `k${round}-${i}`
      await op.makeKey(name, [], soon(i))
      names.push(name)
    }
    const before = await expired(server)
    await sleep(Math.random() * LONGEST_ROUND_MS)
    await server.kill()
    server = await startServer({ dataDir: server.dataDir })
    // What was told stays told.
    expect(await expired(server)).toEqual(expect.arrayContaining(before))
  }
  const last = server
  await expect
    .poll(async () => new Set(await expired(last)).size, { timeout: 60_000, interval: 100 })
    .toBe(names.length)
  await server.kill()
  server = await startServer({ dataDir: server.dataDir })
  // A look at all that there is, after one more start.
  await operator(server).makeKey('last', [], soon(0))
  const next = server
  await expect
    .poll(async () => (await expired(next)).includes('last'), { timeout: 60_000, interval: 100 })
    .toBe(true)
  expect(await expired(next)).toEqual([...names, 'last'].sort())
}, 240_000)
