import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SourceFiles } from '../../src/domain/function.ts'
import type { CompileOutcome, ToolStep } from '../../src/languages/language.ts'
import { nodejsLanguage } from '../../src/languages/nodejs.ts'
import { runTool } from '../../src/languages/run-tool.ts'
import { NODE_MAJORS, nodeVersions, testToolchains } from '../helpers/node-versions.ts'
import { ShimProcess } from '../helpers/shim.ts'
import { call } from '../wire/call.ts'

const language = nodejsLanguage({ toolchains: testToolchains, fetchable: NODE_MAJORS })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-compile-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function compile(
  runtime: string,
  codeText: string,
  files: SourceFiles = {},
): Promise<CompileOutcome> {
  const source = { runtime, codeText, files, dependencies: '', mainMethod: 'handler' }
  const plan = language.plan(source)
  if (plan.kind === 'refused') throw new Error(plan.message)
  for (const [path, text] of Object.entries(plan.files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const run = (step: ToolStep) =>
    runTool({ ...step, folder, environment: step.environment(folder), timeoutMs: 30_000 })
  return language.compile({ folder, source, run })
}

/** What the function answers that was compiled. */
async function answerOf(runtime: string, entry: string): Promise<string> {
  const start = language.start({ runtime, memoryMb: 128, envs: {}, folder, entry })
  const launcher = { language: runtime, command: [start.command, ...start.args] as [string] }
  await using shim = await ShimProcess.start({ launcher, folder, entry })
  const { body } = await call(await shim.connect())
  expect(shim.lines).toEqual([])
  return body.toString()
}

/** Title, code, files beside it, the answer. */
const FORMS: readonly [string, string, SourceFiles, string][] = [
  ['CommonJS', 'exports.handler = () => "hi"', {}, 'hi'],
  ['an ES module', 'import "node:fs"\nexport const handler = () => "hi"', {}, 'hi'],
  ['an ES module that awaits at the top', 'await 1\nexport const handler = () => "hi"', {}, 'hi'],
  [
    'a file beside it',
    'import { a } from "./lib/a.mjs"\nexport const handler = () => a',
    { 'lib/a.mjs': 'export const a = "beside"' },
    'beside',
  ],
  [
    'TypeScript as CommonJS',
    'exports.handler = (event: { data: object }): object => event.data',
    {},
    '{}',
  ],
  [
    'TypeScript as an ES module',
    'export const handler = (event: { data: object }): object => event.data',
    {},
    '{}',
  ],
  [
    'TypeScript of several files',
    'import { a } from "./lib/a.ts"\nexport const handler = async (): Promise<string> => a + (await import("./b.mts")).b',
    {
      'lib/a.ts': 'import { c } from "../c.ts"\nexport const a: string = "./no.ts " + c',
      'b.mts': 'export const b: string = "b"',
      'c.ts': 'export const c: string = "c"',
      'types.d.ts': 'export type T = string',
    },
    './no.ts cb',
  ],
  [
    'JavaScript that takes TypeScript in',
    'const { a } = require("./a.cts")\nexports.handler = () => a',
    { 'a.cts': 'exports.a = "typed" as string' },
    'typed',
  ],
  [
    'TypeScript that reads another by its name',
    'import { readFileSync } from "node:fs"\nexport const handler = (): number => readFileSync(new URL("./handler.ts", import.meta.url)).length > 10 ? 1 : 0',
    {},
    '1',
  ],
]

/** Title, code, the sentence. */
const FAULTS: readonly [string, string, string][] = [
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
]

describe.each(await nodeVersions())('$title', ({ major, missing }) => {
  const runtime = `nodejs${major}`

  describe.skipIf(missing !== undefined)('compiles and runs', () => {
    test.each(FORMS)('%s', async (_title, code, files, answer) => {
      const outcome = await compile(runtime, code, files)
      if (outcome.kind === 'refused') throw new Error(outcome.message)
      expect(await answerOf(runtime, outcome.entry)).toBe(answer)
      const left = (await readdir(folder)).filter((name) => name.includes('check'))
      expect(left).toEqual([])
    })
  })

  describe.skipIf(missing !== undefined)('shows what does not parse', () => {
    test.each(FAULTS)('%s', async (_title, code, message) => {
      const outcome = await compile(runtime, code)
      expect(outcome).toMatchObject({ kind: 'refused', message })
      expect((outcome as { log: string }).log).toContain('^')
      expect((outcome as { log: string }).log).not.toContain(folder)
    })
  })
})

const node20 = (await nodeVersions([20])).find(({ major }) => major === 20)

describe.skipIf(node20?.missing !== undefined)('code for Node 20', () => {
  test('is held to what Node 20 can parse', async () => {
    const code = 'exports.handler = async () => {\n  using a = null\n  return "hi"\n}\n'
    expect(await compile('nodejs20', code)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('handler.js:2'),
    })
  })

  test('keeps its lines where its types were', async () => {
    const code = 'type A = {\n  a: string\n}\nexport const handler = (a: A): A => a\n'
    expect(await compile('nodejs20', code)).toEqual({ kind: 'compiled', entry: 'handler.js' })
    const lines = (await readFile(join(folder, 'handler.js'), 'utf8')).split('\n')
    expect(lines[3]).toMatch(/^export const handler = \(a {3}\) {4}=> a$/)
  })

  test('cannot have two files that would be one without types', async () => {
    const files = { 'a.ts': 'export const a = 1', 'a.js': 'export const a = 2' }
    expect(await compile('nodejs20', 'export const handler = () => 1', files)).toMatchObject({
      kind: 'refused',
      message: 'a.ts becomes a.js for Node 20, and there is a file of that name',
    })
  })

  test('is shown which of its files does not parse', async () => {
    const files = { 'lib/a.ts': 'export const a: string = (' }
    expect(await compile('nodejs20', 'export const handler = () => 1', files)).toMatchObject({
      kind: 'refused',
      message: 'SyntaxError: Expression expected at lib/a.ts:1',
    })
  })
})
