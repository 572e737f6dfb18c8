import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BuilderOptions, type BuildOutcome, createBuilder } from '../../src/build/builder.ts'
import type { Source } from '../../src/domain/function.ts'
import { nextTurn } from '../../src/lib/next-turn.ts'
import { NODE_ONLY, NODE_RUNTIME } from '../helpers/languages.ts'
import { SHELL_ONLY } from '../helpers/shell-language.ts'

const runtime = NODE_RUNTIME
const logger = pino({ level: 'silent' })
let artifactsFolder = ''

beforeEach(async () => {
  artifactsFolder = await mkdtemp(join(tmpdir(), 'lk-build-'))
})

afterEach(async () => {
  await rm(artifactsFolder, { recursive: true, force: true })
})

function builder(options: Partial<BuilderOptions> = {}) {
  return createBuilder({
    languages: NODE_ONLY,
    artifactsFolder,
    timeoutMs: 50_000,
    logger,
    ...options,
  })
}

function source(codeText: string, rest: Partial<Source> = {}): Source {
  return { runtime, codeText, files: {}, dependencies: '', mainMethod: 'handler', ...rest }
}

function built(outcome: BuildOutcome) {
  if (outcome.kind !== 'built') throw new Error(outcome.message)
  return outcome
}

function failure(outcome: BuildOutcome): string {
  if (outcome.kind !== 'failed') throw new Error('it was built')
  return outcome.message
}

const COMMONJS = 'module.exports = { handler: () => "hi" }\n'

async function finishedArtifacts(): Promise<string[]> {
  return (await readdir(artifactsFolder)).filter((name) => !name.startsWith('.'))
}

describe('what becomes the entry', () => {
  test.each([
    ['CommonJS', COMMONJS, 'handler.js'],
    ['an ES module', "import 'node:fs'\nexport default { fetch() {} }\n", 'handler.js'],
    ['an ES module that awaits at the top', 'await 1\nexport const a = 1\n', 'handler.js'],
    ['TypeScript as an ES module', 'export const a = (x: string): string => x\n', 'handler.ts'],
    ['TypeScript as CommonJS', 'exports.a = (x: string): string => x\n', 'handler.ts'],
  ])('%s', async (_name, code, entry) => {
    const { artifact } = built(await builder().build(source(code, { mainMethod: 'mod.a' })))
    expect(artifact).toMatchObject({ runtime, entry, method: 'a' })
    expect(await readFile(join(artifactsFolder, artifact.id, entry), 'utf8')).toBe(code)
  })

  test('files are written beside it', async () => {
    const files = { 'lib/a.js': 'exports.a = 1', 'data.txt': 'täxt' }
    const { artifact } = built(await builder().build(source(COMMONJS, { files })))
    const folder = join(artifactsFolder, artifact.id)
    expect(await readFile(join(folder, 'lib/a.js'), 'utf8')).toBe('exports.a = 1')
    expect(await readFile(join(folder, 'data.txt'), 'utf8')).toBe('täxt')
  })
})

describe('code that does not parse fails with the line of the parser that got further', () => {
  test.each([
    [
      'JavaScript',
      'const a = 1\n\nmodule.exports = ( }\n',
      "SyntaxError: Unexpected token '}' at handler.js:3",
    ],
    [
      'an ES module',
      "import 'node:fs'\nexport function a() { return ( }\n",
      "SyntaxError: Unexpected token '}' at handler.js:2",
    ],
    [
      'TypeScript',
      'const a: number = 1\n\nexport const b = ( }\n',
      'SyntaxError: Expression expected at handler.ts:3',
    ],
    [
      'TypeScript that is more than types',
      'let a\nenum B { C }\n',
      'SyntaxError: TypeScript enum is not supported in strip-only mode at handler.ts:2',
    ],
    [
      'TypeScript with an early error',
      'let a: number = 1\nlet a: number = 2\n',
      "SyntaxError: Identifier 'a' has already been declared at handler.ts:2",
    ],
  ])('%s', async (_name, code, sentence) => {
    const outcome = await builder().build(source(code))
    expect(failure(outcome)).toBe(`The code does not compile: ${sentence}.`)
    expect(outcome.log).toContain('^')
    expect(outcome.log).not.toContain(artifactsFolder)
    expect(await finishedArtifacts()).toEqual([])
  })
})

describe('by content', () => {
  test('what was built is found again, whatever the method, and keeps its log', async () => {
    const first = built(await builder().build(source(COMMONJS)))
    const again = built(await builder().build(source(COMMONJS, { mainMethod: 'x.other' })))
    expect(again.artifact).toEqual({ ...first.artifact, method: 'other' })
    expect(again.log).toBe(first.log)
    const other = built(await builder().build(source(COMMONJS, { files: { 'a.txt': '' } })))
    expect(other.artifact.id).not.toBe(first.artifact.id)
  })

  test('builds asked for at the same time are one', async () => {
    const lines: string[] = []
    const { build } = builder()
    const all = await Promise.all(
      Array.from({ length: 10 }, () => build(source(COMMONJS), (line) => lines.push(line))),
    )
    expect(new Set(all.map((outcome) => built(outcome).log)).size).toBe(1)
    expect(new Set(lines).size).toBe(1)
    expect(await finishedArtifacts()).toHaveLength(1)
  })

  test('what an interrupted build left is neither used nor kept', async () => {
    const { id } = built(await builder().build(source(COMMONJS))).artifact
    const draft = join(artifactsFolder, '.work', 'build-x-1')
    await mkdir(draft)
    await rm(join(artifactsFolder, id), { recursive: true })
    await mkdir(join(artifactsFolder, id))
    await writeFile(join(artifactsFolder, id, 'handler.js'), 'half')

    built(await builder().build(source(COMMONJS)))
    expect(existsSync(draft)).toBe(false)
    expect(await readFile(join(artifactsFolder, id, 'handler.js'), 'utf8')).toBe(COMMONJS)
  })

  test('unused artifacts can be removed', async () => {
    const { build, removeUnused } = builder()
    const kept = built(await build(source(COMMONJS))).artifact.id
    await build(source(`${COMMONJS}//`))
    expect(await removeUnused(new Set([kept]))).toBe(1)
    expect(await finishedArtifacts()).toEqual([kept])
  })
})

describe('what is kept', () => {
  const shellSource = (codeText: string, dependencies: string): Source => ({
    ...source(codeText, { dependencies }),
    runtime: 'shell1',
  })
  const sets = () => readdir(join(artifactsFolder, '.dependencies'))
  const INSTALL = 'mkdir installed; echo a > installed/file'

  test('a set of dependencies stays while an artifact that was made with it stays', async () => {
    const { build, removeUnused } = builder({ languages: SHELL_ONLY })
    const kept = built(await build(shellSource('true', INSTALL))).artifact.id
    await build(shellSource('true', `${INSTALL} # other`))
    expect(await sets()).toHaveLength(2)
    expect(await removeUnused(new Set([kept]))).toBe(1)
    expect(await sets()).toHaveLength(1)
    await removeUnused(new Set())
    expect(await sets()).toEqual([])
  })

  test('what a killed process left of installations is neither used nor kept', async () => {
    const { id } = built(
      await builder({ languages: SHELL_ONLY }).build(shellSource('true', INSTALL)),
    ).artifact
    const [set] = await sets()
    await rm(join(artifactsFolder, '.dependencies', set!, '.latchkey-dependencies.json'))
    await rm(join(artifactsFolder, '.dependencies', set!, 'installed/file'))
    await mkdir(join(artifactsFolder, '.work/build-dependencies-x-1/installed'), {
      recursive: true,
    })
    await mkdir(join(artifactsFolder, '.work/home/shell.gone'))
    await rm(join(artifactsFolder, id), { recursive: true })
    const again = built(
      await builder({ languages: SHELL_ONLY }).build(shellSource('cat installed/file', INSTALL)),
    )
    expect(again.log).not.toContain('installed already')
    expect(await readdir(join(artifactsFolder, '.work'))).toEqual(['home'])
    expect(await readdir(join(artifactsFolder, '.work/home'))).toEqual(['shell'])
  })

  test('a set whose build failed afterwards is found by the next one, within its time', async () => {
    const { build, removeUnused } = builder({ languages: SHELL_ONLY })
    expect((await build(shellSource('false', INSTALL))).kind).toBe('failed')
    await removeUnused(new Set(), 60_000)
    expect((await build(shellSource('true', INSTALL))).log).toContain('installed already')
  })

  test('what a build uses is not removed meanwhile', async () => {
    const { build, removeUnused } = builder({ languages: SHELL_ONLY })
    await build(shellSource('false', INSTALL))
    const slow = build(shellSource('sleep 0.5; cat installed/file', INSTALL))
    while ((await readdir(join(artifactsFolder, '.work'))).length < 2) await nextTurn()
    await removeUnused(new Set())
    expect((await slow).kind).toBe('built')
  })

  test('what was used lately is told from what was not', async () => {
    const { build, removeUnused, reuse } = builder()
    const { id } = built(await build(source(COMMONJS))).artifact
    const long = new Date(Date.now() - 120_000)
    await utimes(join(artifactsFolder, id), long, long)
    expect(await reuse(id)).toBe(true)
    expect(await removeUnused(new Set(), 60_000)).toBe(0)
    await utimes(join(artifactsFolder, id), long, long)
    expect(await removeUnused(new Set(), 60_000)).toBe(1)
    expect(await reuse(id)).toBe(false)
  })

  test('other code with the same dependencies runs no tool to install them', async () => {
    const dependencies = '{"is-number": "7.0.0"}'
    const { build } = builder()
    const first = built(await build(source(COMMONJS, { dependencies })))
    const second = built(await build(source(`${COMMONJS}//`, { dependencies })))
    expect(second.log).not.toContain('npm install')
    const file = 'node_modules/is-number/index.js'
    const inode = async (id: string) => (await stat(join(artifactsFolder, id, file))).ino
    expect(await inode(second.artifact.id)).toBe(await inode(first.artifact.id))
  })
})

describe('refused before anything runs', () => {
  test.each([
    '../evil.js',
    'a/../../evil.js',
    './a.js',
    '/etc/passwd',
    'node_modules/a/index.js',
    'lib/Node_Modules/a.js',
    'package.json',
    'handler.js',
    '.npmrc',
    'a//b',
    'a\\b',
    'a\0b',
    '',
  ])('the file %j', async (path) => {
    const message = failure(await builder().build(source(COMMONJS, { files: { [path]: 'x' } })))
    expect(message).toContain(JSON.stringify(path))
    expect(await finishedArtifacts()).toEqual([])
  })

  test('a file that is also a folder', async () => {
    const files = { a: '', 'a/b': '' }
    expect(failure(await builder().build(source(COMMONJS, { files })))).toContain('folder')
  })

  test.each([
    ['{"is-number": ', 'not valid JSON'],
    ['[]', 'must be a JSON object'],
    ['{"is-number": 7}', 'range that is no text'],
    ['{"../x": "1"}', 'no package name'],
    ['{"dependencies": []}', '"dependencies" that are no object'],
    ['{"type": "tpye"}', '"type"'],
    ['{"a": "file:../b"}', 'allowed are a version range'],
    ['{"a": "../b"}', 'allowed are a version range'],
    ['{"a": "git+https://x.example/a.git"}', 'allowed are a version range'],
    ['{"a": "owner/repo"}', 'allowed are a version range'],
    ['{"dependencies": {}, "overrides": {"a": {"b": "file:/etc"}}}', 'overrides "b"'],
  ])('the dependencies %s', async (dependencies, reason) => {
    expect(failure(await builder().build(source(COMMONJS, { dependencies })))).toContain(reason)
  })

  test('a runtime that is not here', async () => {
    const message = failure(await builder().build(source(COMMONJS, { runtime: 'cobol60' })))
    expect(message).toBe('The runtime cobol60 is not available on this machine.')
  })
})

describe('dependencies', () => {
  test.each([
    ['a bare object', '{"is-number": "7.0.0"}'],
    ['a package.json', '{"name": "x", "version": "1.0.0", "dependencies": {"is-number": "7.0.0"}}'],
  ])('%s is installed', async (_name, dependencies) => {
    const outcome = built(await builder().build(source(COMMONJS, { dependencies })))
    const installed = join(artifactsFolder, outcome.artifact.id, 'node_modules/is-number')
    expect(existsSync(join(installed, 'index.js'))).toBe(true)
    expect(outcome.log).toContain('npm install')
  })

  test('a package.json without any needs no npm', async () => {
    const dependencies = '{"type": "module", "dependencies": {}}'
    const code = 'export const handler = () => 1\n'
    const outcome = built(await builder().build(source(code, { dependencies })))
    expect(outcome.log).not.toContain('npm')
  })

  test("an unknown package fails with npm's own words", async () => {
    const dependencies = '{"is-number": "999.999.999"}'
    const outcome = await builder().build(source(COMMONJS, { dependencies }))
    expect(failure(outcome)).toBe(
      'npm could not install the dependencies: No matching version found for is-number@999.999.999.',
    )
    expect(outcome.log).toContain('ETARGET')
  })

  test('too many bytes fail', async () => {
    const dependencies = '{"is-number": "7.0.0"}'
    const outcome = await builder({ outputBytesMax: 1000 }).build(
      source(COMMONJS, { dependencies }),
    )
    expect(failure(outcome)).toMatch(
      /^(The dependencies take .* at most|npm install was ended because it wrote more than)/,
    )
    expect(await readdir(join(artifactsFolder, '.work'))).toEqual(['home'])
  })

  test('a registry that does not answer fails at the time limit, and closing ends a build', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const registry = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
    const before = process.env.npm_config_registry
    process.env.npm_config_registry = registry
    try {
      const late = builder({ timeoutMs: 2000 })
      const dependencies = '{"is-number": "6.0.0"}'
      expect(failure(await late.build(source(COMMONJS, { dependencies })))).toBe(
        'The build did not end within 2 seconds: npm install was ended.',
      )
      const closed = builder()
      const asked = new Promise((resolve) => silent.once('request', resolve))
      const build = closed.build(source(COMMONJS, { dependencies }))
      await asked
      await closed.close()
      expect(failure(await build)).toBe('npm install was ended because the server stops.')
      expect(await readdir(join(artifactsFolder, '.work'))).toEqual(['home'])
    } finally {
      if (before === undefined) delete process.env.npm_config_registry
      else process.env.npm_config_registry = before
      silent.closeAllConnections()
      silent.close()
    }
  })
})
