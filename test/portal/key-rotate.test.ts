import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { call, SCOPE } from '../helpers/operator.ts'
import { checkPage, copiedBy, hasKeyboard } from './harness.ts'
import { choose, dialogOf, KEYS, keysPortal, makeEndedKey, openList, tabTo } from './key-helpers.ts'

const at = keysPortal()

/** The new secret, which the dialog shows once; the dialog is left. */
async function takeSecret(page: Page, name: string): Promise<string> {
  const dialog = dialogOf(page, `The secret of ${name}`)
  const copy = dialog.getByRole('button', { name: 'Copy the secret' })
  const secret = await copiedBy(page, () => copy.click())
  await checkPage(page)
  await dialog.getByRole('checkbox', { name: 'I have saved it' }).check()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await dialog.waitFor({ state: 'detached' })
  return secret
}

async function openKey(page: Page, name: string): Promise<void> {
  await page.goto(`${KEYS}/${name}`)
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

const rotation = (page: Page) => page.getByRole('region', { name: 'Rotation' })

describe('rotating an API key', () => {
  it('shows the new secret once, and both work until the old one is finished', async () => {
    const { portal, op, hello } = at
    const old = await op.makeKey('rotated', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'rotated', 'Rotate')
    const dialog = dialogOf(page, 'Rotate rotated?')
    await dialog.waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Rotate' }).click()
    const fresh = await takeSecret(page, 'rotated')
    expect(fresh).not.toBe(old)
    expect(await page.content()).not.toContain(fresh)
    expect(await call(hello.endpoint, old)).toBe(200)

    await openKey(page, 'rotated')
    await rotation(page).getByText('Nobody has used the new one yet').waitFor()
    expect(await call(hello.endpoint, fresh)).toBe(200)
    await rotation(page)
      .getByText(/The new one is in use/)
      .waitFor({ timeout: 60_000 })
    await checkPage(page)
    await rotation(page).getByRole('button', { name: 'Finish now' }).click()
    const end = dialogOf(page, 'End the old secret now?')
    await end.waitFor()
    await checkPage(page)
    await end.getByRole('button', { name: 'Finish now' }).click()
    await rotation(page).getByText('One secret works').waitFor()
    expect(await call(hello.endpoint, old)).toBe(401)
    expect(await call(hello.endpoint, fresh)).toBe(200)
  })

  it('takes grace and end as they are chosen', async () => {
    const { portal, op } = at
    await op.makeKey('chosen', ['hello'])
    const page = await portal.newPage()
    await openKey(page, 'chosen')
    await page.getByRole('button', { name: 'Rotate' }).click()
    await page.getByRole('combobox', { name: 'The old secret works on for' }).click()
    await page.getByRole('option', { name: '7 days' }).click()
    await page.getByRole('combobox', { name: 'And ends at the latest' }).click()
    await page.getByRole('option', { name: 'at another time' }).click()
    const inAnHour = new Date(Date.now() + 3_600_000)
    const local = inAnHour.toLocaleString('sv', { timeZone: 'Europe/Berlin' }).slice(0, 16)
    await page.getByLabel('Date and time').fill(local.replace(' ', 'T'))
    const dialog = dialogOf(page, 'Rotate chosen?')
    await dialog.getByRole('button', { name: 'Rotate' }).click()
    // The server's word on an end before the grace could be over, at the field.
    await expect
      .poll(() => page.getByLabel('Date and time').getAttribute('aria-invalid'))
      .toBe('true')
    await checkPage(page)
    await page.getByRole('combobox', { name: 'And ends at the latest' }).click()
    await page.getByRole('option', { name: 'in 60 days' }).click()
    await dialog.getByRole('button', { name: 'Rotate' }).click()
    await takeSecret(page, 'chosen')
    const { rotation } = await op.client.keys.get(SCOPE, 'chosen')
    expect(rotation?.grace_seconds).toBe(7 * 86_400)
    const days = (Date.parse(rotation!.hard_end) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(60)
  })

  it('can be taken back while nobody uses the new secret', async () => {
    const { portal, op, hello } = at
    const old = await op.makeKey('regretted', ['hello'])
    const { secret: fresh } = await op.client.keys.rotate(SCOPE, 'regretted')
    const page = await portal.newPage()
    await openKey(page, 'regretted')
    await rotation(page).getByRole('button', { name: 'Cancel the rotation' }).click()
    const dialog = dialogOf(page, 'Go back to the old secret?')
    await dialog.getByText('which nobody has used, ends').waitFor()
    await dialog.getByRole('button', { name: 'Cancel the rotation' }).click()
    await rotation(page).getByText('One secret works').waitFor()
    expect(await call(hello.endpoint, old)).toBe(200)
    expect(await call(hello.endpoint, fresh)).toBe(401)
  })

  it('replaces one that is under way only when that is said', async () => {
    const { portal, op } = at
    await op.makeKey('twice', ['hello'])
    const first = await op.client.keys.rotate(SCOPE, 'twice')
    const page = await portal.newPage()
    await openKey(page, 'twice')
    await page.getByRole('button', { name: 'Rotate' }).click()
    const dialog = dialogOf(page, 'Rotate twice?')
    await dialog.getByText(/never more than two secrets/).waitFor()
    const button = dialog.getByRole('button', { name: 'Rotate' })
    expect(await button.isDisabled()).toBe(true)
    await dialog.getByRole('checkbox', { name: 'Replace that rotation' }).check()
    await button.click()
    expect(await takeSecret(page, 'twice')).not.toBe(first.secret)
  })

  it('asks that an expired key is renewed first', async () => {
    const { portal } = at
    await makeEndedKey(at, 'ended')
    const page = await portal.newPage()
    await openKey(page, 'ended')
    await page.getByRole('button', { name: 'Rotate' }).click()
    await dialogOf(page, 'ended has expired').getByRole('link', { name: 'Renew' }).click()
    await page.getByText('The key has expired. Give it a later end to renew it.').waitFor()
  })

  it('works with the keyboard alone', async () => {
    const { portal, op } = at
    await op.makeKey('typed', ['hello'])
    const page = await portal.newPage()
    await openKey(page, 'typed')
    await tabTo(page, 'Rotate')
    await page.keyboard.press('Enter')
    await hasKeyboard(dialogOf(page, 'Rotate typed?'))
    await tabTo(page, 'Cancel')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await hasKeyboard(dialogOf(page, 'The secret of typed'))
    await tabTo(page, 'I have saved it')
    await page.keyboard.press('Space')
    await tabTo(page, 'Close')
    await page.keyboard.press('Enter')
    await rotation(page).getByText('Both secrets work').waitFor()
  })

  it('fits a narrow screen', async () => {
    const { portal, op } = at
    await op.makeKey('narrow', ['hello'])
    await op.client.keys.rotate(SCOPE, 'narrow')
    const page = await portal.newPage({ width: 360, dark: true })
    await openKey(page, 'narrow')
    await rotation(page).waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Rotate' }).click()
    await dialogOf(page, 'Rotate narrow?').waitFor()
    await checkPage(page)
  })
})
