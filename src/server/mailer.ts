import { readFileSync } from 'node:fs'
import type { Settings } from '../config/settings.ts'
import { parseSmtpUrl, type SmtpServer } from '../domain/smtp-url.ts'
import { createMailer, type Mailer } from '../notify/mailer.ts'
import { StartRefused } from './role-messages.ts'

type MailSettings = Pick<Settings, 'smtpUrl' | 'smtpUrlFile' | 'mailFrom'>

/** Less than the lease of a delivery. */
const TIMEOUT_MS = 30_000

/** By what mails are sent; undefined when no server is set. */
export function mailerOf(settings: MailSettings): Mailer | undefined {
  const server = smtpServer(settings)
  if (server === undefined) return undefined
  return createMailer({ server, from: settings.mailFrom, timeoutMs: TIMEOUT_MS })
}

/** @throws StartRefused with what to do, and nothing of what the file holds */
function smtpServer({ smtpUrl, smtpUrlFile }: MailSettings): SmtpServer | undefined {
  if (smtpUrl !== null) return parseSmtpUrl(smtpUrl)
  if (smtpUrlFile === '') return undefined
  const server = parseSmtpUrl(read(smtpUrlFile).trim())
  if (server !== undefined) return server
  throw new StartRefused(
    `The file ${smtpUrlFile}, which LATCHKEY_SMTP_URL_FILE names, must hold one line such as smtps://user:password@host:port.`,
  )
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartRefused(
      `The file ${path}, which LATCHKEY_SMTP_URL_FILE names, cannot be read (${code}).`,
    )
  }
}
