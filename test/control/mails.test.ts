import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DeliveryWorker } from '../../src/control/delivery-worker.ts'
import type { NewEvent } from '../../src/domain/events.ts'
import { parseSmtpUrl } from '../../src/domain/smtp-url.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { createMailer, type Mailer } from '../../src/notify/mailer.ts'
import { change } from '../../src/store/change.ts'
import { headerOf, type SmtpReceiver, startSmtp } from '../helpers/smtp-receiver.ts'
import { CONTEXT, type Rig, SCOPE, startRig } from './harness.ts'

const PROJECT = 1
const ADDRESSES = ['anna@example.com', 'bob@example.com']

let rig: Rig
let receiver: SmtpReceiver
let mailer: Mailer

beforeEach(async () => {
  receiver = await startSmtp({ disabledCommands: ['STARTTLS'] })
  mailer = createMailer({
    server: parseSmtpUrl(`smtp://127.0.0.1:${receiver.port}`)!,
    from: 'keys@example.com',
    timeoutMs: 20_000,
  })
})
afterEach(async () => {
  await rig.close()
  await receiver.close()
})

async function start(own: Mailer | undefined): Promise<DeliveryWorker> {
  rig = await startRig({ started: false, deps: { mailer: own } })
  await rig.control.keySettings.update(CONTEXT, PROJECT, { noticeEmails: ADDRESSES })
  const first = workerOf(own)
  await first.start()
  await first.stop()
  return workerOf(own)
}

/** One that is not running by itself: tests say when it looks. */
function workerOf(own: Mailer | undefined): DeliveryWorker {
  const { store, nodes } = rig
  return new DeliveryWorker({
    store,
    nodes,
    secrets: new KeyRing(Buffer.alloc(32, 7)),
    mailer: own,
    propagationTimeoutMs: 1_000,
    logger: { info() {}, warn() {}, error() {} },
  })
}

async function happen(event: Partial<NewEvent> = {}): Promise<void> {
  await change(rig.store, CONTEXT, async (handle) => {
    handle.audit({ action: 'key.updated', entityId: 'k1', entityName: 'shop', scope: SCOPE })
    handle.event({ type: 'key.expiring', scope: SCOPE, keyId: 'k1', keyName: 'shop', ...event })
  })
}

async function log() {
  return (await rig.control.mails.list(PROJECT, { limit: 100, offset: 0 })).results
}

describe('mails of a project', () => {
  it('tell each address of notices, and not of what somebody did', async () => {
    const worker = await start(mailer)
    await happen({ type: 'key.created' })
    await happen({
      type: 'key.expiring',
      data: { expires_at: '2026-08-29T11:21:00Z', days_before: 7 },
    })
    await worker.tick()
    expect(receiver.mails.flatMap(({ to }) => to).sort()).toEqual(ADDRESSES)
    const [{ text }] = receiver.mails as unknown as [{ text: string }]
    expect(headerOf(text, 'subject')).toBe('[Latchkey] Key shop expires in 7 days')
    expect(text).toContain('expires at: 2026-08-29T11:21:00Z')
    expect(text).toContain('latchkey key rotate shop')
    expect(await log()).toMatchObject([
      {
        recipient: ADDRESSES[1],
        type: 'key.expiring',
        state: 'delivered',
        attempts: [{ status: 250 }],
      },
      { recipient: ADDRESSES[0], state: 'delivered' },
    ])
  })

  it.each([
    ['key.expired', {}, 'Key shop has expired'],
    ['key.unused', { unused_days: 90 }, 'Key shop opened nothing for 90 days'],
    ['key.leaked', {}, 'Key shop leaked and was deleted'],
    [
      'key.new-address',
      { address: '192.0.2.1' },
      'Key shop was used from a new address, 192.0.2.1',
    ],
  ] as const)('say of %s what happened', async (type, data, sentence) => {
    const worker = await start(mailer)
    await happen({ type, data })
    await worker.tick()
    expect(headerOf(receiver.mails[0]!.text, 'subject')).toBe(`[Latchkey] ${sentence}`)
  })

  it('are not queued where nothing can send them', async () => {
    await start(undefined)
    await happen()
    expect(await log()).toEqual([])
    await expect(rig.control.mails.test(CONTEXT, PROJECT, 'a@b.c')).rejects.toThrow(
      'LATCHKEY_SMTP_URL',
    )
  })

  it('that wait are given up when the server is started without mail settings', async () => {
    await start(mailer)
    await happen()
    expect(await log()).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }])
    await rig.again({ mailer: undefined })
    const failed = { state: 'failed', reason: 'no_mail_server' }
    expect(await log()).toMatchObject([failed, failed])
  })

  it('are tried again with the same id until the server takes them', async () => {
    let refusals = 2
    await receiver.close()
    receiver = await startSmtp({
      disabledCommands: ['STARTTLS'],
      onRcptTo(_address, _session, callback) {
        refusals -= 1
        callback(refusals < 0 ? null : Object.assign(new Error('busy'), { responseCode: 451 }))
      },
    })
    const server = parseSmtpUrl(`smtp://127.0.0.1:${receiver.port}`)!
    const worker = await start(createMailer({ server, from: 'k@example.com', timeoutMs: 20_000 }))
    await rig.control.keySettings.update(CONTEXT, PROJECT, { noticeEmails: ['a@example.com'] })
    await happen()
    for (let tries = 0; tries < 3; tries++) {
      await worker.tick()
      const [one] = await log()
      if (one!.nextAtMs !== null) rig.clock.advance(one!.nextAtMs - rig.clock.now())
    }
    const [one] = await log()
    expect(one).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 451 }, { status: 451 }, { status: 250, error: null }],
    })
    expect(headerOf(receiver.mails[0]!.text, 'message-id')).toBe(`<${one!.id}@example.com>`)
  })

  it('to an address that the server refuses for good are not tried again', async () => {
    await receiver.close()
    receiver = await startSmtp({
      disabledCommands: ['STARTTLS'],
      onRcptTo(_address, _session, callback) {
        callback(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
      },
    })
    const server = parseSmtpUrl(`smtp://127.0.0.1:${receiver.port}`)!
    const worker = await start(createMailer({ server, from: 'k@example.com', timeoutMs: 20_000 }))
    await happen()
    await worker.tick()
    expect(await log()).toMatchObject([
      { state: 'failed', attempts: [{ status: 550 }] },
      { state: 'failed' },
    ])
  })

  it('can be tested with any address', async () => {
    await start(mailer)
    expect(await rig.control.mails.sender(PROJECT)).toBe('keys@example.com')
    expect(await rig.control.mails.test(CONTEXT, PROJECT, 'new@example.com')).toMatchObject({
      type: 'mail.test',
      state: 'delivered',
      recipient: 'new@example.com',
    })
    expect(receiver.mails[0]!.to).toEqual(['new@example.com'])
    const wrong = rig.control.mails.test(CONTEXT, PROJECT, 'a@b\r\nc')
    await expect(wrong).rejects.toThrow('to must be an e-mail address')
  })
})
