import { describe, expect, test } from 'vitest'
import { onEachNode } from '../helpers/node-versions.ts'
import { ShimProcess } from '../helpers/shim.ts'
import { call } from '../wire/call.ts'

/** Each way in which a Node function may be written: file, code, main method, expected body. */
const FORMS: readonly [title: string, entry: string, code: string, method: string, body: string][] =
  [
    [
      'module.exports = { handler }',
      'h.js',
      'module.exports = { handler: (event, context) => context["function-name"] }',
      'handler',
      'probe',
    ],
    ['exports.name', 'h.js', 'exports.other = () => "other"', 'other', 'other'],
    [
      'module.exports = function',
      'h.js',
      'module.exports = (event, context) => context.runtime',
      'handler',
      'runtime-under-test',
    ],
    [
      'module.exports = { fetch }',
      'h.cjs',
      'module.exports = { fetch: (r) => new Response(r.method) }',
      'handler',
      'GET',
    ],
    [
      'CommonJS compiled from an ES module',
      'h.js',
      'exports.__esModule = true; exports.default = (event, context) => context.runtime',
      'default',
      'runtime-under-test',
    ],
    [
      'this in module.exports',
      'h.js',
      'module.exports = { word: "own", handler() { return this.word } }',
      'handler',
      'own',
    ],
    [
      'export function',
      'h.mjs',
      'export function handler(event) { return event.data.a ?? "none" }',
      'handler',
      'none',
    ],
    [
      'export in a .js file',
      'h.js',
      'export const handler = () => import.meta.filename.slice(-4)',
      'handler',
      'h.js',
    ],
    [
      'export default (event, context)',
      'h.mjs',
      'export default (event, context) => context.runtime',
      'handler',
      'runtime-under-test',
    ],
    [
      'export default () without parameters',
      'h.mjs',
      'export default () => "nothing asked"',
      'handler',
      'nothing asked',
    ],
    [
      'export default (request)',
      'h.mjs',
      'export default async (request) => new Response(request.url)',
      'handler',
      'http://localhost/a?b=c',
    ],
    [
      'export default (request, envs) by the main method fetch',
      'h.mjs',
      'export default (request, envs) => new Response(envs.GREETING)',
      'fetch',
      'ahoj',
    ],
    [
      'export default { fetch }',
      'h.mjs',
      'export default { word: "own", fetch() { return new Response(this.word) } }',
      'handler',
      'own',
    ],
    [
      'export default { handler }',
      'h.mjs',
      'export default { handler: (event, context) => context.runtime }',
      'handler',
      'runtime-under-test',
    ],
    [
      'export function fetch',
      'h.mjs',
      'export const fetch = (request) => new Response(request.method)',
      'fetch',
      'GET',
    ],
    [
      'TypeScript',
      'h.ts',
      'interface Made { a: number }\nexport const handler = (): Made => ({ a: 1 as number })',
      'handler',
      '{"a":1}',
    ],
    [
      'top-level await',
      'h.mjs',
      'const word = await Promise.resolve("ready")\nexport const handler = () => word',
      'handler',
      'ready',
    ],
    [
      'a Response from a classic handler',
      'h.js',
      'exports.handler = () => new Response("web", { status: 200 })',
      'handler',
      'web',
    ],
    [
      'a file beside it, by relative path',
      'h.js',
      'exports.handler = () => require("node:fs").readFileSync("word.txt", "utf8")',
      'handler',
      'beside',
    ],
  ]

/** Before Node 22, TypeScript is made JavaScript by the build. */
const formsOf = (major: number) => FORMS.filter(([, entry]) => major >= 22 || entry !== 'h.ts')

await onEachNode(({ launcher, major }) => {
  describe('a Node function may be written as', () => {
    test.each(formsOf(major))('%s', async (_title, entry, code, method, body) => {
      await using shim = await ShimProcess.start({
        launcher,
        files: { [entry]: code, 'word.txt': 'beside' },
        entry,
        method,
        envs: { GREETING: 'ahoj' },
      })
      const answer = await call(await shim.connect(), { target: '/a?b=c' })
      expect(answer).toMatchObject({ outcome: 'ended', status: 200 })
      expect(answer.body.toString()).toBe(body)
      expect(shim.lines).toEqual([])
    })
  })

  test('what a function starts as node is the Node that it runs on itself', async () => {
    const code = `
const { execFileSync } = require("node:child_process")
exports.handler = () => execFileSync("node", ["--version"], { encoding: "utf8" }).trim() + process.version`
    await using shim = await ShimProcess.start({
      launcher,
      files: { 'h.js': code },
      entry: 'h.js',
    })
    const { body } = await call(await shim.connect())
    expect(body.toString()).toMatch(/^(v\d+\.\d+\.\d+)\1$/)
  })

  describe('a Node function that cannot serve says', () => {
    test.each([
      [
        'what it exports instead',
        'exports.a = () => 1; exports.b = () => 2',
        /exports no function "handler"; it exports a, b/,
      ],
      ['that it exports nothing', 'const handler = 1', /it exports nothing/],
      ['where the mistake is', 'exports.handler = () => {\n  retrun 1\n}', /h\.js:2/],
      ['what it threw', 'throw new Error("no database")', /no database/],
      ['what is missing', 'require("left-out")', /Cannot find module 'left-out'/],
    ])('%s, without the paths of the server', async (_title, code, message) => {
      const started = ShimProcess.start({ launcher, files: { 'h.js': code }, entry: 'h.js' })
      await expect(started).rejects.toThrow(message)
      await expect(started).rejects.not.toThrow(/lk-shim-/)
    })
  })
})
