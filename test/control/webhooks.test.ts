import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DeliveryWorker } from '../../src/control/delivery-worker.ts'
import type { WebhookUseCases } from '../../src/control/webhooks-control.ts'
import type { DeliveryState } from '../../src/domain/delivery.ts'
import type { NewEvent } from '../../src/domain/events.ts'
import type { WebhookInput } from '../../src/domain/webhook.ts'
import { hostRule } from '../../src/domain/webhook-hosts.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { listAudit } from '../../src/store/audit.ts'
import { change } from '../../src/store/change.ts'
import { claimDeliveries } from '../../src/store/delivery-claims.ts'
import { forgetDeliveries } from '../../src/store/delivery-upkeep.ts'
import {
  answerWith,
  hang,
  startReceiver,
  verified,
  type WebhookReceiver,
} from '../helpers/webhook-receiver.ts'
import { CONTEXT, dump, type Rig, SCOPE, startRig } from './harness.ts'

const DAY_MS = 86_400_000
const RING = new KeyRing(Buffer.alloc(32, 7))
const PROJECT = 1

let rig: Rig
let receiver: WebhookReceiver
let worker: DeliveryWorker
let webhooks: WebhookUseCases

beforeEach(async () => {
  receiver = await startReceiver()
  rig = await startRig({ started: false, deps: { webhookHosts: hostRule(['127.0.0.0/8']) } })
  worker = workerOf(rig)
  webhooks = rig.control.webhooks
})
afterEach(async () => {
  await receiver.close()
  await worker.stop()
  await rig.close()
})

function workerOf({ store, nodes, logged }: Rig, secrets = RING): DeliveryWorker {
  const log = (...parts: unknown[]): void => void logged.push(parts)
  return new DeliveryWorker({
    store,
    nodes,
    secrets,
    webhookHosts: hostRule(['127.0.0.0/8']),
    propagationTimeoutMs: 1_000,
    logger: { info: log, warn: log, error: log },
  })
}

async function createWebhook(input: Partial<WebhookInput> = {}) {
  return await webhooks.create(CONTEXT, PROJECT, {
    url: receiver.url,
    description: '',
    events: [],
    enabled: true,
    ...input,
  })
}

/** A change that tells of something. */
async function happen(type: NewEvent['type'] = 'key.created', keyName = 'shop'): Promise<void> {
  await change(rig.store, CONTEXT, async (handle) => {
    handle.audit({ action: 'key.created', entityId: 'k1', entityName: keyName, scope: SCOPE })
    handle.event({ type, scope: SCOPE, keyId: 'k1', keyName, data: { days: 7 } })
  })
}

async function log(id: string, state?: DeliveryState) {
  return (await webhooks.deliveries(PROJECT, id, { limit: 100, offset: 0, state })).results
}

/** Goes on in time until nothing waits any more. */
async function untilEnded(id: string): Promise<void> {
  for (;;) {
    await worker.tick()
    const [waiting] = await log(id, 'waiting')
    if (waiting === undefined) return
    rig.clock.advance(waiting.nextAtMs! - rig.clock.now())
  }
}

describe('an event', () => {
  it('is sent, signed, to each webhook that wants it and is enabled', async () => {
    const all = await createWebhook({ url: `${receiver.url}/all` })
    const some = await createWebhook({ url: `${receiver.url}/some`, events: ['key.expired'] })
    await createWebhook({ url: `${receiver.url}/off`, enabled: false })
    await happen('key.created')
    await happen('key.expired')
    await worker.tick()
    const paths = receiver.received.map(({ url, body }) => `${url} ${JSON.parse(body).type}`)
    expect(paths.sort()).toEqual(['/all key.created', '/all key.expired', '/some key.expired'])
    expect(await log(some.webhook.id)).toMatchObject([
      { type: 'key.expired', state: 'delivered', attempts: [{ status: 200, error: null }] },
    ])
    rig.clock.advance(Date.now() - rig.clock.now())
    await happen('key.leaked')
    await worker.tick()
    const last = receiver.received.at(-1)!
    expect(last.url).toBe('/all')
    expect(verified(all.secret, last)).toEqual({
      id: 'evt_3',
      type: 'key.leaked',
      created_at: expect.any(String),
      timestamp: expect.any(String),
      project_id: 1,
      region_id: 1,
      data: { days: 7, key: { id: 'k1', name: 'shop' } },
    })
  })

  it('is queued with the change that tells of it, or not at all', async () => {
    const { webhook } = await createWebhook()
    const failing = change(rig.store, CONTEXT, async (handle) => {
      handle.event({ type: 'key.created', scope: SCOPE, keyId: 'k1', keyName: 'shop' })
    })
    await expect(failing).rejects.toThrow('audit')
    expect(await log(webhook.id)).toEqual([])
  })

  it('that came before is queued once', async () => {
    const { webhook } = await createWebhook()
    const once = async () =>
      await change(rig.store, CONTEXT, async (handle) => {
        handle.audit({ action: 'key.created', entityId: 'k1', entityName: 'shop', scope: SCOPE })
        const event = { type: 'key.expired', scope: SCOPE, keyId: 'k1', keyName: 'shop' } as const
        handle.event({ ...event, once: 'expired k1' })
      })
    await once()
    await once()
    expect(await log(webhook.id)).toHaveLength(1)
  })

  it('is of one project', async () => {
    const context = { ...CONTEXT }
    const other = await rig.control.projects.create(context, { name: 'other', description: null })
    const { webhook } = await webhooks.create(CONTEXT, other.id, {
      url: receiver.url,
      description: '',
      events: [],
      enabled: true,
    })
    await happen()
    const query = { limit: 10, offset: 0 }
    expect(await webhooks.deliveries(other.id, webhook.id, query)).toEqual({
      count: 0,
      results: [],
    })
    await expect(webhooks.get(PROJECT, webhook.id)).rejects.toThrow('There is no webhook')
  })
})

describe('a delivery that is not taken', () => {
  it('is tried again, ever later, under the same id and with the time of the attempt', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(500)
    await happen()
    const began = rig.clock.now()
    const atSeconds: number[] = []
    for (let tries = 0; tries < 4; tries++) {
      await worker.tick()
      atSeconds.push(Math.floor(rig.clock.now() / 1000) - Math.floor(began / 1000))
      const [one] = await log(webhook.id)
      rig.clock.advance(one!.nextAtMs! - rig.clock.now())
    }
    // 5 s, 30 s and 2 min later, a tenth more or less.
    expect(atSeconds[1]).toBeGreaterThanOrEqual(4)
    expect(atSeconds[1]).toBeLessThanOrEqual(6)
    expect(atSeconds[2]! - atSeconds[1]!).toBeGreaterThanOrEqual(26)
    expect(atSeconds[3]! - atSeconds[2]!).toBeGreaterThanOrEqual(107)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const times = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']))
    expect(times.map((time) => time - times[0]!)).toEqual(atSeconds)
    receiver.answer = answerWith(204)
    await worker.tick()
    expect(await log(webhook.id)).toMatchObject([
      {
        state: 'delivered',
        attempts: [
          { number: 1, error: 'It answered 500.' },
          {},
          {},
          {},
          { number: 5, status: 204 },
        ],
      },
    ])
  })

  it('is given up after about three days, and the webhook that took nothing is disabled', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(503)
    await happen()
    const began = rig.clock.now()
    await untilEnded(webhook.id)
    const days = (rig.clock.now() - began) / DAY_MS
    expect(days).toBeGreaterThan(2.5)
    expect(days).toBeLessThan(3.5)
    const [one] = await log(webhook.id)
    expect(one).toMatchObject({ state: 'failed', nextAtMs: null })
    expect(one!.attempts).toHaveLength(10)
    expect(await webhooks.get(PROJECT, webhook.id)).toMatchObject({
      enabled: false,
      disabledReason: 'failing',
    })
    const audit = (await listAudit(rig.store.db)).at(-1)
    expect(audit).toMatchObject({ action: 'webhook.updated', actor: { name: 'system' } })
    await happen()
    expect(await log(webhook.id)).toHaveLength(1)
  })

  it('leaves a webhook enabled that took something meanwhile', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = (request, response) =>
      (request.body.includes('key.leaked') ? answerWith(400) : answerWith(200))(request, response)
    await happen('key.leaked')
    await worker.tick()
    rig.clock.advance(1)
    await happen('key.created')
    await untilEnded(webhook.id)
    expect((await log(webhook.id)).map(({ state }) => state)).toEqual(['delivered', 'failed'])
    expect(await webhooks.get(PROJECT, webhook.id)).toMatchObject({ enabled: true })
  })

  it('waits for as long as the receiver asks, up to a day', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(429, { 'retry-after': '3600' })
    await happen()
    await worker.tick()
    const next = async () => (await log(webhook.id))[0]!.nextAtMs! - rig.clock.now()
    expect(await next()).toBe(3_600_000)
    rig.clock.advance(3_600_000)
    receiver.answer = answerWith(503, { 'retry-after': '999999' })
    await worker.tick()
    expect(await next()).toBe(DAY_MS)
  })

  it('is not forgotten when the clock was ahead', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(500)
    rig.clock.advance(400 * DAY_MS)
    await happen()
    await worker.tick()
    rig.clock.advance(-400 * DAY_MS)
    receiver.answer = answerWith(200)
    await worker.tick()
    expect(await log(webhook.id)).toMatchObject([{ state: 'delivered' }])
  })

  it('is tried no more often when the mistake is ours', async () => {
    const { webhook } = await createWebhook()
    class BrokenRing extends KeyRing {
      override open(): never {
        throw new Error('a mistake')
      }
    }
    worker = workerOf(rig, new BrokenRing(Buffer.alloc(32, 7)))
    await happen()
    await untilEnded(webhook.id)
    const [one] = await log(webhook.id)
    expect(one).toMatchObject({ state: 'failed' })
    expect(one!.attempts).toHaveLength(10)
    expect(JSON.stringify(rig.logged)).toContain('a delivery could not be sent')
  })

  it('with 410 is not tried again, and disables the webhook and what waits for it', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(500)
    await happen()
    await worker.tick()
    receiver.answer = answerWith(410)
    await happen()
    await worker.tick()
    expect((await log(webhook.id)).map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect(await webhooks.get(PROJECT, webhook.id)).toMatchObject({ disabledReason: 'gone' })
    const enabled = await webhooks.update(CONTEXT, PROJECT, webhook.id, { enabled: true })
    expect(enabled).toMatchObject({ enabled: true, disabledReason: null })
  })

  it('does not delay others, and neither do many that do not answer at all', async () => {
    receiver.answer = (request, response) =>
      request.url.startsWith('/dead') ? hang() : answerWith(200)(request, response)
    for (let i = 0; i < 12; i++) await createWebhook({ url: `${receiver.url}/dead/${i}` })
    const { webhook } = await createWebhook({ url: `${receiver.url}/alive` })
    for (let i = 0; i < 3; i++) await happen()
    const ended = worker.tick()
    await receiver.count(39)
    expect(receiver.received.filter(({ url }) => url === '/alive')).toHaveLength(3)
    await expect.poll(() => log(webhook.id, 'delivered')).toHaveLength(3)
    await worker.stop()
    await ended
  })
})

describe('processes that end', () => {
  it('leave what they had begun to others, once nobody can be sending it any more', async () => {
    const { webhook } = await createWebhook()
    await happen()
    const [begun] = await claimDeliveries(rig.store, webhook.id, 10)
    await worker.tick()
    expect(receiver.received).toHaveLength(0)
    rig.clock.advance(61_000)
    await worker.tick()
    expect(receiver.received[0]!.headers['webhook-id']).toBe(begun!.id)
    expect(await log(webhook.id)).toMatchObject([
      {
        state: 'delivered',
        attempts: [
          { number: 1, status: null, durationMs: null, error: expect.stringMatching('ended') },
          { number: 2, status: 200 },
        ],
      },
    ])
  })

  it('leave it to the next at once where no other process can be at work', async () => {
    const { webhook } = await createWebhook()
    await happen()
    await claimDeliveries(rig.store, webhook.id, 10)
    const next = await rig.again({ webhookHosts: hostRule(['127.0.0.0/8']) })
    await receiver.count(1)
    await expect.poll(() => log(webhook.id, 'delivered')).toHaveLength(1)
    await next.control.stop()
  })

  it('in good order give back what they cannot end', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = hang
    await happen()
    const ended = worker.tick()
    await receiver.count(1)
    await worker.stop()
    await ended
    expect(await log(webhook.id)).toMatchObject([
      { state: 'waiting', nextAtMs: rig.clock.now(), attempts: [] },
    ])
  })

  it('and work side by side send each delivery once', async () => {
    const { webhook } = await createWebhook()
    const file = new URL('./delivery-thread.ts', import.meta.url)
    const workerData = { path: rig.path, nowMs: rig.clock.now() }
    const threads = Array.from({ length: 3 }, () => new Worker(file, { workerData }))
    await Promise.all(threads.map((thread) => once(thread, 'message')))
    for (let i = 0; i < 40; i++) await happen()
    const ended = threads.map((thread) => once(thread, 'message'))
    for (const thread of threads) thread.postMessage('tick')
    const attempts = (await Promise.all(ended)).map(([{ attempts }]) => attempts as number)
    expect(attempts.reduce((sum, one) => sum + one, 0)).toBe(40)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(40)
    expect(ids).toHaveLength(40)
    expect(await log(webhook.id, 'delivered')).toHaveLength(40)
  })
})

describe('a webhook', () => {
  it('shows its secret once and keeps it sealed; credentials of its URL are in no audit and no log', async () => {
    const url = new URL(`${receiver.url}/in?token=hidden1`)
    url.username = 'name'
    url.password = 'hidden2'
    const { webhook, secret } = await createWebhook({ url: url.href })
    receiver.answer = answerWith(500)
    await happen()
    await worker.tick()
    await webhooks.test(CONTEXT, PROJECT, webhook.id)
    await webhooks.update(CONTEXT, PROJECT, webhook.id, { description: 'new' })
    await webhooks.delete(CONTEXT, PROJECT, webhook.id)
    expect(await dump(rig.store)).not.toContain(secret.slice(6))
    const audit = JSON.stringify(await listAudit(rig.store.db))
    expect(audit).toContain('http://***@127.0.0.1')
    expect(audit + JSON.stringify(rig.logged)).not.toMatch(/hidden|whsec_/)
  })

  it('that is rotated signs with both secrets for a day', async () => {
    const { webhook, secret: old } = await createWebhook()
    // The verifier compares with the clock of the machine.
    rig.clock.advance(Date.now() - rig.clock.now())
    const { secret } = await webhooks.rotateSecret(CONTEXT, PROJECT, webhook.id)
    await happen()
    await worker.tick()
    for (const one of [old, secret]) expect(verified(one, receiver.received[0]!)).toBeTruthy()
    rig.clock.advance(DAY_MS)
    await happen()
    await worker.tick()
    expect(receiver.received[1]!.headers['webhook-signature']).toMatch(/^v1,\S+$/)
  })

  it('takes its queue and its log with it when it is deleted', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(500)
    await happen()
    await worker.tick()
    await webhooks.delete(CONTEXT, PROJECT, webhook.id)
    expect(await rig.store.db.selectFrom('deliveries').select('id').execute()).toEqual([])
    expect(await rig.store.db.selectFrom('delivery_attempts').select('number').execute()).toEqual(
      [],
    )
  })

  it('that is deleted while it is sent to leaves nothing behind', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = (request, response) => {
      webhooks.delete(CONTEXT, PROJECT, webhook.id).then(() => answerWith(500)(request, response))
    }
    await happen()
    await worker.tick()
    expect(await rig.store.db.selectFrom('deliveries').select('id').execute()).toEqual([])
  })

  it('that is disabled is sent nothing, not even what waited', async () => {
    const { webhook } = await createWebhook()
    receiver.answer = answerWith(500)
    await happen()
    await worker.tick()
    await webhooks.update(CONTEXT, PROJECT, webhook.id, { enabled: false })
    rig.clock.advance(DAY_MS)
    await worker.tick()
    expect(receiver.received).toHaveLength(1)
    expect(await log(webhook.id)).toMatchObject([{ state: 'failed', reason: 'webhook_disabled' }])
    const [one] = await log(webhook.id)
    const again = webhooks.redeliver(CONTEXT, PROJECT, webhook.id, one!.id)
    await expect(again).rejects.toThrow('enable it first')
  })

  it('can be tested, also when it is disabled; a test is tried once', async () => {
    const { webhook, secret } = await createWebhook({ enabled: false })
    rig.clock.advance(Date.now() - rig.clock.now())
    expect(await webhooks.test(CONTEXT, PROJECT, webhook.id)).toMatchObject({
      type: 'webhook.test',
      state: 'delivered',
      attempts: [{ status: 200, answer: 'taken' }],
    })
    expect(verified(secret, receiver.received[0]!)).toMatchObject({ type: 'webhook.test' })
    receiver.answer = answerWith(500, {}, 'broken')
    expect(await webhooks.test(CONTEXT, PROJECT, webhook.id)).toMatchObject({
      state: 'failed',
      nextAtMs: null,
      attempts: [{ status: 500, error: 'It answered 500.', answer: 'broken' }],
    })
  })

  it('is sent again what has ended, under the same id', async () => {
    const { webhook } = await createWebhook()
    await happen()
    await worker.tick()
    const [one] = await log(webhook.id)
    await webhooks.redeliver(CONTEXT, PROJECT, webhook.id, one!.id)
    await expect(webhooks.redeliver(CONTEXT, PROJECT, webhook.id, one!.id)).rejects.toThrow('ended')
    await worker.tick()
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([one!.id, one!.id])
    expect(await log(webhook.id)).toMatchObject([{ state: 'delivered', attempts: [{}, {}] }])
  })

  it('keeps its URL when it is sent back with its password hidden', async () => {
    const url = receiver.url.replace('//', '//name:hidden@')
    const { webhook } = await createWebhook({ url })
    const masked = `${receiver.url.replace('//', '//name:***@')}/`
    await webhooks.update(CONTEXT, PROJECT, webhook.id, { url: masked, description: 'x' })
    expect(await webhooks.get(PROJECT, webhook.id)).toMatchObject({ url: `${url}/` })
    const other = webhooks.update(CONTEXT, PROJECT, webhook.id, { url: `${masked}other` })
    await expect(other).rejects.toThrow('must hold its user name and password')
  })
})

it('deliveries of long ago are forgotten, and those that wait are not', async () => {
  const { webhook } = await createWebhook()
  await happen()
  await worker.tick()
  rig.clock.advance(31 * DAY_MS)
  await happen()
  await forgetDeliveries(rig.store, new AbortController().signal)
  expect(await log(webhook.id)).toMatchObject([{ state: 'waiting' }])
})
