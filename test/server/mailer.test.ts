import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadSettings } from '../../src/config/load.ts'
import { mailerOf } from '../../src/server/mailer.ts'

const folder = mkdtempSync(join(tmpdir(), 'lk-smtp-'))
const path = join(folder, 'smtp-url')
afterAll(() => rmSync(folder, { recursive: true }))

const FROM = { mailFrom: 'keys@example.com' }

describe('the mail server', () => {
  it('is none unless it is set, by value or by file', () => {
    expect(mailerOf({ ...FROM, smtpUrl: null, smtpUrlFile: '' })).toBeUndefined()
    expect(mailerOf({ ...FROM, smtpUrl: 'smtp://a', smtpUrlFile: '' })).toBeDefined()
    writeFileSync(path, 'smtps://user:pw@mail.example\n')
    expect(mailerOf({ ...FROM, smtpUrl: null, smtpUrlFile: path })).toBeDefined()
  })

  it('refuses a file that is missing or holds something else, without repeating it', () => {
    const missing = { ...FROM, smtpUrl: null, smtpUrlFile: join(folder, 'none') }
    expect(() => mailerOf(missing)).toThrow('cannot be read (ENOENT)')
    writeFileSync(path, 'hidden')
    const start = () => mailerOf({ ...FROM, smtpUrl: null, smtpUrlFile: path })
    expect(start).toThrow('must hold one line such as smtps://')
    expect(start).not.toThrow('hidden')
  })

  it('needs a sender, and a URL that can be read, which is not repeated', () => {
    const env = { LATCHKEY_SMTP_URL: 'smtp://user:hidden@mail.example' }
    expect(loadSettings({ flags: {}, env })).toEqual({
      kind: 'mistakes',
      mistakes: ['LATCHKEY_MAIL_FROM must be set where mails are sent'],
    })
    const wrong = loadSettings({ flags: {}, env: { LATCHKEY_SMTP_URL: 'hidden://mail.example' } })
    expect(wrong).toMatchObject({ kind: 'mistakes' })
    expect(JSON.stringify(wrong)).not.toContain('hidden:')
  })
})
