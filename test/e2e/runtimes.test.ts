import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Cli } from '../helpers/cli.ts'
import { NODE_RUNTIME } from '../helpers/languages.ts'
import { nodeVersions } from '../helpers/node-versions.ts'
import { cleanUp, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

const CODE = `export const handler = (event: { data: object }, context: { runtime: string }): object =>
  ({ node: process.version, runtime: context.runtime })\n`

let server: TestServer
let cli: Cli
let file: string
let folder: string

async function start(env: Record<string, string>): Promise<void> {
  server = await startServer({ env })
  cli = new Cli({ LATCHKEY_URL: server.apiUrl, LATCHKEY_TOKEN: TEST_TOKEN })
  expect(await cli.run(['namespace', 'create', 'ns'])).toMatchObject({ code: 0 })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-runtimes-'))
  file = join(folder, 'handler.ts')
  writeFileSync(file, CODE)
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  cli.remove()
  await cleanUp(server)
})

function create(name: string, runtime: string) {
  return cli.run([
    'function',
    'create',
    `ns/${name}`,
    '--file',
    file,
    '--runtime',
    runtime,
    '--open',
  ])
}

async function call(endpoint: string): Promise<Record<string, unknown>> {
  return (await (await fetch(endpoint)).json()) as Record<string, unknown>
}

describe('the name of a version that is not here', () => {
  it('stands for the nearest where a setting says so; the function says for which', async () => {
    await start({ LATCHKEY_NODE_VERSIONS: '', LATCHKEY_RUNTIME_ALIASES: 'nearest' })
    const made = await create('old', 'nodejs14.21.3')
    expect(made).toMatchObject({ code: 0 })
    expect(await call(made.stdout.trim())).toEqual({
      node: process.version,
      runtime: NODE_RUNTIME,
    })

    const { stdout } = await cli.run(['function', 'get', 'ns/old', '--json'])
    const fn = JSON.parse(stdout)
    expect(fn).toMatchObject({ runtime: 'nodejs14.21.3', runtime_version: NODE_RUNTIME })
    const firstLine = `nodejs14.21.3 is not here: it runs on ${NODE_RUNTIME}.`
    expect(fn.build_message.split('\n')[0]).toBe(firstLine)
    const shown = await cli.run(['function', 'get', 'ns/old'])
    expect(shown.stdout).toMatch(`nodejs14.21.3, runs on ${NODE_RUNTIME}\n`)
    expect(await create('cobol', 'cobol60')).toMatchObject({ code: 1 })
  })

  it('is refused without the setting, with the list of what is', async () => {
    await start({ LATCHKEY_NODE_VERSIONS: '' })
    const refused = await create('old', 'nodejs14')
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toContain(`these are: ${NODE_RUNTIME}`)
  })
})

const other = (await nodeVersions([24, 22])).find(({ major }) => `nodejs${major}` !== NODE_RUNTIME)
const missing = other?.missing

describe.skipIf(missing)(`a Node that is not here yet ${missing ?? ''}`, () => {
  it('is fetched by the build that wants it first, and kept', async () => {
    const runtime = `nodejs${other!.major}`
    await start({ LATCHKEY_NODE_VERSIONS: String(other!.major) })
    const before = await cli.run(['runtime', 'list'])
    expect(before.stdout).toMatch(
      new RegExp(`^${runtime} +nodejs +fetched when first wanted$`, 'm'),
    )

    const made = await create('other', runtime)
    expect(made).toMatchObject({ code: 0 })
    const version = new RegExp(`^v${other!.major}\\.`)
    expect(await call(made.stdout.trim())).toEqual({
      node: expect.stringMatching(version),
      runtime,
    })
    const after = await cli.run(['runtime', 'list'])
    expect(after.stdout).toMatch(new RegExp(`^${runtime} +nodejs +ready$`, 'm'))
    expect(existsSync(join(server.dataDir, 'toolchains', runtime, 'bin', 'node'))).toBe(true)
    const { stdout } = await cli.run(['function', 'get', 'ns/other', '--json'])
    expect(JSON.parse(stdout).build_message).toMatch(
      new RegExp(`^Fetching Node ${other!.major}\nFetched Node `),
    )
  })
})
