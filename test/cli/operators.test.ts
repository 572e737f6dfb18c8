import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

const PASSWORD = 'canary horse battery'

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())
beforeEach(async () => {
  cli = new Cli()
  await cli.run(['login', api.url], { stdin: `${API_TOKEN}\n` })
})
afterEach(() => {
  cli.remove()
  expect(cli.stderr).not.toContain('canary')
})

const createUser = (email: string, ...more: string[]) =>
  cli.run(['user', 'create', '--email', email, ...more], { stdin: `${PASSWORD}\n` })
const json = async (...args: string[]) => JSON.parse((await cli.run([...args, '--json'])).stdout)

describe('user', () => {
  it('creates with a password from standard input, lists, changes and deletes', async () => {
    const everywhere = ['--role', 'viewer', '--all-projects']
    const made = await createUser('ada@example.com', '--name', 'Ada', ...everywhere)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toMatch(/roles: viewer of all projects/)
    expect((await cli.run(['user', 'list'])).stdout).toMatch(/ada@example.com +Ada +viewer/)
    const none = ['--role', 'none', '--all-projects', '--disable']
    const changed = await cli.run(['user', 'update', 'ADA@example.com', ...none])
    expect(changed.stdout).toMatch(/roles: none\nstate: disabled/)
    const other = await cli.run(['user', 'password', 'ada@example.com'], { stdin: PASSWORD })
    expect(other).toMatchObject({ code: 0, stdout: '' })
    expect((await cli.run(['user', 'delete', 'ada@example.com'])).code).toBe(0)
    expect((await cli.run(['user', 'delete', 'ada@example.com'])).code).toBe(4)
  })

  it('gives a role on one project unless it is told to on all', async () => {
    const made = await createUser('kim@example.com', '--role', 'editor', '--project', '1')
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toMatch(/roles: editor of 1\n/)
    const where = await cli.run(['user', 'update', 'kim@example.com', '--role', 'owner'])
    expect(where).toMatchObject({ code: 2 })
    expect(where.stderr).toContain('latchkey member set')
    expect((await createUser('lea@example.com', '--all-projects')).code).toBe(2)
  })

  it('says what is wrong with a password without showing it', async () => {
    const short = await cli.run(['user', 'create', '--email', 'a@example.com'], {
      stdin: 'canary\n',
    })
    expect(short).toMatchObject({ code: 2 })
    expect(short.stderr).toContain('at least 12 characters')
    const none = await cli.run(['user', 'update', '1'])
    expect(none.stderr).toContain('nothing to change')
  })
})

describe('login with an address', () => {
  it('makes a token of the person that expires, and keeps no password', async () => {
    await createUser('eve@example.com')
    expect((await cli.run(['member', 'set', 'eve@example.com', '--role', 'editor'])).code).toBe(0)
    const login = (stdin: string, ...more: string[]) =>
      cli.run(['login', api.url, '--email', 'eve@example.com', ...more], { stdin })
    const refused = await login('canary is wrong\n')
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('The e-mail address or the password is wrong.')
    expect((await login(`${PASSWORD}\n`, '--expires', '30d')).code).toBe(0)
    expect(readFileSync(cli.credentialsFile, 'utf8')).not.toContain(PASSWORD)
    expect(await json('whoami')).toMatchObject({
      kind: 'token',
      roles: [{ project_id: 1, role: 'editor' }],
      session: null,
    })
    expect((await cli.run(['whoami'])).stdout).toMatch(
      /person: +eve@example.com\nroles: +editor of 1\nexpires: 2\d{3}-/,
    )
    const users = await cli.run(['user', 'list'])
    expect(users.code).not.toBe(0)
    expect(users.stderr).toContain('This needs the role owner on all projects.')
    const sessions = await api.store.db.selectFrom('sessions').selectAll().execute()
    expect(sessions).toEqual([])
  })
})

describe('member', () => {
  it('lists, sets and takes away roles of the project', async () => {
    await createUser('zoe@example.com')
    await cli.run(['member', 'set', 'zoe@example.com', '--role', 'invoker'])
    expect((await cli.run(['member', 'list'])).stdout).toMatch(
      /zoe@example.com +invoker +this project/,
    )
    expect((await cli.run(['member', 'set', 'zoe@example.com', '--role', 'god'])).code).toBe(2)
    expect((await cli.run(['member', 'remove', 'zoe@example.com'])).code).toBe(0)
    expect((await cli.run(['member', 'list'])).stdout).not.toContain('zoe')
  })
})

describe('token create', () => {
  it('makes tokens with a role, an expiry and a description', async () => {
    const made = await json(
      ...['token', 'create', 'ci', '--role', 'editor', '--expires', '90d', '--description', 'CI'],
    )
    expect(made).toMatchObject({ roles: [{ project_id: 1, role: 'editor' }], description: 'CI' })
    expect(made.expire).toMatch(/Z$/)
    const all = await json('token', 'create', 'all', '--role', 'viewer', '--all-projects')
    expect(all).toMatchObject({ roles: [{ project_id: null, role: 'viewer' }], expire: null })
    const alone = await cli.run(['token', 'create', 'x', '--all-projects'])
    expect(alone).toMatchObject({ code: 2 })
    expect((await cli.run(['token', 'list'])).stdout).toMatch(/ci +editor of 1/)
  })
})
