import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
  await cli.run(['namespace', 'create', 'shop'])
  await write(1)
  const made = await cli.run(['function', 'create', 'shop/price', '--file', 'handler.js', '--open'])
  expect(made.code).toBe(0)
  await write(2)
  const args = ['function', 'update', 'shop/price', '--file', 'handler.js', '--env', 'A=hidden']
  const updated = await cli.run(args)
  expect(updated.code).toBe(0)
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

async function write(number: number) {
  writeFileSync(join(cli.home, 'handler.js'), `exports.handler = () => ${number}\n`)
}

describe('function versions', () => {
  it('are listed, newest first, with the one that serves', async () => {
    const { stdout, code } = await cli.run(['function', 'versions', 'shop/price'])
    expect(code).toBe(0)
    const [head, second, first] = stdout.split('\n')
    expect(head).toMatch(/^VERSION +DEPLOYED +STATE +RUNTIME +FLAVOR +BUILT +BY$/)
    expect(second).toMatch(/^2 +\S+Z +serves +nodejs/)
    expect(first).toMatch(/^1 +\S+Z +nodejs/)
    const { stdout: json } = await cli.run(['function', 'versions', 'shop/price', '--json'])
    expect(JSON.parse(json)).toMatchObject({ count: 2, results: [{ number: 2 }, { number: 1 }] })
  })
})

describe('function diff', () => {
  it('shows code line by line and the environment by names', async () => {
    const { stdout, stderr, code } = await cli.run(['function', 'diff', 'shop/price'])
    expect(code).toBe(0)
    expect(stderr).toContain('from version 1 to version 2')
    expect(stdout).toBe(
      [
        'environment: + A',
        '--- a/code_text',
        '+++ b/code_text',
        '@@ -1,1 +1,1 @@',
        '-exports.handler = () => 1',
        '+exports.handler = () => 2',
        '',
      ].join('\n'),
    )
    const back = await cli.run(['function', 'diff', 'shop/price', '1', '2'])
    expect(back.stdout).toContain('environment: - A')
    const equal = await cli.run(['function', 'diff', 'shop/price', '2', '2'])
    expect(equal.stderr).toContain('They are equal.')
  })

  it('says that there is nothing before the first version', async () => {
    const { stderr, code } = await cli.run(['function', 'diff', 'shop/price', '1'])
    expect(code).toBe(4)
    expect(stderr).toContain('Before version 1 of shop/price none is kept')
  })
})

describe('function rollback', () => {
  it('puts the version before to work, or the one that is named', async () => {
    const back = await cli.run(['function', 'rollback', 'shop/price'])
    expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/^http:\S+\n$/) })
    expect(back.stderr).toContain('Putting version 1 of shop/price to work again.')
    // Its own lines are followed only while it lasts, and it may be over before the first look.
    expect(back.stderr).toContain('shop/price is deployed')
    const named = await cli.run(['function', 'rollback', 'shop/price', '2'])
    expect(named.code).toBe(0)
    const { stdout } = await cli.run(['function', 'versions', 'shop/price', '--limit', '1'])
    expect(stdout).toMatch(/^4 .* serves, back to 2 /m)
    const missing = await cli.run(['function', 'rollback', 'shop/price', '77'])
    expect(missing.code).toBe(4)
  })
})

describe('a build that fails', () => {
  it('shows its lines as they come, and the sentence once', async () => {
    writeFileSync(join(cli.home, 'broken.js'), 'exports.handler = (\n')
    const args = ['function', 'update', 'shop/price', '--file', 'broken.js']
    const { stderr, code } = await cli.run(args)
    expect(code).toBe(1)
    expect(stderr).toContain('handler.js:2\nSyntaxError: Unexpected end of input')
    expect(stderr.match(/The code does not compile/g)).toHaveLength(1)
    expect(stderr).toMatch(/^error: The code does not compile: SyntaxError.* at handler\.js:\d/m)
  })
})
