import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { checkPage, copiedBy, freshName, openPortal, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

const TOKENS = '/portal/tokens'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('API tokens', () => {
  it('are made with the keyboard alone, shown once, and work with the role that they got', async () => {
    const page = await portal.newPage()
    await page.goto(TOKENS)
    await page.getByRole('button', { name: 'Create API token' }).first().focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await expect
      .poll(() =>
        dialog
          .getByLabel('Name', { exact: false })
          .first()
          .evaluate((n) => n === document.activeElement),
      )
      .toBe(true)
    const name = freshName('from-the-keyboard')
    await page.keyboard.type(name)
    await dialog.getByRole('radio', { name: 'Viewer' }).focus()
    await page.keyboard.press('Space')
    await checkPage(page)
    await page.keyboard.press('Enter')
    const token = (await dialog.getByLabel('API token', { exact: true }).textContent())!
    expect(token).toMatch(/^\d+\$\S{40,}$/)
    await checkPage(page)
    await page.keyboard.press('Escape')
    expect(await dialog.isVisible()).toBe(true)
    const copy = dialog.getByRole('button', { name: 'Copy the API token' })
    expect(await copiedBy(page, () => copy.click())).toBe(token)
    await dialog.getByLabel('I have saved it').check()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const row = page.getByRole('row').filter({ hasText: name })
    await row.getByText(/^Viewer on /).waitFor()
    const left = await page.evaluate(() =>
      JSON.stringify([
        document.documentElement.outerHTML,
        { ...localStorage },
        { ...sessionStorage },
      ]),
    )
    expect(left).not.toContain(token.slice(token.indexOf('$') + 1))
    const client = createClient({ baseUrl: portal.server.url, token })
    expect((await client.me.get()).roles).toEqual([{ project_id: 1, role: 'viewer' }])
  })

  it('are made once when the first answer is lost', async () => {
    const page = await portal.newPage()
    await page.goto(TOKENS)
    const called = freshName('once')
    let sent = 0
    await page.route('**/cloud/v1/tokens', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      sent += 1
      if (sent > 1) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await page.getByRole('button', { name: 'Create API token' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').first().fill(called)
    await dialog.getByRole('button', { name: 'Create API token' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByRole('button', { name: 'Create API token' }).click()
    await dialog.getByText('It cannot be shown').waitFor()
    await checkPage(page, { ignoring: /ERR_FAILED/ })
    await dialog.getByRole('button', { name: 'Close' }).click()
    const { results } = await portal.api.tokens.list()
    expect(results.filter(({ name }) => name === called)).toHaveLength(1)
  })

  it('are refused a name that is taken, at its field', async () => {
    await tokenOf(portal.api, 'invoker')
    const page = await portal.newPage()
    await page.goto(TOKENS)
    await page.getByRole('button', { name: 'Create API token' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').first().fill('invoker of 1')
    await dialog.getByRole('button', { name: 'Create API token' }).click()
    await dialog.getByText(/already/).waitFor()
  })

  it('that come from the settings cannot be deleted: the server says why', async () => {
    const page = await portal.newPage()
    await page.goto(TOKENS)
    const row = page.getByRole('row').filter({ hasText: 'From LATCHKEY_ADMIN_TOKEN' })
    await row.getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Delete token' }).click()
    await dialog.getByText(/This token comes from LATCHKEY_ADMIN_TOKEN/).waitFor()
  })

  it('are deleted when that was confirmed, and open nothing then', async () => {
    const roles = [{ project_id: 1, role: 'viewer' as const }]
    const { token } = await portal.api.tokens.create({ name: freshName('doomed'), roles })
    const client = createClient({ baseUrl: portal.server.url, token })
    const { name } = await client.me.get()
    const page = await portal.newPage()
    await page.goto(TOKENS)
    await page.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/It was last used/).waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Delete token' }).click()
    await page.getByRole('row').filter({ hasText: name }).waitFor({ state: 'hidden' })
    await expect(client.me.get()).rejects.toMatchObject({ status: 401 })
  })

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('are listed for everybody in %s at %i px', async (scheme, width) => {
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    await page.goto(TOKENS)
    await page.getByText('Owner on all projects').first().waitFor()
    await checkPage(page)
  })

  it('that are no owners make no others: the page says so', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'editor') })
    await page.goto(TOKENS)
    await page.getByText('Editor on').first().waitFor()
    await page.getByRole('button', { name: 'Create API token' }).first().click()
    await page.getByText('You have no role that a token could be given.').waitFor()
    await checkPage(page)
  })

  it('are offered to a person with the roles that the person has', async () => {
    const email = 'maker@example.com'
    const password = 'correct horse battery'
    const { results } = await portal.api.users.list({ limit: 1000 })
    if (!results.some((one) => one.email === email)) {
      await portal.api.users.create({ email, password })
    }
    await portal.api.members.set(1, email, 'viewer')
    const page = await portal.newPage({ signedIn: false })
    const answer = await page.request.post('/iam/auth/login', {
      headers: { 'x-latchkey-csrf': '1' },
      data: { email, password },
    })
    expect(answer.ok()).toBe(true)
    await page.goto(TOKENS)
    await page.getByRole('button', { name: 'Create API token' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Viewer' }).waitFor()
    await dialog.getByRole('radio', { name: 'Invoker' }).waitFor()
    expect(await dialog.getByRole('radio').count()).toBe(2)
  })
})
