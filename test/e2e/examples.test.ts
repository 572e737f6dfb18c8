import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cli } from '../helpers/cli.ts'
import { cleanUp, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

const FOLDER = join(import.meta.dirname, '../../examples')

/** What each example is called with, and what it answers. */
const CALLS: Record<string, { args: readonly string[]; answer: string }> = {
  greeter: {
    args: ['--data', '{"name":"Ada"}'],
    answer: '{"greeting":"Hello, Ada!","from":"greeter"}',
  },
  'node-hono': {
    args: ['--path', '/hello/Ada'],
    answer: '{"greeting":"Ahoj, Ada!","visits":1}',
  },
  'node-express-like': {
    args: ['--path', '/notes/export.csv'],
    answer: 'first,"Notes live as long as the instance."\n',
  },
  stream: { args: ['--path', '/?count=2'], answer: 'line 1\nline 2\n' },
  slugs: {
    args: ['--data', '{"title":"Déjà Vu, All Over Again & Again"}'],
    answer: '{"slug":"deja-vu-all-over"}',
  },
}

let server: TestServer
let cli: Cli

beforeAll(async () => {
  server = await startServer()
  cli = new Cli({ LATCHKEY_URL: server.apiUrl, LATCHKEY_TOKEN: TEST_TOKEN })
})
afterAll(async () => {
  cli.remove()
  await cleanUp(server)
})

describe('the examples', () => {
  it('all have a call here', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((e) => e.isDirectory())
    expect(folders.map((e) => e.name).sort()).toEqual(Object.keys(CALLS).sort())
  })

  it.each(Object.entries(CALLS))(
    '%s deploys and answers a caller with its key',
    async (name, call) => {
      const deployed = await cli.run(['function', 'deploy', join(FOLDER, name)])
      expect(deployed).toMatchObject({ code: 0 })
      const key = await cli.run(['key', 'create', `for-${name}`, '--function', `examples/${name}`])
      const invoke = ['function', 'invoke', `examples/${name}`, ...call.args]
      const opened = await cli.run(invoke, { env: { LATCHKEY_KEY: key.stdout.trim() } })
      expect(opened).toMatchObject({ code: 0, stdout: call.answer })
      expect((await cli.run(invoke)).code).toBe(1)
    },
  )
})
