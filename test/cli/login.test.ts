import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

let api: TestApi
let other: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  other = await startApi()
})
afterAll(async () => {
  await api?.close()
  await other?.close()
})
beforeEach(() => {
  cli = new Cli()
})
afterEach(() => {
  cli.remove()
  expect(cli.stderr).not.toContain(API_TOKEN.slice(2))
  expect(cli.stderr).not.toContain('canary')
})

const credentials = () => JSON.parse(readFileSync(cli.credentialsFile, 'utf8'))
const login = (url: string, stdin = `${API_TOKEN}\n`) => cli.run(['login', url], { stdin })

describe('login', () => {
  it('keeps a token that works, for its owner alone', async () => {
    const done = await login(api.url)
    expect(done).toMatchObject({ code: 0, stdout: '' })
    expect(done.stderr).toContain(`Logged in to ${api.url}`)
    expect(credentials()).toEqual({
      current: api.url,
      servers: { [api.url]: { token: API_TOKEN } },
    })
    expect(statSync(cli.credentialsFile).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(cli.credentialsFile)).mode & 0o777).toBe(0o700)
    expect((await cli.run(['token', 'list'])).code).toBe(0)
  })

  it('closes a file that others can read, and says so', async () => {
    await login(api.url)
    chmodSync(cli.credentialsFile, 0o644)
    const read = await cli.run(['token', 'list'])
    expect(read.code).toBe(0)
    expect(read.stderr).toContain('closed to them now')
    expect(statSync(cli.credentialsFile).mode & 0o777).toBe(0o600)
    expect((await cli.run(['token', 'list'])).stderr).toBe('')
  })

  it('keeps several servers, the last being the current one', async () => {
    await login(`${api.url}/`)
    await login(`${other.url}/cloud/`)
    expect(credentials().current).toBe(other.url)
    await cli.run(['namespace', 'create', 'other'])
    const there = async (...args: string[]) =>
      JSON.parse((await cli.run(['namespace', 'list', '--json', ...args])).stdout).count
    expect(await there()).toBe(1)
    expect(await there('--url', api.url)).toBe(0)
  })

  it('changes nothing when the server does not know the token', async () => {
    const refused = await login(api.url, '9$canary-canary-canary')
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('does not know this token')
    expect(() => statSync(cli.credentialsFile)).toThrow(/ENOENT/)
  })

  it.each(['', '\n', 'canary', 'canary$x', '1$can ary', `1$${'canary'.repeat(2000)}`])(
    'refuses %j as a token without asking the server',
    async (stdin) => {
      const refused = await cli.run(['login', 'http://127.0.0.1:1'], { stdin })
      expect(refused.code).toBe(2)
      expect(refused.stderr).toContain('That is no API token')
    },
  )

  it('does not repeat a token that was given in the place of the URL', async () => {
    const refused = await cli.run(['login', '1$canary-canary-canary'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('http:// or https://')
    expect((await cli.run(['login', api.url, '1$canary'])).code).toBe(2)
    expect((await cli.run(['login', 'http://user:canary@127.0.0.1'])).code).toBe(2)
  })

  it('warns of a server to which the token would travel unencrypted', async () => {
    const { stderr, code } = await login('http://latchkey.invalid', '1$0123456789abcdef')
    expect(stderr).toContain('is not encrypted')
    expect(code).toBe(5)
  })
})

describe('without a token', () => {
  it('the exit code is 3 and the next step is login', async () => {
    const refused = await cli.run(['key', 'list', '--url', 'http://127.0.0.1:1'])
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain('latchkey login http://127.0.0.1:1')
  })

  it('that of another server is not sent', async () => {
    await login(api.url)
    expect((await cli.run(['key', 'list', '--url', other.url])).code).toBe(3)
  })

  it('that has the right form is not accepted from the environment', async () => {
    const refused = await cli.run(['key', 'list'], { env: { LATCHKEY_TOKEN: 'canary' } })
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('LATCHKEY_TOKEN must have the form')
  })
})

describe('a login file that cannot be read', () => {
  it.each(['', '{', '[]', 'null', '{"servers":{"x":{"token":1}}}', '9$canary'])(
    'such as %j is named, not quoted',
    async (content) => {
      mkdirSync(dirname(cli.credentialsFile), { recursive: true })
      writeFileSync(cli.credentialsFile, content)
      const refused = await cli.run(['key', 'list'])
      expect(refused.code).toBe(3)
      expect(refused.stderr).toContain(cli.credentialsFile)
      expect(refused.stderr).toContain('latchkey login')
    },
  )
})
