import { readFileSync } from 'node:fs'
import type { Settings } from '../config/settings.ts'
import { parseSmtpUrl, type SmtpServer } from '../domain/smtp-url.ts'
import { StartRefused } from './role-messages.ts'

/**
 * By which server mails are sent; undefined when none is set.
 * @throws StartRefused with what to do, and nothing of what the file holds
 */
export function smtpServer(
  settings: Pick<Settings, 'smtpUrl' | 'smtpUrlFile'>,
): SmtpServer | undefined {
  const { smtpUrl, smtpUrlFile } = settings
  if (smtpUrl !== null) return parseSmtpUrl(smtpUrl)
  if (smtpUrlFile === '') return undefined
  let text: string
  try {
    text = readFileSync(smtpUrlFile, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartRefused(
      `The file ${smtpUrlFile}, which LATCHKEY_SMTP_URL_FILE names, cannot be read (${code}).`,
    )
  }
  const server = parseSmtpUrl(text.trim())
  if (server !== undefined) return server
  throw new StartRefused(
    `The file ${smtpUrlFile}, which LATCHKEY_SMTP_URL_FILE names, must hold one line such as smtps://user:password@host:port.`,
  )
}
