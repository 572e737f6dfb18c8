import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

const run = (...args: string[]) => cli.run(['notification', ...args])

describe('notification', () => {
  it('list says that there is nothing', async () => {
    expect(await run('list')).toMatchObject({ code: 0, stdout: '' })
    expect(cli.stderr).toContain('There are no such notifications.')
  })

  it('list shows what happened, and read takes it off the unread', async () => {
    for (const name of ['partner', 'other']) await cli.run(['key', 'create', name])
    await cli.run(['key', 'delete', 'other', '--yes'])
    const listed = await run('list')
    const [head, ...rows] = listed.stdout.trimEnd().split('\n')
    expect(head).toMatch(/^ID +TIME \(UTC\) +TYPE +NOTIFICATION$/)
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatch(/^3 +\* +\S+Z +key\.deleted +Key other was deleted$/)
    expect(listed.stderr).toContain('3 unread (*)')
    expect((await run('read', '3', '1')).stderr).toBe('1 unread.\n')
    const unread = await run('list', '--unread')
    expect(unread.stdout.trimEnd().split('\n').slice(1)).toEqual([rows[1]])
    expect((await run('list', '--type', 'key.deleted', 'key.leaked')).stdout).toContain('3 ')
    const all = await run('read', '--all', '--json')
    expect(JSON.parse(all.stdout)).toEqual({ unread: 0 })
    const { count, unread: left, results } = JSON.parse((await run('list', '--json')).stdout)
    expect([count, left, results.length]).toEqual([3, 0, 3])
  })

  it('read wants to know which', async () => {
    for (const args of [[], ['1', '--all'], ['first']]) {
      const { code, stderr } = await run('read', ...args)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^next: /m)
    }
  })
})
