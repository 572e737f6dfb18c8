import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'

const EMAIL = 'ada@example.com'
const PASSWORD = 'correct horse battery'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  await portal.api?.users.create({
    email: EMAIL,
    name: 'Ada',
    password: PASSWORD,
    role: 'editor',
  })
  // Something that can be read, and found.
  const key = { name: 'reader', description: '', expire: null, functions: [] }
  await portal.api?.keys.create({ projectId: 1, regionId: 1 }, key)
})
afterAll(() => portal.close())

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { name, level: 1 }).waitFor()
const user = (page: Page, name: string) => page.getByRole('button', { name: `You: ${name}` })

async function fillPassword(page: Page, email: string, password: string): Promise<void> {
  await page.getByText('E-mail and password', { exact: true }).click()
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
}

const logIn = (page: Page) => page.getByRole('button', { name: 'Log in', exact: true }).click()

async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^You: / }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await heading(page, 'Log in to Latchkey')
}

/** Of who is logged in with the server's token. */
async function endAllSessions(): Promise<void> {
  const { results } = await portal.api.sessions.list()
  for (const { id } of results) await portal.api.sessions.end(id)
}

describe('logging in', () => {
  it.each([
    [1440, false],
    [1440, true],
    [360, false],
    [360, true],
  ])('keeps to the rules at %i px, dark: %s', async (width, dark) => {
    const page = await portal.newPage({ signedIn: false, width, dark })
    await page.goto('/portal/sign-in')
    await heading(page, 'Log in to Latchkey')
    await checkPage(page)
    await page.getByText('E-mail and password', { exact: true }).click()
    await checkPage(page)
  })

  it('takes e-mail and password with the keyboard alone, and goes where one wanted to', async () => {
    const page = await portal.newPage({ signedIn: false })
    await page.goto('/portal/p/1/1/api-keys?search=nobody')
    await heading(page, 'Log in to Latchkey')
    await page.getByRole('radio', { name: 'API token' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('textbox', { name: 'E-mail' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.type(EMAIL)
    await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await heading(page, 'API keys')
    expect(page.url()).toMatch(/\/portal\/p\/1\/1\/api-keys\?search=nobody$/)
    await user(page, EMAIL).waitFor()
  })

  it('lets password managers fill it in', async () => {
    const page = await portal.newPage({ signedIn: false })
    await page.goto('/portal/sign-in')
    await page.getByText('E-mail and password', { exact: true }).click()
    const hint = (name: string) => page.getByRole('textbox', { name }).getAttribute('autocomplete')
    expect(await hint('E-mail')).toBe('username')
    expect(await hint('Password')).toBe('current-password')
  })

  it('says in words what is wrong, and after too many tries for how long', async () => {
    const page = await portal.newPage({ signedIn: false })
    await page.goto('/portal/sign-in')
    await fillPassword(page, `${freshName('nobody')}@example.com`, 'not this one either')
    await logIn(page)
    const alert = page.getByRole('alert')
    await alert.filter({ hasText: /password/i }).waitFor()
    await checkPage(page)
    await expect
      .poll(
        async () => {
          await logIn(page)
          return alert.textContent()
        },
        { timeout: 120_000 },
      )
      .toMatch(/try again in \d+ s/)
  })

  it('sends away who is logged in already', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/sign-in')
    await heading(page, 'Functions')
  })
})

describe('a session that ends', () => {
  it('asks to log in over the page, which keeps what was typed', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/new-api-key')
    await page.getByRole('textbox', { name: /^Name/ }).fill('typed-before')
    // They are asked for again and again, and would be the first to learn of it.
    await page.route('**/cloud/v1/notifications**', () => {})
    await endAllSessions()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: /^Find a page/ }).fill('x')
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.waitFor()
    await checkPage(page)
    await dialog.getByLabel('API token').last().fill(portal.server.token)
    await logIn(page)
    await dialog.waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    expect(await page.getByRole('textbox', { name: /^Name/ }).inputValue()).toBe('typed-before')
  })

  it('fetches again what could not be fetched', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('link', { name: 'reader' }).waitFor()
    await endAllSessions()
    await page.keyboard.press('/')
    await page.keyboard.type('read')
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.getByLabel('API token').last().fill(portal.server.token)
    await logIn(page)
    await page.getByText('Showing 1 of 1').waitFor()
    await checkPage(page)
  })

  it('has nothing asked for again, until somebody logs in', async () => {
    const page = await portal.newPage()
    await page.clock.install()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('link', { name: 'reader' }).waitFor()
    await endAllSessions()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.clock.runFor(60_000)
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.waitFor()
    asked.length = 0
    await page.clock.runFor(600_000)
    expect(asked).toEqual([])
    await dialog.getByLabel('API token').last().fill(portal.server.token)
    await logIn(page)
    await dialog.waitFor({ state: 'hidden' })
    await page.clock.runFor(60_000)
    await expect.poll(() => asked.some((url) => url.includes('/keys/1/1'))).toBe(true)
  })
})

describe('several tabs', () => {
  it('hides everything when another tab logs out, and goes on after a log-in', async () => {
    const one = await portal.newPage()
    await one.goto('/portal/p/1/1/api-keys')
    await heading(one, 'API keys')
    const other = await portal.newPage({ besides: one })
    await other.goto('/portal/')
    await user(other, 'settings')
      .or(other.getByRole('button', { name: /^You: / }))
      .first()
      .click()
    await other.getByRole('menuitem', { name: 'Log out' }).click()
    await heading(other, 'Log in to Latchkey')

    const dialog = one.getByRole('dialog', { name: 'You have logged out' })
    await dialog.waitFor()
    await checkPage(one)
    await other.getByLabel('API token').last().fill(portal.server.token)
    await logIn(other)
    await dialog.waitFor({ state: 'hidden' })
    await heading(one, 'API keys')
  })

  it('shows nothing of one operator to another', async () => {
    const one = await portal.newPage()
    await one.goto('/portal/users')
    await one.getByText(EMAIL).first().waitFor()
    const other = await portal.newPage({ besides: one })
    await other.goto('/portal/')
    await logOut(other)
    await fillPassword(other, EMAIL, PASSWORD)
    await logIn(other)
    await user(other, EMAIL).waitFor()
    await user(one, EMAIL).waitFor()
    await one.waitForURL('**/portal/p/1/1/functions')
  })
})
