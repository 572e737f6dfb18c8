import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserName } from '../../portal/src/account/browser-name.ts'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'

const EMAIL = 'eve@example.com'
const PASSWORD = 'correct horse battery'
const NEW_PASSWORD = 'another horse, another battery'

const PATIENTLY = { timeout: 30_000 }

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api !== undefined) await makeViewer(EMAIL)
})
afterAll(() => portal.close())

async function makeViewer(email: string): Promise<void> {
  await portal.api.users.create({ email, name: 'Eve', password: PASSWORD, role: 'viewer' })
}

async function openAs(email: string, password = PASSWORD): Promise<Page> {
  const page = await portal.newPage({ signedIn: false })
  await page.goto('/portal/account')
  await page.getByText('E-mail and password', { exact: true }).click()
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
  return page
}

describe('the account', () => {
  it.each([
    [1440, true],
    [360, false],
  ])('keeps to the rules at %i px, dark: %s', async (width, dark) => {
    const page = await portal.newPage({ width, dark })
    await page.goto('/portal/account')
    await page.getByText('Owner on all projects').waitFor()
    await page.getByText('This one').waitFor()
    await checkPage(page)
  })

  it('says who one is, and what one may do', async () => {
    const page = await openAs(EMAIL)
    await page.getByText('e-mail and password', { exact: true }).waitFor()
    await page.getByText('Viewer on all projects').waitFor()
    await page.getByText('Europe/Berlin').waitFor()
    await checkPage(page)
  })

  it('ends other sessions', async () => {
    const page = await openAs(EMAIL)
    const other = await openAs(EMAIL)
    await page.reload()
    const ends = page.getByRole('button', { name: /^End Chrome/ })
    await ends.first().waitFor()
    for (let left = await ends.count(); left > 0; left--) {
      await ends.first().click()
      await expect.poll(() => ends.count(), PATIENTLY).toBe(left - 1)
    }
    await other.reload()
    await other.getByRole('heading', { name: 'Log in to Latchkey' }).waitFor()
  })

  it('changes the password, says its rules, and ends all other sessions', async () => {
    const email = `${freshName('changes')}@example.com`
    await makeViewer(email)
    const page = await openAs(email)
    const other = await openAs(email)
    const field = (name: string) => page.getByRole('textbox', { name, exact: true })
    const change = page.getByRole('button', { name: 'Change password' })
    await field('Present password').fill('not the present one')
    await field('New password').fill('short')
    await page.getByText('It must have at least 12 characters.').waitFor()
    await field('New password').fill(NEW_PASSWORD)
    await field('New password again').fill(`${NEW_PASSWORD}!`)
    await page.getByText('This is not what stands above.').waitFor()
    expect(await change.isDisabled()).toBe(true)
    await field('New password again').fill(NEW_PASSWORD)
    await change.click()
    await page.getByText('Is wrong.').waitFor()
    await checkPage(page)
    await field('Present password').fill(PASSWORD)
    await field('Present password').press('Enter')
    await page.getByText('Your password is changed').waitFor()
    await expect.poll(() => field('New password').inputValue()).toBe('')
    await other.reload()
    await other.getByRole('heading', { name: 'Log in to Latchkey' }).waitFor()
    await openAs(email, NEW_PASSWORD)
  })
})

describe('what a browser is called', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
      'Edge on Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['', 'Unknown'],
  ])('%s', (agent, name) => {
    expect(browserName(agent)).toBe(name)
  })
})
