import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

let api: TestApi
let cli: Cli
beforeAll(async () => {
  api = await startApi('http://127.0.0.1:9')
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
  writeFileSync(join(cli.home, 'handler.js'), "module.exports = { handler: () => 'hello' }\n")
  await cli.run(['namespace', 'create', 'shop'])
  await cli.run(['function', 'create', 'shop/price', '--file', 'handler.js'])
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

async function json(...args: string[]) {
  const { stdout, stderr, code } = await cli.run([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('a key', () => {
  it('loses no label when several are added at the same moment', async () => {
    await json('key', 'create', 'busy')
    const names = ['first', 'second', 'third', 'fourth']
    await Promise.all(names.map((name) => json('key', 'update', 'busy', '--label', `${name}=yes`)))
    const { labels } = await json('key', 'get', 'busy')
    expect(Object.keys(labels).sort()).toEqual([...names].sort())
  })

  it('is made with labels, times and limits, shown with them, and changed in each', async () => {
    const made = await json(
      ...['key', 'create', 'web', '--function', 'shop/price:get:/a', '--namespace', 'shop:POST'],
      ...['--label', 'env=prod', '--label', 'team=x', '--not-before', '2099-01-01', '--disabled'],
    )
    expect(made).toMatchObject({
      labels: { env: 'prod', team: 'x' },
      not_before: '2099-01-01T00:00:00Z',
      disabled: true,
      functions: [{ namespace: 'shop', name: 'price', methods: ['GET'], paths: ['/a'] }],
      namespaces: [{ name: 'shop', methods: ['POST'], paths: [] }],
    })
    const { stdout } = await cli.run(['key', 'get', 'web'])
    expect(stdout).toMatch(/^labels: +env=prod, team=x$/m)
    expect(stdout).toMatch(/^status: +Disabled$/m)
    expect(stdout).toMatch(/^not before: +2099-01-01T00:00:00Z$/m)
    expect(stdout).toMatch(/^opens: +shop\/price:GET:\/a, shop\/\*:POST$/m)

    const changed = await json(
      ...['key', 'update', 'web', '--name', 'web-eu', '--label', 'env=test', '--remove-label'],
      ...['team', '--not-before', 'always', '--add-function', 'shop/price', '--remove-namespace'],
      'shop',
    )
    expect(changed).toMatchObject({
      id: made.id,
      name: 'web-eu',
      labels: { env: 'test' },
      not_before: null,
      functions: [{ namespace: 'shop', name: 'price' }],
      namespaces: [],
    })
    const wrong = await cli.run(['key', 'update', 'web-eu', '--remove-label', 'team'])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('has no label team')
  })

  it('is found by what it is', async () => {
    await json('key', 'create', 'found', '--label', 'team=pay', '--function', 'shop/price')
    const names = async (...args: string[]) =>
      (await json('key', 'list', ...args)).results.map((key: { name: string }) => key.name)
    expect(await names('--label', 'team=pay')).toEqual(['found'])
    expect(await names('--label', 'team', '--status', 'Disabled')).toEqual([])
    expect(await names('--function', 'shop/price', '--status', 'Active')).toEqual(['found'])
    expect(await names('--order-by', 'last_used_at.desc', '--search', 'foun')).toEqual(['found'])
  })

  it('is switched off and on, with word of its last use', async () => {
    await json('key', 'create', 'switched')
    const off = await cli.run(['key', 'disable', 'switched'])
    expect(off).toMatchObject({ code: 0, stdout: '' })
    expect(off.stderr).toContain('no function opens with it until it is enabled')
    expect(off.stderr).toContain('No use of it is known')
    expect((await cli.run(['key', 'enable', 'switched'])).stderr).toContain('its status is Active')
  })

  it('is deleted, listed and brought back by its name, by its id where names are not enough', async () => {
    const first = await json('key', 'create', 'twice')
    const deleted = await cli.run(['key', 'delete', 'twice'])
    expect(deleted.stderr).toContain('`latchkey key restore twice` undoes this')
    await json('key', 'create', 'twice')
    await cli.run(['key', 'delete', 'twice'])
    const { stdout } = await cli.run(['key', 'deleted', '--search', 'twice'])
    expect(stdout).toMatch(/^KEY +ID +DELETED +BY +CAN COME BACK +HINT\n/)
    expect(stdout.match(/^twice +\S+ +\d{4}-.* until \d{4}-.* \(in \d+ days\) /gm)).toHaveLength(2)
    const unclear = await cli.run(['key', 'restore', 'twice'])
    expect(unclear.code).toBe(2)
    expect(unclear.stderr).toContain('give the id of one')
    const back = await cli.run(['key', 'restore', first.id, '--name', 'first'])
    expect(back.code).toBe(0)
    expect(back.stdout).toContain(first.id)
    expect((await json('key', 'restore', 'twice')).name).toBe('twice')
    expect((await cli.run(['key', 'restore', 'nobody'])).code).toBe(4)
  })

  it('that leaked does not come back, and is forgotten when that is wanted', async () => {
    await json('key', 'create', 'leaked')
    const deleted = await cli.run(['key', 'delete', 'leaked', '--leaked'])
    expect(deleted.stderr).not.toContain('restore')
    const refused = await cli.run(['key', 'restore', 'leaked'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('latchkey key create')
    expect((await cli.run(['key', 'deleted'])).stdout).toMatch(/^leaked .* no, it leaked/m)
    expect((await cli.run(['key', 'purge', 'leaked', '--yes'])).code).toBe(0)
    expect((await cli.run(['key', 'deleted', '--search', 'leaked'])).stdout).toBe('')
  })

  it("follows its project's policy, which is shown and changed", async () => {
    const shown = await cli.run(['key', 'settings'])
    expect(shown.stdout).toMatch(/^longest life: +any$/m)
    const changed = await json(
      ...['key', 'settings', '--life-days-max', '30', '--must-expire', 'yes', '--notice-days'],
      ...['7,30', '--unused-days', '0', '--notice-email', 'ops@example.com'],
    )
    expect(changed).toEqual({
      key_life_days_max: 30,
      keys_must_expire: true,
      notice_days: [30, 7],
      unused_days: 0,
      notice_emails: ['ops@example.com'],
    })
    const refused = await cli.run(['key', 'create', 'endless'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('next: See `latchkey key settings`.')
    expect((await cli.run(['key', 'create', 'brief', '--expire', '30d'])).code).toBe(0)
    const back = ['--life-days-max', 'any', '--must-expire', 'no', '--notice-email', 'none']
    expect(await json('key', 'settings', ...back, '--notice-days', 'none')).toMatchObject({
      key_life_days_max: null,
      keys_must_expire: false,
      notice_days: [],
      notice_emails: [],
    })
    expect((await cli.run(['key', 'settings', '--notice-days', '1,x'])).code).toBe(2)
  })
})
