import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuditLine, auditHash } from '../../src/domain/audit-line.ts'
import { auditOnly, insertAudit } from '../../src/store/audit.ts'
import { KEYS, startApi, type TestApi } from './api-harness.ts'

const AUDIT = '/cloud/v1/audit'

let api: TestApi

async function lines(url = `${AUDIT}/export`): Promise<AuditLine[]> {
  const { status, text } = await api.call('GET', url)
  expect(status).toBe(200)
  const all = text.split('\n').slice(0, -1)
  return all.map((line) => JSON.parse(line))
}

describe('the audit over the API', () => {
  let all: AuditLine[]

  beforeAll(async () => {
    api = await startApi()
    await api.createDemo()
    for (const name of ['one', 'two', 'three']) await api.call('POST', KEYS, { body: { name } })
    api.clock.advance(60_000)
    await api.call('PATCH', `${KEYS}/one`, { body: { description: 'x' } })
    await api.call('DELETE', `${KEYS}/two`)
    await api.call('POST', '/cloud/v1/projects', { body: { name: 'second' } })
    await auditOnly(
      api.store,
      { tokenId: 0, userId: 7, name: 'a@b.test', requestId: 'req_login', address: '192.0.2.9' },
      { action: 'user.logged-in', entityId: '7', entityName: 'a@b.test' },
    )
    all = await lines()
  })
  afterAll(() => api.close())

  const list = async (query: string) => (await api.call('GET', `${AUDIT}?${query}`)).json
  const numbers = (rows: readonly AuditLine[]) => rows.map((row) => row.sequence)

  it('lists the newest first, and goes on where a page ended, in both directions', async () => {
    expect(numbers(all)).toEqual(Array.from({ length: all.length }, (_, i) => i + 1))
    const first = await list('limit=3')
    expect(first.results).toEqual(all.toReversed().slice(0, 3))
    const second = await list(`limit=3&before_sequence=${first.next}`)
    expect(second.results).toEqual(all.toReversed().slice(3, 6))
    const oldest = await list('limit=2&order_by=asc')
    expect(oldest.results).toEqual(all.slice(0, 2))
    const rest = await list(`order_by=asc&after_sequence=${oldest.next}`)
    expect(rest).toEqual({ results: all.slice(2), next: null })
  })

  it('finds rows by what they tell of', async () => {
    const actions = async (query: string) =>
      (await list(query)).results.map((row: AuditLine) => `${row.action} ${row.entity_name}`)
    expect(await actions('action=key.&entity_name=one')).toEqual([
      'key.updated one',
      'key.created one',
    ])
    expect(await actions('action=key.deleted')).toEqual(['key.deleted two'])
    expect(await actions('user_id=7')).toEqual(['user.logged-in a@b.test'])
    expect(await actions('actor=a@b.test&address=192.0.2.9')).toEqual(['user.logged-in a@b.test'])
    expect(await actions('request_id=req_login')).toEqual(['user.logged-in a@b.test'])
    expect(await actions('from=2026-08-22T11:22:00Z&to=2026-08-22T11:22:00Z&token_id=1')).toEqual([
      ...['project.created second', 'key.deleted two', 'key.updated one'],
    ])
    expect(await actions('to=2026-08-22T11:21:59Z&action=key')).toHaveLength(3)
    expect(await actions('project_id=2')).toEqual(['project.created second'])
    const { entity_id: id } = (await list('action=key.deleted')).results[0]
    expect(await actions(`entity_id=${id}`)).toEqual(['key.deleted two', 'key.created two'])
    expect(await actions('action=_ey.')).toEqual([])
  })

  it('tells who, what, before, after, from where and under which request', async () => {
    const patched = await api.call('PATCH', `${KEYS}/one`, { body: { description: 'y' } })
    const [row] = (await list('limit=1')).results
    expect(row).toMatchObject({
      ...{ action: 'key.updated', token_id: 1, user_id: 0, project_id: 1, region_id: 1 },
      ...{ request_id: patched.headers['x-request-id'], address: '127.0.0.1' },
      ...{ before: { description: 'x' }, after: { description: 'y' } },
    })
    expect(row.actor).not.toBe('')
  })

  it('exports a part that is asked for', async () => {
    expect(await lines(`${AUDIT}/export?after_sequence=2&before_sequence=5`)).toEqual(
      all.slice(2, 4),
    )
    expect(await lines(`${AUDIT}/export?action=nothing`)).toEqual([])
  })

  it('refuses what it does not understand', async () => {
    for (const query of ['limit=0', 'from=yesterday', 'order_by=up', 'after_sequence=-1']) {
      expect((await api.call('GET', `${AUDIT}?${query}`)).status).toBe(400)
    }
    expect((await api.call('GET', `${AUDIT}/verify?head=1:x`)).status).toBe(400)
    expect((await api.call('GET', `${AUDIT}/verify?after_sequence=99999`)).json).toMatchObject({
      ...{ status: 400, code: 'invalid_parameter', message: 'The log has no row 99999 yet.' },
    })
  })

  it('is verified whole or in parts, against a head that was noted', async () => {
    const { json: whole } = await api.call('GET', `${AUDIT}/verify`)
    const { length } = await lines()
    expect(whole).toMatchObject({ ok: true, rows: length, next: null, reason: null })
    const part = await api.call('GET', `${AUDIT}/verify?limit=4`)
    expect(part.json).toMatchObject({
      ...{ ok: true, rows: 4, next: 4, head: { sequence: 4, hash: all[3]!.hash } },
    })
    const rest = await api.call('GET', `${AUDIT}/verify?after_sequence=4&limit=1000`)
    expect(rest.json).toEqual({ ...whole, rows: length - 4 })
    const noted = `${whole.head.sequence}:${whole.head.hash}`
    expect((await api.call('GET', `${AUDIT}/verify?head=${noted}`)).json).toEqual(whole)
    const other = `3:${'0'.repeat(64)}`
    expect((await api.call('GET', `${AUDIT}/verify?head=${other}`)).json).toMatchObject({
      ...{ ok: false, rows: 2, sequence: 3, reason: 'head' },
    })
  })
})

describe('user actions', () => {
  beforeAll(async () => {
    api = await startApi()
    await api.createDemo()
    await api.taskEnd(await api.createFunction('hello'))
    await api.call('POST', KEYS, { body: { name: 'partner' } })
    await api.call('DELETE', `${KEYS}/partner`)
    await auditOnly(
      api.store,
      { tokenId: 0, userId: 7, name: 'a@b.test', requestId: 'req_login', address: '192.0.2.9' },
      { action: 'user.logged-in', entityId: '7', entityName: 'a@b.test' },
    )
  })
  afterAll(() => api.close())

  const list = async (query = '') => (await api.call('GET', `/cloud/v1/user_actions?${query}`)).json

  it('has the shape of the provider, with the task that the request began', async () => {
    const { results } = await list('api_group=faas_function&order_by=asc')
    const tasks = (await api.call('GET', '/cloud/v1/tasks?task_type=create_faas_function')).json
    expect(results[0]).toMatchObject({
      ...{ acknowledged: false, action_type: 'create', api_group: 'faas_function', client_id: 1 },
      ...{ email: null, is_complete: true, issued_by_user_id: null, project_id: 1, region_id: 1 },
      ...{
        source_user_ip: '127.0.0.1',
        timestamp: '2026-08-22T11:21:00Z',
        token_id: 1,
        user_id: 1,
      },
      ...{ total_price: null, user_agent: null, task_id: tasks.results[0].id },
      action_data: { action: 'function.created', before: null },
      resources: [{ resource_type: 'faas_function', search_field: 'demo/hello' }],
    })
    expect(results[0].resources[0].resource_body).toEqual(results[0].action_data.after)
    expect(results[1]).toMatchObject({ action_type: 'rebuild', task_id: tasks.results[0].id })
  })

  it('are found as there', async () => {
    const types = async (query: string) =>
      (await list(query)).results.map(
        (one: { action_type: string; api_group: string }) => `${one.action_type} ${one.api_group}`,
      )
    expect(await types('api_group=faas_key')).toEqual(['delete faas_key', 'create faas_key'])
    expect(await types('api_group=faas_key&api_group=user&action_type=start')).toEqual([
      'start user',
    ])
    expect(await types('search_field=partner&sorting=asc')).toEqual([
      ...['create faas_key', 'delete faas_key'],
    ])
    expect(await types('source_user_ips=192.0.2.9')).toEqual(['start user'])
    expect(await types('region_id=2')).toEqual([])
    expect(await types('user_agents=curl')).toEqual([])
    expect(await types('to_timestamp=2026-08-22T11:20:59Z')).toEqual([])
    expect((await api.call('GET', '/cloud/v1/user_actions?action_type=reboot')).status).toBe(400)
  })

  it('count all that was found before paging', async () => {
    const all = await list()
    expect(all.results).toHaveLength(all.count)
    expect(await list('limit=1&offset=1')).toEqual({ ...all, results: all.results.slice(1, 2) })
  })
})

describe('a log that was tampered with', () => {
  beforeEach(async () => {
    api = await startApi()
    for (let i = 0; i < 8; i++) await auditOnly(api.store, ACTOR, entry(`row ${i}`))
    return () => api.close()
  })

  const ACTOR = { tokenId: 1, userId: 0, name: 'ci', requestId: 'r', address: 'a' }
  const entry = (name: string) =>
    ({ action: 'key.created', entityId: 'k', entityName: name, after: { name } }) as const

  /** By hand, in the database, as who has its file can. */
  async function tamper(...statements: string[]): Promise<void> {
    for (const name of ['audit_no_update', 'audit_no_delete', 'audit_no_replace']) {
      await sql.raw(`drop trigger ${name}`).execute(api.store.db)
    }
    for (const statement of statements) await sql.raw(statement).execute(api.store.db)
  }
  async function fault(query = '') {
    const { ok, sequence, reason, message } = (await api.call('GET', `${AUDIT}/verify${query}`))
      .json
    return ok ? 'ok' : { sequence, reason, message }
  }
  /** Writes a row anew with a hash that fits it. */
  async function rewrite(sequence: number, changes: Partial<AuditLine>): Promise<void> {
    const line = (await lines())[sequence - 1]!
    const { hash: _, ...changed } = { ...line, ...changes }
    await tamper(
      `update audit set entity_name = '${changed.entity_name}', hash = '${auditHash(changed)}'
       where sequence = ${sequence}`,
    )
  }

  it('is right before', async () => expect(await fault()).toBe('ok'))

  it.each([
    `entity_name = 'row X'`,
    `"after" = '{"name":"row Y"}'`,
    `"after" = "after" || ' '`,
    `"after" = '{'`,
    `"after" = null`,
    'at_ms = at_ms + 1',
    'at_ms = at_ms + 0.5',
    'at_ms = 1e300',
    'user_id = 1',
    'revision = 1',
    `hash = upper(hash)`,
    `previous_hash = '${'0'.repeat(64)}'`,
  ])('is found out by a row with %s, and goes on being listed', async (change) => {
    await tamper(`update audit set ${change} where sequence = 5`)
    expect(await fault()).toMatchObject({ sequence: 5, reason: 'hash' })
    expect((await lines()).map((row) => row.sequence)).toContain(5)
  })

  it('is found out by a row that was written anew, hash and all', async () => {
    await rewrite(5, { entity_name: 'row X' })
    expect(await fault()).toEqual({
      ...{ sequence: 5, reason: 'link' },
      message: 'Row 5 was replaced: the row after it was chained to another one.',
    })
  })

  it('is found out by a newest row that was written anew', async () => {
    const { length } = await lines()
    await rewrite(length, { entity_name: 'row X' })
    expect(await fault()).toMatchObject({ sequence: length, reason: 'head' })
  })

  it('is found out by a row that is gone', async () => {
    await tamper('delete from audit where sequence = 5')
    expect(await fault()).toEqual({
      ...{ sequence: 5, reason: 'gap', message: 'Row 5 is missing.' },
    })
    expect(await fault('?after_sequence=5')).toMatchObject({ sequence: 5, reason: 'gap' })
  })

  it('is found out by two rows that were swapped', async () => {
    await tamper(
      'update audit set sequence = -1 where sequence = 5',
      'update audit set sequence = 5 where sequence = 6',
      'update audit set sequence = 6 where sequence = -1',
    )
    expect(await fault()).toMatchObject({ sequence: 5, reason: 'hash' })
  })

  it('is found out by a row that the server did not write, at either end', async () => {
    const all = await lines()
    const last = all.at(-1)!
    const forged = { ...last, sequence: last.sequence + 1, previous_hash: last.hash }
    const { hash: _, ...hashed } = forged
    await tamper(
      'create table forged as select * from audit where sequence = (select max(sequence) from audit)',
      `update forged set sequence = sequence + 1, previous_hash = hash, hash = '${auditHash(hashed)}'`,
      'insert into audit select * from forged',
    )
    expect(await fault()).toMatchObject({ sequence: forged.sequence, reason: 'forged' })
    await sql.raw('update audit set sequence = 0 where sequence = 1').execute(api.store.db)
    expect(await fault()).toMatchObject({ sequence: 0, reason: 'order' })
  })

  it('is found out when its end was cut off, also with the head, against one that was noted', async () => {
    const all = await lines()
    const noted = all.at(-2)!
    const left = all.at(-4)!
    await tamper(`delete from audit where sequence > ${left.sequence}`)
    expect(await fault()).toMatchObject({ sequence: left.sequence + 1, reason: 'cut' })
    await sql
      .raw(`update audit_head set sequence = ${left.sequence}, hash = '${left.hash}'`)
      .execute(api.store.db)
    expect(await fault()).toBe('ok')
    expect(await fault(`?head=${noted.sequence}:${noted.hash}`)).toMatchObject({
      ...{ sequence: left.sequence + 1, reason: 'cut' },
    })
  })

  it('is found out when all of it was written anew, against a head that was noted', async () => {
    const noted = (await lines()).at(-1)!
    await tamper(
      'delete from audit',
      `update audit_head set sequence = 0, hash = '${'0'.repeat(64)}'`,
    )
    for (let i = 0; i < 20; i++) await auditOnly(api.store, ACTOR, entry(`other ${i}`))
    expect(await fault()).toBe('ok')
    expect(await fault(`?head=${noted.sequence}:${noted.hash}`)).toMatchObject({
      ...{ sequence: noted.sequence, reason: 'head' },
    })
  })
})

describe('the export of a long log', () => {
  const ROWS = 3_000

  beforeAll(async () => {
    api = await startApi()
    const actor = { tokenId: 1, userId: 0, name: 'ci', requestId: 'r', address: 'a' }
    await api.store.db.transaction().execute(async (trx) => {
      for (let i = 0; i < ROWS; i++) {
        const entry = { action: 'key.created', entityId: `k${i}`, entityName: `key ${i}` } as const
        const after = { description: 'x'.repeat(300) }
        await insertAudit(trx, { revision: null, nowMs: 5, actor }, { ...entry, after })
      }
    })
    await api.app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => api.close())

  const get = () => {
    const { port } = api.app.server.address() as AddressInfo
    const headers = { authorization: `apikey ${api.token}` }
    return request({ host: '127.0.0.1', port, path: `${AUDIT}/export`, headers }).end()
  }

  it('has every row, and ends though more is written meanwhile', async () => {
    const [response] = await once(get(), 'response')
    let text = ''
    for await (const chunk of response) {
      text += chunk
      await api.call('POST', '/cloud/v1/projects', { body: { name: `p${text.length}` } })
    }
    const rows: AuditLine[] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.length).toBeGreaterThanOrEqual(ROWS)
    expect(rows.at(-1)!.sequence).toBe(rows.length)
  })
})
