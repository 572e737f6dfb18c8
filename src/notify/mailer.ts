import { isMailAddress, parseSender } from '../domain/mail-address.ts'
import type { SmtpServer } from '../domain/smtp-url.ts'
import { invariant } from '../lib/assert.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Equal for all attempts of one mail: `<id@domain of the sender>` is its Message-ID. */
  readonly id: string
  readonly atMs: number
}

export type MailAnswer =
  | { readonly kind: 'accepted'; readonly status: number; readonly answer: string }
  /** `isForGood`: the server said that it will never take it. `status` is null without a reply. */
  | {
      readonly kind: 'refused'
      readonly status: number | null
      readonly error: string
      readonly answer: string
      readonly isForGood: boolean
    }

export interface Mailer {
  /** The address that mails come from. */
  readonly from: string
  send(mail: Mail, signal?: AbortSignal): Promise<MailAnswer>
}

export interface MailerOptions {
  readonly server: SmtpServer
  /** As `parseSender` reads it. */
  readonly from: string
  /** For all of it. */
  readonly timeoutMs: number
  /** Whose certificates are taken, in PEM; the system's authorities unless told. */
  readonly ca?: string
}

/** Sends plain text over SMTP, each mail on a connection of its own. The library is loaded with the first. */
export function createMailer({ server, from, timeoutMs, ca }: MailerOptions): Mailer {
  const sender = parseSender(from)
  invariant(sender !== undefined, 'settings hold a sender that can be read')
  const domain = sender.address.slice(sender.address.indexOf('@') + 1)
  const options = {
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'off',
    ...(server.login && { auth: { user: server.login.user, pass: server.login.password } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return {
    from: sender.address,

    async send(mail, signal) {
      if (!isMailAddress(mail.to)) return noAddress()
      const { createTransport } = await import('nodemailer')
      const transport = createTransport(options)
      const timeout = AbortSignal.timeout(timeoutMs)
      const message = {
        from: { name: sender.name, address: sender.address },
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        messageId: `<${mail.id}@${domain}>`,
        date: new Date(mail.atMs),
        // So that absence notices are not sent in return.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.any([timeout, ...(signal ? [signal] : [])]),
      }
      try {
        const { response } = await transport.sendMail(message)
        return { kind: 'accepted', status: statusOf(response) ?? 250, answer: response }
      } catch (error) {
        // The library's own limits are of the same length, and may come a moment before.
        const { code } = error as SmtpError
        if (timeout.aborted || code === 'ETIMEDOUT') return silent(timeoutMs)
        return refusal(error as SmtpError, server)
      } finally {
        transport.close()
      }
    },
  }
}

interface SmtpError extends Error {
  readonly code?: string
  readonly response?: string
  readonly responseCode?: number
}

function noAddress(): MailAnswer {
  const error = 'It is no address that a mail can be sent to.'
  return { kind: 'refused', status: null, error, answer: '', isForGood: true }
}

function silent(timeoutMs: number): MailAnswer {
  const error = `The mail server did not take the mail within ${timeoutMs / 1000} s.`
  return { kind: 'refused', status: null, error, answer: '', isForGood: false }
}

function refusal(error: SmtpError, server: SmtpServer): MailAnswer {
  const status = error.responseCode ?? null
  return {
    kind: 'refused',
    status,
    error: withoutLogin(error.message, server).slice(0, 500),
    answer: withoutLogin(error.response ?? '', server),
    // A wrong password is put right by an operator, and the mails that wait are sent then.
    isForGood: status !== null && status >= 500 && error.code === 'EENVELOPE',
  }
}

/** Servers repeat what they were told, in base64 too. */
function withoutLogin(text: string, { login }: SmtpServer): string {
  if (login === null) return text
  const forms = [login.password, Buffer.from(login.password).toString('base64')]
  return forms.reduce((rest, form) => (form === '' ? rest : rest.replaceAll(form, '***')), text)
}

function statusOf(response: string): number | undefined {
  const code = /^\d{3}/.exec(response)?.[0]
  return code === undefined ? undefined : Number(code)
}
