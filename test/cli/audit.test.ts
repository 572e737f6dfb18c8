import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuditLine, auditHash } from '../../src/domain/audit-line.ts'
import { auditOnly } from '../../src/store/audit.ts'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

const PYTHON = spawnSync('python3', ['--version']).status === 0

let api: TestApi
let cli: Cli
let rows: AuditLine[]
let head: string

const verify = (...args: string[]) => cli.run(['audit', 'verify', ...args])

/** Writes an export with what was done to it. */
function write(changed: readonly unknown[]): void {
  const text = changed.map((row) => `${JSON.stringify(row)}\n`).join('')
  writeFileSync(join(cli.home, 'changed.jsonl'), text)
}

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
  await cli.run(['namespace', 'create', 'shop'])
  await cli.run([
    'key',
    'create',
    'partner',
    '--description',
    'caf\u00e9 \u2028 "quoted" \\ \u{1f511}',
  ])
  await cli.run(['key', 'update', 'partner', '--expire', '2040-01-01'])
  await cli.run(['key', 'delete', 'partner', '--yes'])
  const { code, stdout, stderr } = await cli.run(['audit', 'export'])
  expect(code).toBe(0)
  writeFileSync(join(cli.home, 'audit.jsonl'), stdout)
  rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(stderr).toBe(`${rows.length} rows.\n`)
  const last = rows.at(-1)!
  head = `${last.sequence}:${last.hash}`
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

describe('the audit on the command line', () => {
  it('lists who did what, the newest first', async () => {
    const { stdout } = await cli.run(['audit', 'list', '--action', 'key.'])
    expect(stdout.split('\n')[0]).toMatch(/^ROW +TIME \(UTC\) +ACTION +NAME +WHO +ADDRESS$/)
    const told = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/).slice(2, 4))
    expect(told).toEqual([
      ['key.deleted', 'partner'],
      ['key.updated', 'partner'],
      ['key.created', 'partner'],
    ])
    const one = await cli.run([
      'audit',
      'list',
      '--name',
      'partner',
      '--limit',
      '1',
      '--oldest-first',
    ])
    expect(one.stdout).toMatch(/key\.created/)
    expect(one.stderr).toMatch(/^There may be more: --after \d+\.\n$/)
    const none = await cli.run(['audit', 'list', '--name', 'nobody'])
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing was found.\n' })
  })

  it('shows what a row found and what it left', async () => {
    const { sequence } = rows.find((row) => row.action === 'key.updated')!
    const { stdout } = await cli.run(['audit', 'get', String(sequence)])
    expect(stdout).toMatch(/^who: +LATCHKEY_ADMIN_TOKEN \(token 9\)$/m)
    expect(stdout).toMatch(/^ {2}expire: null -> "2040-01-01T00:00:00Z"$/m)
    expect((await cli.run(['audit', 'get', '99999'])).code).toBe(4)
  })

  it('verifies the server, and prints the head to be noted', async () => {
    const { code, stdout } = await verify()
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${rows.length} rows, 1 to ${rows.length}, are as they were written.\nhead: ${head}\n`,
    })
    expect((await verify('--head', head)).code).toBe(0)
    const other = await verify('--head', `2:${'0'.repeat(64)}`)
    expect(other.code).toBe(1)
    expect(other.stderr).toMatch(/^error: Row 2 is not the one that was noted/)
    expect(await verify('--head', '2')).toMatchObject({ code: 2 })
  })

  it('verifies an export without a server', async () => {
    const away = { env: { LATCHKEY_URL: 'http://127.0.0.1:1', LATCHKEY_TOKEN: '' } }
    const file = await cli.run(['audit', 'verify', '--file', 'audit.jsonl', '--head', head], away)
    expect({ code: file.code, stdout: file.stdout }).toEqual({
      code: 0,
      stdout: `${rows.length} rows, 1 to ${rows.length}, are as they were written.\nhead: ${head}\n`,
    })
    const stdin = readFileSync(join(cli.home, 'audit.jsonl'), 'utf8')
    const piped = await cli.run(['audit', 'verify', '--file', '-', '--json'], { ...away, stdin })
    expect(JSON.parse(piped.stdout)).toMatchObject({ ok: true, rows: rows.length, reason: null })
    write(rows.slice(2))
    const part = await verify('--file', 'changed.jsonl')
    expect(part.stderr).toBe('Whether the rows before 3 are, this does not tell.\n')
    expect((await verify('--file', 'nothing.jsonl')).code).toBe(2)
  })

  it.each<[string, (rows: AuditLine[]) => unknown[], RegExp]>([
    [
      'a byte',
      (all) => all.with(2, { ...all[2]!, entity_name: 'partneR' }),
      /^error: Row 3 is not as it/,
    ],
    ['a row that is gone', (all) => all.toSpliced(2, 1), /^error: Row 3 is missing\.$/m],
    [
      'two that were swapped',
      (all) => all.with(2, all[3]!).with(3, all[2]!),
      /^error: Row 3 is missing/,
    ],
    [
      'one that is there twice',
      (all) => all.toSpliced(2, 0, all[1]!),
      /^error: Row 2 is out of order/,
    ],
    [
      'half a row',
      (all) => [...all, 'x'],
      /^error: What follows row \d+ is not a row of the audit/,
    ],
    [
      'one that was written anew',
      (all) => {
        const { hash: _, ...changed } = { ...all[2]!, actor: 'nobody' }
        return all.with(2, { ...changed, hash: auditHash(changed) })
      },
      /^error: Row 3 was replaced/,
    ],
    [
      'a forged one at the end',
      (all) => [...all, { ...all.at(-1)!, sequence: all.length + 1 }],
      /is not as it was/,
    ],
    ['a cut end', (all) => all.slice(0, -1), /^error: Row \d+ is missing, and all after it/],
  ])('finds %s in an export', async (_, change, expected) => {
    write(change(rows))
    const { code, stderr } = await verify('--file', 'changed.jsonl', '--head', head)
    expect(code).toBe(1)
    expect(stderr).toMatch(expected)
  })

  it.runIf(PYTHON)('is verified by the script of the documentation too', () => {
    const page = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8')
    const [, script] = /```python\n(.*?)```/s.exec(page) ?? []
    writeFileSync(join(cli.home, 'verify.py'), script!)
    const run = (file: string) => {
      const { stdout, stderr, status } = spawnSync('python3', ['verify.py', file], {
        cwd: cli.home,
      })
      return { status, out: String(stdout), error: String(stderr) }
    }
    expect(run('audit.jsonl')).toEqual({ status: 0, out: `head: ${head}\n`, error: '' })
    write(rows.with(2, { ...rows[2]!, address: '' }))
    expect(run('changed.jsonl').error).toBe('row 3 is not as it was written\n')
    write(rows.toSpliced(2, 1))
    expect(run('changed.jsonl').error).toBe('row 4 does not follow the row before it\n')
  })

  it('names the first bad row of the server', async () => {
    await sql.raw('drop trigger audit_no_update').execute(api.store.db)
    await sql.raw("update audit set actor = 'nobody' where sequence = 3").execute(api.store.db)
    await auditOnly(
      api.store,
      { tokenId: 1, userId: 0, name: 'ci', requestId: 'r', address: 'a' },
      { action: 'key.created', entityId: 'k', entityName: 'k' },
    )
    const { code, stderr } = await verify()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: Row 3 is not as it was written: its members do not give its hash\.\nnext: 2 rows/,
    )
    const json = await verify('--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      rows: 2,
      sequence: 3,
      reason: 'hash',
    })
  })
})
