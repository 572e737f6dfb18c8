import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { parseSmtpUrl } from '../../src/domain/smtp-url.ts'
import { invariant } from '../../src/lib/assert.ts'
import { createMailer, type Mail } from '../../src/notify/mailer.ts'
import { makeCertificate } from '../helpers/certificates.ts'
import { headerOf, type SmtpReceiver, startSmtp } from '../helpers/smtp-receiver.ts'

const MAIL: Mail = {
  to: 'anna@example.com',
  subject: 'The key shop expires in 7 days',
  text: 'Grüße\n.\nEnd\n',
  id: 'msg_1',
  atMs: Date.parse('2026-08-22T11:21:00Z'),
}
const LOGIN = 'user:p%40ss%20word@'

let open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open) await one.close()
  open = []
})

async function smtp(...options: Parameters<typeof startSmtp>): Promise<SmtpReceiver> {
  const receiver = await startSmtp(...options)
  open.push(receiver)
  return receiver
}

function mailer(url: string, timeoutMs = 20_000, ca?: string) {
  const server = parseSmtpUrl(url)
  invariant(server !== undefined, 'the tests write what can be read')
  const from = 'Latchkey <keys@example.com>'
  return createMailer({ server, from, timeoutMs, ...(ca !== undefined && { ca }) })
}

/** A mail server that speaks by hand: a greeting, then whatever is said of each line. */
async function handMade(answer: (line: string, socket: Socket) => void, greets = true) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (greets) socket.write('220 here\r\n')
    socket.on('data', (data) => answer(data.toString(), socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  })
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?tls=off`
}

describe('a mail', () => {
  it('is plain text from the sender to one address, with an id that stays', async () => {
    const receiver = await smtp({ disabledCommands: ['STARTTLS'] })
    const { send } = mailer(`smtp://127.0.0.1:${receiver.port}`)
    expect(await send(MAIL)).toMatchObject({ kind: 'accepted', status: 250 })
    await send(MAIL)
    const [first, second] = receiver.mails
    expect(first).toMatchObject({ from: 'keys@example.com', to: ['anna@example.com'] })
    const text = first!.text
    expect(headerOf(text, 'from')).toBe('Latchkey <keys@example.com>')
    expect(headerOf(text, 'to')).toBe('anna@example.com')
    expect(headerOf(text, 'subject')).toBe('The key shop expires in 7 days')
    expect(headerOf(text, 'date')).toBe('Sat, 22 Aug 2026 11:21:00 +0000')
    expect(headerOf(text, 'auto-submitted')).toBe('auto-generated')
    expect(headerOf(text, 'content-type')).toMatch(/^text\/plain/)
    for (const one of [first, second]) {
      expect(headerOf(one!.text, 'message-id')).toBe('<msg_1@example.com>')
    }
  })

  it('cannot be given headers or recipients by what stands in it', async () => {
    const receiver = await smtp({ disabledCommands: ['STARTTLS'] })
    const { send } = mailer(`smtp://127.0.0.1:${receiver.port}`)
    const subject = 'a\r\nBcc: eve@example.com\r\n\r\nbody'
    await send({ ...MAIL, subject })
    expect(receiver.mails[0]!.to).toEqual(['anna@example.com'])
    expect(headerOf(receiver.mails[0]!.text, 'bcc')).toBeUndefined()
    for (const to of ['a@b.c\r\nRCPT TO:<eve@example.com>', 'a@b.c, eve@example.com', 'a b@c']) {
      expect(await send({ ...MAIL, to })).toMatchObject({ kind: 'refused', isForGood: true })
    }
    expect(receiver.mails).toHaveLength(1)
  })
})

describe('the connection to a mail server', () => {
  it('is encrypted from the start with smtps, and its certificate is checked', async () => {
    const { cert, key } = await makeCertificate(['localhost'])
    const receiver = await smtp({ secure: true, cert, key })
    const answer = await mailer(`smtps://127.0.0.1:${receiver.port}`).send(MAIL)
    expect(answer).toMatchObject({ kind: 'refused', status: null, isForGood: false })
    expect(answer).toMatchObject({ error: expect.stringMatching(/self.signed|certificate/i) })
    expect(receiver.mails).toHaveLength(0)
  })

  it('is encrypted before the password is sent, from the start or from STARTTLS on', async () => {
    const { cert, key } = await makeCertificate(['localhost'])
    for (const [scheme, secure] of [
      ['smtps', true],
      ['smtp', false],
    ] as const) {
      const receiver = await smtp({ secure, cert, key })
      const url = `${scheme}://${LOGIN}127.0.0.1:${receiver.port}`
      expect(await mailer(url, 20_000, cert).send(MAIL)).toMatchObject({ kind: 'accepted' })
      expect(receiver.mails[0]).toMatchObject({ isSecure: true, user: 'user' })
    }
  })

  it('carries no password in the clear, unless that was asked for', async () => {
    const receiver = await smtp({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
    const host = `${LOGIN}127.0.0.1:${receiver.port}`
    expect(await mailer(`smtp://${host}`).send(MAIL)).toMatchObject({ kind: 'refused' })
    expect(receiver.mails).toHaveLength(0)
    expect(await mailer(`smtp://${host}?tls=off`).send(MAIL)).toMatchObject({ kind: 'accepted' })
    expect(receiver.mails[0]).toMatchObject({ user: 'user', isSecure: false })
  })

  it('is refused with a wrong password, which is in no answer, and may be tried again', async () => {
    const receiver = await smtp({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
    const url = `smtp://user:hidden-1@127.0.0.1:${receiver.port}?tls=off`
    const answer = await mailer(url).send(MAIL)
    expect(answer).toMatchObject({ kind: 'refused', status: 535, isForGood: false })
    expect(JSON.stringify(answer)).not.toContain('hidden-1')
  })

  it('may end in a refusal for now or for good', async () => {
    for (const [code, isForGood] of [
      [450, false],
      [550, true],
    ] as const) {
      const receiver = await smtp({
        disabledCommands: ['STARTTLS'],
        onRcptTo(_address, _session, callback) {
          callback(Object.assign(new Error('no such mailbox'), { responseCode: code }))
        },
      })
      expect(await mailer(`smtp://127.0.0.1:${receiver.port}`).send(MAIL)).toMatchObject({
        kind: 'refused',
        status: code,
        error: expect.stringContaining('no such mailbox'),
        isForGood,
      })
    }
  })

  it('is given up when the server says nothing', async () => {
    const silent = await handMade(() => {}, false)
    expect(await mailer(silent, 200).send(MAIL)).toMatchObject({
      kind: 'refused',
      status: null,
      error: 'The mail server did not take the mail within 0.2 s.',
      isForGood: false,
    })
  })

  it('may break off in the middle of a mail', async () => {
    const dying = await handMade((line, socket) => {
      if (line.startsWith('DATA')) socket.write('354 go on\r\n')
      else if (/^(EHLO|MAIL|RCPT)/.test(line)) socket.write('250 ok\r\n')
      else socket.destroy()
    })
    expect(await mailer(dying).send(MAIL)).toMatchObject({
      kind: 'refused',
      status: null,
      isForGood: false,
    })
  })

  it('to nobody is said', async () => {
    const url = await handMade(() => {})
    for (const one of open) await one.close()
    open = []
    expect(await mailer(url).send(MAIL)).toMatchObject({
      kind: 'refused',
      error: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
