import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostRule } from '../../src/domain/webhook-hosts.ts'
import { startReceiver, type WebhookReceiver } from '../helpers/webhook-receiver.ts'
import { KEYS, startApi, type TestApi } from './api-harness.ts'

const WEBHOOKS = '/cloud/v1/faas/webhooks/1'
const MAILS = '/cloud/v1/faas/mails/1'

let api: TestApi
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await startReceiver()
  api = await startApi({ deps: { webhookHosts: hostRule(['127.0.0.0/8']) } })
})
afterAll(async () => {
  await api.close()
  await receiver.close()
})

async function create(body: object = {}) {
  return await api.call('POST', WEBHOOKS, { body: { url: receiver.url, ...body } })
}

describe('webhooks of a project', () => {
  it('are created, with a secret in that answer only', async () => {
    const created = await create({ description: 'ours', events: ['key.expired', 'key.expired'] })
    expect(created.status).toBe(201)
    const { secret, ...rest } = created.json
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(rest).toEqual({
      id: expect.any(String),
      url: `${receiver.url}/`,
      description: 'ours',
      events: ['key.expired'],
      enabled: true,
      disabled_reason: null,
      old_secret_ends_at: null,
      last_delivered_at: null,
      last_failed_at: null,
      created_at: '2026-08-22T11:21:00Z',
      updated_at: '2026-08-22T11:21:00Z',
    })
    expect((await api.call('GET', `${WEBHOOKS}/${rest.id}`)).json).toEqual(rest)
    const list = await api.call('GET', WEBHOOKS)
    expect(list.json.results).toContainEqual(rest)
    expect(list.text).not.toContain('whsec_')
  })

  it('repeat no secret to who asks again', async () => {
    const headers = { 'idempotency-key': 'create-webhook' }
    const body = { url: receiver.url }
    const first = await api.call('POST', WEBHOOKS, { body, headers })
    const again = await api.call('POST', WEBHOOKS, { body, headers })
    expect(again.json).toMatchObject({ id: first.json.id, secret: '' })
    expect(again.json.secret_notice).toEqual(expect.any(String))
    const rotated = await api.call('POST', `${WEBHOOKS}/${first.json.id}/rotate_secret`)
    expect(rotated.json).toMatchObject({ old_secret_ends_at: '2026-08-23T11:21:00Z' })
    expect(rotated.json.secret).not.toBe(first.json.secret)
  })

  it.each([
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'http://10.0.0.1/' }, 'url'],
    [{ url: 'http://169.254.169.254/latest' }, 'url'],
    [{ url: 'https://example.com', events: ['key.unknown'] }, 'events.0'],
    [{ url: 'https://example.com', secret: 'whsec_own' }, 'secret'],
    [{}, 'url'],
  ])('are refused as %j', async (body, field) => {
    const refused = await api.call('POST', WEBHOOKS, { body })
    expect(refused.status).toBe(400)
    expect(refused.json).toMatchObject({ code: 'invalid_body', errors: [{ field }] })
  })

  it('are changed in what is said, and deleted', async () => {
    const { json } = await create({ description: 'before' })
    const url = `${WEBHOOKS}/${json.id}`
    const patched = await api.call('PATCH', url, { body: { enabled: false } })
    expect(patched.json).toMatchObject({
      description: 'before',
      enabled: false,
      disabled_reason: 'operator',
    })
    expect((await api.call('DELETE', url)).status).toBe(204)
    for (const [method, path] of [
      ['GET', url],
      ['DELETE', url],
      ['POST', `${url}/test`],
      ['GET', `${url}/deliveries`],
      ['GET', '/cloud/v1/faas/webhooks/999'],
    ] as const) {
      expect((await api.call(method, path)).status).toBe(404)
    }
  })

  it('are at most twenty', async () => {
    const project = await api.call('POST', '/cloud/v1/projects', { body: { name: 'many' } })
    const path = `/cloud/v1/faas/webhooks/${project.json.id}`
    const body = { url: receiver.url, enabled: false }
    for (let i = 0; i < 20; i++) await api.call('POST', path, { body })
    expect((await api.call('POST', path, { body })).json).toMatchObject({ code: 'conflict' })
    const page = await api.call('GET', `${path}?limit=5&offset=18`)
    expect(page.json).toMatchObject({ count: 20, results: [{}, {}] })
  })
})

describe('deliveries of a webhook', () => {
  it('are listed with their attempts, filtered and paged, and sent again', async () => {
    const { json: webhook } = await create()
    const deliveries = `${WEBHOOKS}/${webhook.id}/deliveries`
    const test = await api.call('POST', `${WEBHOOKS}/${webhook.id}/test`)
    expect(test.json).toMatchObject({
      type: 'webhook.test',
      event_id: null,
      state: 'delivered',
      attempts: [{ number: 1, status: 200, error: null, answer: 'taken' }],
    })
    await api.call('POST', KEYS, { body: { name: 'told-of', functions: [] } })
    await expect
      .poll(async () => (await api.call('GET', `${deliveries}?state=delivered`)).json.count)
      .toBe(2)
    const { json: list } = await api.call('GET', `${deliveries}?type=key.created`)
    expect(list).toMatchObject({
      count: 1,
      results: [
        {
          event_id: expect.stringMatching(/^evt_\d+$/),
          recipient: null,
          next_attempt_at: null,
          body: { type: 'key.created', data: { key: { name: 'told-of' } } },
        },
      ],
    })
    const { id } = list.results[0]
    expect((await api.call('GET', `${deliveries}/${id}`)).json).toEqual(list.results[0])
    const again = await api.call('POST', `${deliveries}/${id}/redeliver`)
    expect(again.json).toMatchObject({ id, state: 'waiting' })
    await expect
      .poll(async () => (await api.call('GET', `${deliveries}/${id}`)).json.attempts.length)
      .toBe(2)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids.filter((one) => one === id)).toHaveLength(2)
    expect((await api.call('GET', `${deliveries}?limit=1&offset=1`)).json.results).toHaveLength(1)
    expect((await api.call('GET', `${deliveries}/msg_none`)).status).toBe(404)
    expect((await api.call('GET', `${deliveries}?state=lost`)).status).toBe(400)
  })
})

describe('mails of a project', () => {
  it('are none without a mail server, and cannot be tested', async () => {
    expect((await api.call('GET', MAILS)).json).toEqual({ count: 0, results: [] })
    const settings = await api.call('GET', '/cloud/v1/faas/mail_settings/1')
    expect(settings.json).toEqual({ enabled: false, from: null })
    const refused = await api.call('POST', `${MAILS}/test`, { body: { to: 'anna@example.com' } })
    expect(refused.status).toBe(409)
    expect(refused.json.message).toMatch(/LATCHKEY_SMTP_URL/)
  })
})
