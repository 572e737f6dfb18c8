import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

const DAY_MS = 86_400_000

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
  await cli.run(['key', 'create', 'partner'])
  await cli.run(['key', 'create', 'off', '--expire', '2040-01-01'])
  await cli.run(['key', 'disable', 'off'])
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

describe('the review of keys on the command line', () => {
  it('has a line for each finding, and counts what it left out', async () => {
    const before = Date.now() - 100 * DAY_MS
    await sql`update keys set created_at_ms = ${before} where name = 'partner'`.execute(
      api.store.db,
    )
    const { code, stdout, stderr } = await cli.run(['key', 'review'])
    const day = new Date(before).toISOString().slice(0, 10)
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout:
        'KEY      FINDING        WHAT\n' +
        `partner  never_used     It was never used, and could be since ${day}.\n` +
        '         opens_nothing  It opens no function.\n' +
        '         never_expires  It never expires.\n',
      stderr: 'Not looked at: 1 disabled and 0 expired keys; see --kind disabled expired.\n',
    })
  })

  it('looks at what is asked for', async () => {
    const kinds = await cli.run(['key', 'review', '--kind', 'disabled', 'never_expires'])
    expect(kinds.stdout).toMatch(/^partner +never_expires .*\noff +disabled /m)
    const nothing = await cli.run(['key', 'review', '--kind', 'unused', '--days', '7'])
    expect(nothing).toMatchObject({ code: 0, stdout: '' })
    expect(nothing.stderr).toMatch(/^Nothing was found of the last 7 days\.$/m)
    const json = await cli.run(['key', 'review', '--json', '--days', '200', '--limit', '1'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ count: 1, days: 200, ended: { disabled: 1, expired: 0 } },
      results: [{ key: { name: 'partner' }, findings: [{ kind: 'opens_nothing' }, {}] }],
    })
    expect((await cli.run(['key', 'review', '--kind', 'odd'])).code).toBe(2)
  })
})
