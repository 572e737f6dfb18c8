import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cli } from '../helpers/cli.ts'
import { GO_BUILD_TIMEOUT_MS, seedGoCache } from '../helpers/go.ts'
import { cleanUp, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

const FOLDER = join(import.meta.dirname, '../../examples')

interface Call {
  readonly args: readonly string[]
  readonly answer: string
  /** Programs that must be on the PATH. */
  readonly needs?: readonly string[]
}

/** What each example is called with, and what it answers. */
const CALLS: Record<string, Call> = {
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
  'java-hello': {
    args: ['--data', 'Ada', '--header', 'content-type: text/plain'],
    answer: 'Hello, Ada, from java-hello!\n',
    needs: ['javac'],
  },
  'java-names': {
    args: ['--data', '{"name":"  ada   LOVELACE "}'],
    answer: '{"name":"Ada Lovelace"}',
    needs: ['javac', 'mvn'],
  },
  stream: { args: ['--path', '/?count=2'], answer: 'line 1\nline 2\n' },
  slugs: {
    args: ['--data', '{"title":"Déjà Vu, All Over Again & Again"}'],
    answer: '{"slug":"deja-vu-all-over"}',
  },
  'go-hello': {
    args: ['--data', '{"name":"Ada"}'],
    answer: 'Hello, Ada, from go-hello!',
    needs: ['go'],
  },
  'go-uuid': {
    args: ['--path', '/?count=2'],
    answer: 'fdbba616-edfb-5ec2-84bf-dff976a6d383\n9195674a-b9e2-5521-8d15-f1afd7d4b14b\n',
    needs: ['go'],
  },
  'python-hello': {
    args: ['--data', '{"name":"Ada"}'],
    answer: '{"greeting":"Hello, Ada!","from":"python-hello"}',
    needs: ['python3'],
  },
  'python-fastapi': {
    args: ['--path', '/items/7?word=tea'],
    answer: '{"number":7,"word":"tea"}',
    needs: ['python3'],
  },
  'python-flask': {
    args: ['--path', '/hello/Ada'],
    answer: 'Hello, Ada!',
    needs: ['python3'],
  },
}

let server: TestServer
let cli: Cli

beforeAll(async () => {
  server = await startServer()
  await seedGoCache(server.dataDir)
  cli = new Cli({ LATCHKEY_URL: server.apiUrl, LATCHKEY_TOKEN: TEST_TOKEN })
}, GO_BUILD_TIMEOUT_MS)
afterAll(async () => {
  cli.remove()
  await cleanUp(server)
})

describe('the examples', () => {
  it('all have a call here', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((e) => e.isDirectory())
    expect(folders.map((e) => e.name).sort()).toEqual(Object.keys(CALLS).sort())
  })

  for (const [name, call] of Object.entries(CALLS)) {
    const missing = call.needs?.filter((program) => !isOnPath(program)) ?? []
    const without = missing.length === 0 ? '' : ` (no ${missing.join(', ')} on this machine)`
    it.skipIf(missing.length > 0)(
      `${name} deploys and answers a caller with its key${without}`,
      async () => {
        const deployed = await cli.run(['function', 'deploy', join(FOLDER, name)])
        expect(deployed).toMatchObject({ code: 0 })
        const key = await cli.run([
          'key',
          'create',
          `for-${name}`,
          '--function',
          `examples/${name}`,
        ])
        const invoke = ['function', 'invoke', `examples/${name}`, ...call.args]
        const opened = await cli.run(invoke, { env: { LATCHKEY_KEY: key.stdout.trim() } })
        expect(opened).toMatchObject({ code: 0, stdout: call.answer })
        expect((await cli.run(invoke)).code).toBe(1)
      },
    )
  }
})

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, program)))
}
