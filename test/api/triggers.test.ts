import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FUNCTIONS, startApi, type TestApi } from './api-harness.ts'

const TRIGGERS = `${FUNCTIONS}/hello/triggers`
const CALLS = `${FUNCTIONS}/hello/calls`
const UNKNOWN = `call_${'0'.repeat(27)}`

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.createFunction('hello')
})
afterAll(() => api.close())

describe('triggers of a function', () => {
  it('are created with what they say and defaults for the rest', async () => {
    const body = { name: 'nightly', schedule: '30 2 * * *', timezone: 'Europe/Vienna' }
    const created = await api.call('POST', TRIGGERS, { body })
    expect(created.status).toBe(201)
    expect(created.json).toMatchObject({
      ...body,
      method: 'POST',
      path: '/',
      headers: {},
      body: null,
      enabled: true,
      // It is summer there.
      next_run_at: '2026-08-23T00:30:00Z',
      last_run: null,
    })
    expect((await api.call('GET', TRIGGERS)).json).toEqual({ count: 1, results: [created.json] })
    expect((await api.call('GET', `${TRIGGERS}/nightly`)).json).toEqual(created.json)
  })

  it('are changed in what is said, and deleted', async () => {
    const url = `${TRIGGERS}/hourly`
    await api.call('POST', TRIGGERS, { body: { name: 'hourly', schedule: '0 * * * *' } })
    const patched = await api.call('PATCH', url, { body: { method: 'GET', path: '/x?y=1' } })
    expect(patched.json).toMatchObject({ method: 'GET', path: '/x?y=1', schedule: '0 * * * *' })
    expect((await api.call('PATCH', url, { body: { enabled: false } })).json).toMatchObject({
      enabled: false,
      next_run_at: null,
    })
    expect((await api.call('DELETE', url)).status).toBe(204)
    expect((await api.call('GET', url)).status).toBe(404)
  })

  it('are refused by field', async () => {
    for (const [field, value] of [
      ['schedule', 'now and then'],
      ['timezone', 'Mars/Olympus'],
      ['method', 'BREW'],
      ['path', 'work'],
      ['path', '/a#b'],
      ['headers', { authorization: 'x' }],
    ] as const) {
      const body = { name: 'wrong', schedule: '0 * * * *', [field]: value }
      const { status, json } = await api.call('POST', TRIGGERS, { body })
      expect([status, json.code]).toEqual([400, 'invalid_body'])
      expect(json.errors[0].field).toMatch(new RegExp(`^${field}`))
    }
  })

  it('are answered the same when the request is repeated', async () => {
    const options = {
      body: { name: 'once', schedule: '0 0 1 1 *' },
      headers: { 'idempotency-key': 'a-trigger' },
    }
    const first = await api.call('POST', TRIGGERS, options)
    const again = await api.call('POST', TRIGGERS, options)
    expect([again.status, again.json]).toEqual([201, first.json])
    expect((await api.call('POST', `${TRIGGERS}/once/run`)).json.call_id).toMatch(/^call_/)
    // There is no data node that could take it.
    expect((await api.call('GET', `${TRIGGERS}/once`)).json.last_run).toMatchObject({
      state: 'claimed',
    })
  })

  it('are left in the audit without what they send', async () => {
    const body = {
      name: 'audited',
      schedule: '0 0 1 1 *',
      headers: { 'x-a': 'value-of-a' },
      body: 'the-body',
    }
    await api.call('POST', TRIGGERS, { body })
    const rows = await api.store.db.selectFrom('audit').selectAll().execute()
    const row = rows.find(({ entity_name }) => entity_name === 'demo/hello/audited')
    expect(row).toMatchObject({ action: 'trigger.created' })
    expect(JSON.stringify(rows)).not.toMatch(/value-of-a|the-body/)
  })
})

describe('asynchronous calls of a function', () => {
  it('are none without a data node', async () => {
    expect((await api.call('GET', `${CALLS}?state=dead`)).json).toEqual({ count: 0, results: [] })
    expect((await api.call('GET', `${CALLS}?state=lost`)).status).toBe(400)
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/retry'],
    ] as const) {
      expect((await api.call(method, `${CALLS}/${UNKNOWN}${path}`)).status).toBe(404)
    }
  })
})
