import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSmtpUrl } from '../../src/domain/smtp-url.ts'
import { hostRule } from '../../src/domain/webhook-hosts.ts'
import { createMailer } from '../../src/notify/mailer.ts'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'
import { type SmtpReceiver, startSmtp } from '../helpers/smtp-receiver.ts'
import {
  answerOk,
  answerWith,
  startReceiver,
  verified,
  type WebhookReceiver,
} from '../helpers/webhook-receiver.ts'

let api: TestApi
let cli: Cli
let receiver: WebhookReceiver
let smtp: SmtpReceiver

beforeAll(async () => {
  receiver = await startReceiver()
  smtp = await startSmtp({ disabledCommands: ['STARTTLS'] })
  const server = parseSmtpUrl(`smtp://127.0.0.1:${smtp.port}`)!
  api = await startApi(undefined, {
    webhookHosts: hostRule(['127.0.0.1']),
    mailer: createMailer({ server, from: 'keys@example.com', timeoutMs: 20_000 }),
  })
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
})
afterAll(async () => {
  await api?.close()
  await receiver?.close()
  await smtp?.close()
  cli?.remove()
})

describe('webhooks on the command line', () => {
  it('are created, tested, looked at, changed and deleted', async () => {
    const created = await cli.run(['webhook', 'create', receiver.url, '--event', 'key.expired'])
    expect(created.code).toBe(0)
    const secret = created.stdout.trim()
    const id = /webhook (\S+), with/.exec(created.stderr)![1]!
    expect(created.stderr).toContain('not shown again')
    expect(created.stderr).toContain('It begins with http://')

    const tested = await cli.run(['webhook', 'test', id])
    expect(tested).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 \d+ ms\n$/) })
    expect(verified(secret, receiver.received[0]!)).toMatchObject({ type: 'webhook.test' })

    const list = await cli.run(['webhook', 'list'])
    expect(list.stdout).toMatch(new RegExp(`^${id} .*key\\.expired +enabled$`, 'm'))
    const deliveries = await cli.run(['webhook', 'deliveries', id])
    expect(deliveries.stdout).toMatch(/^msg_\S+ +webhook\.test .* delivered +1 +200 \d+ ms$/m)
    const delivery = /^msg_\S+/m.exec(deliveries.stdout)![0]
    expect((await cli.run(['webhook', 'redeliver', id, delivery])).code).toBe(0)
    await receiver.count(2)

    expect((await cli.run(['webhook', 'update', id])).code).toBe(2)
    const updated = await cli.run(['webhook', 'update', id, '--all-events', '--disable'])
    expect(updated.stdout).toMatch(/^events: +all$/m)
    expect(updated.stdout).toMatch(/^state: +disabled \(operator\)$/m)
    const rotated = await cli.run(['webhook', 'rotate-secret', id])
    expect(rotated.stdout.trim()).not.toBe(secret)
    expect((await cli.run(['webhook', 'delete', id, '--yes'])).code).toBe(0)
    expect((await cli.run(['webhook', 'get', id])).stderr).toMatch(/^error: There is no webhook/)
  })

  it('end a test that was not taken as a failure', async () => {
    const { stdout } = await cli.run(['webhook', 'create', receiver.url, '--json'])
    const { id } = JSON.parse(stdout)
    receiver.answer = answerWith(500)
    const { code, stderr } = await cli.run(['webhook', 'test', id])
    receiver.answer = answerOk
    expect(code).toBe(1)
    expect(stderr).toContain('error: The test was not delivered: It answered 500.')
  })

  it('say which host is not allowed', async () => {
    const { code, stderr } = await cli.run(['webhook', 'create', 'http://10.0.0.1/'])
    expect(code).not.toBe(0)
    expect(stderr).toContain('LATCHKEY_WEBHOOK_HOSTS')
  })
})

describe('mails on the command line', () => {
  it('are tested and listed', async () => {
    const tested = await cli.run(['mail', 'test', 'anna@example.com'])
    expect(tested).toMatchObject({ code: 0, stderr: 'The test was delivered.\n' })
    expect(smtp.mails[0]!.to).toEqual(['anna@example.com'])
    const list = await cli.run(['mail', 'list', '--recipient', 'anna@example.com'])
    expect(list.stdout).toMatch(/ mail\.test +anna@example\.com .* delivered +1 +250 /)
    expect((await cli.run(['mail', 'list', '--state', 'failed'])).stderr).toBe(
      'Nothing was sent.\n',
    )
  })
})
