import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SmtpReceiver, startSmtp } from '../helpers/smtp-receiver.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

const SETTINGS = '/portal/p/1/1/settings'
const TABS = ['keys', 'notices', 'webhooks', 'mail']

let portal: Portal
let smtp: SmtpReceiver

beforeAll(async () => {
  smtp = await startSmtp({ disabledCommands: ['STARTTLS'] })
  portal = await openPortal({
    env: {
      LATCHKEY_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      LATCHKEY_MAIL_FROM: 'Latchkey <keys@example.com>',
    },
  })
})
afterAll(async () => {
  await portal.close()
  await smtp.close()
})

describe('settings of a project', () => {
  it('say how long keys may last, and are saved with the keyboard alone', async () => {
    await portal.api.keySettings.update(1, { key_life_days_max: null, keys_must_expire: false })
    const page = await portal.newPage()
    await page.goto(`${SETTINGS}/keys`)
    const life = page.getByLabel('Longest life of a key, in days')
    await life.focus()
    await page.keyboard.type('0')
    await page.getByText('A whole number from 1 to 36500, or nothing.').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.keyboard.press('Backspace')
    await page.keyboard.type('365')
    await page.getByRole('switch', { name: 'Keys must expire' }).focus()
    await page.keyboard.press('Space')
    await life.focus()
    await page.keyboard.press('Enter')
    await page.getByText('Saved.', { exact: true }).waitFor()
    expect(await portal.api.keySettings.get(1)).toMatchObject({
      key_life_days_max: 365,
      keys_must_expire: true,
    })
    await life.fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(async () => (await portal.api.keySettings.get(1)).key_life_days_max)
      .toBe(null)
  })

  it('say when keys are told of, and whom', async () => {
    const before = { notice_days: [30], unused_days: 90, notice_emails: [] }
    await portal.api.keySettings.update(1, before)
    const page = await portal.newPage()
    await page.goto(`${SETTINGS}/notices`)
    const emails = page.getByLabel('Who is told by mail')
    await emails.fill('ops@example.com\nno address')
    await page.getByText('no is no e-mail address.').waitFor()
    await emails.fill('ops@example.com\nann@example.com')
    await page.getByLabel('Days before an expiry').fill('2, 60, 7')
    await page.getByLabel('Days without use').fill('0')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    expect(await portal.api.keySettings.get(1)).toMatchObject({
      notice_days: [60, 7, 2],
      unused_days: 0,
      notice_emails: ['ops@example.com', 'ann@example.com'],
    })
    await expect.poll(() => page.getByLabel('Days before an expiry').inputValue()).toBe('60, 7, 2')
  })

  it('that were typed are not lost by going to another tab', async () => {
    const page = await portal.newPage()
    await page.goto(`${SETTINGS}/notices`)
    await page.getByLabel('Days without use').fill('45')
    await page.getByRole('tab', { name: 'Mail' }).click()
    const asked = page.getByRole('dialog')
    await asked.getByRole('button', { name: 'Stay' }).click()
    await asked.waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Days without use').inputValue()).toBe('45')
    await page.getByRole('tab', { name: 'Mail' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByText('keys@example.com').waitFor()
  })

  it('send a test by mail, and list what was sent', async () => {
    const page = await portal.newPage()
    await page.goto(`${SETTINGS}/mail`)
    await page.getByText('keys@example.com').waitFor()
    await page.getByLabel('E-mail address').fill('test@example.com')
    await page.getByRole('button', { name: 'Send test mail' }).click()
    await page.getByText('The test was delivered').waitFor()
    expect(smtp.mails.at(-1)!.to).toEqual(['test@example.com'])
    const row = page.getByRole('row').filter({ hasText: 'test@example.com' }).first()
    await row.getByText('Delivered').waitFor()
    await checkPage(page)
    await row.getByRole('button', { name: 'mail.test' }).click()
    await page.getByRole('dialog', { name: 'mail.test' }).getByText('Attempt 1').waitFor()
    await checkPage(page)
  })
})

describe('the pages of settings', () => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('can be used by everybody in %s at %i px', async (scheme, width) => {
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    for (const tab of TABS) {
      await page.goto(`${SETTINGS}/${tab}`)
      await page.getByRole('tabpanel').waitFor()
      await expect.poll(() => page.getByLabel('Loading').count()).toBe(0)
      await checkPage(page)
    }
  })

  it('are shown to an editor, who may not change what keys must be', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'editor') })
    for (const tab of ['keys', 'notices']) {
      await page.goto(`${SETTINGS}/${tab}`)
      await page.getByText('This needs the role owner on this project.').waitFor()
      expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
      expect(await page.getByRole('textbox').first().isDisabled()).toBe(true)
      await checkPage(page)
    }
    await page.goto(`${SETTINGS}/webhooks`)
    await page.getByRole('button', { name: 'Create webhook' }).waitFor()
  })

  it('hide webhooks and the test of mails from a viewer', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'viewer') })
    await page.goto(`${SETTINGS}/webhooks`)
    await page.getByText(/This needs the role editor on this project\./).waitFor()
    await checkPage(page)
    await page.goto(`${SETTINGS}/mail`)
    await page.getByRole('heading', { name: 'Mails' }).waitFor()
    expect(await page.getByRole('button', { name: 'Send test mail' }).count()).toBe(0)
    await checkPage(page)
  })

  it('tell an invoker what the role does not show', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'invoker') })
    for (const tab of TABS) {
      await page.goto(`${SETTINGS}/${tab}`)
      await page.getByText('This needs the role viewer on this project.').waitFor()
    }
    await checkPage(page)
  })
})
