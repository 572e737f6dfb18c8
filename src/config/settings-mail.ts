import { parseSender } from '../domain/mail-address.ts'
import { parseSmtpUrl } from '../domain/smtp-url.ts'
import { INVALID, type SettingTable, secret, text } from './setting.ts'

/** By which server notices are sent by e-mail. */
export const MAIL = {
  smtpUrl: secret(
    {
      env: 'LATCHKEY_SMTP_URL',
      expects:
        'smtps://user:password@host:port or smtp://user:password@host:port, with ?tls=required, offered or off',
      sentence: 'The server that takes mails. Without it none are sent.',
    },
    (value) => (parseSmtpUrl(value) === undefined ? INVALID : value),
  ),
  smtpUrlFile: text(
    {
      env: 'LATCHKEY_SMTP_URL_FILE',
      flag: '--smtp-url-file',
      placeholder: 'path',
      default: '',
      defaultText: 'none',
      expects: 'the path of a file',
      sentence: 'A file that holds what LATCHKEY_SMTP_URL would.',
    },
    (value) => !value.includes('\0'),
  ),
  mailFrom: text(
    {
      env: 'LATCHKEY_MAIL_FROM',
      flag: '--mail-from',
      placeholder: 'address',
      default: '',
      defaultText: 'none',
      expects: 'an address, such as keys@example.com or "Latchkey <keys@example.com>"',
      sentence: 'Whom mails are from; needed where they are sent.',
    },
    (value) => value === '' || parseSender(value) !== undefined,
  ),
} satisfies SettingTable
