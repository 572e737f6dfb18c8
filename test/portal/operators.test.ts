import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

const MEMBERS = '/portal/p/1/1/members'
const USERS = '/portal/users'
const PASSWORD = 'correct horse battery'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

async function user(email: string): Promise<number> {
  const known = (await portal.api.users.list({ limit: 1000 })).results
  const found = known.find((one) => one.email === email)
  return (found ?? (await portal.api.users.create({ email, name: 'Test', password: PASSWORD }))).id
}

async function logsIn(email: string, password: string): Promise<boolean> {
  const answer = await fetch(`${portal.server.url}/iam/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  return answer.ok
}

async function act(page: Page, of: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${of}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

describe('members of a project', () => {
  it('are added by their address, get another role and are removed', async () => {
    const email = `${freshName('eve')}@example.com`
    await user(email)
    const page = await portal.newPage()
    await page.goto(MEMBERS)
    await page.getByRole('button', { name: 'Add member' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Add member' })
    await dialog.getByLabel('E-mail address').fill(email)
    await dialog.getByRole('radio', { name: 'Editor' }).check()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Add member' }).click()
    const table = page.getByRole('table', { name: 'Members' })
    const row = table.getByRole('row').filter({ hasText: email })
    await row.getByText('Editor', { exact: true }).waitFor()
    await row.getByText(/changes functions, namespaces/).waitFor()
    await act(page, email, 'Change role')
    const change = page.getByRole('dialog', { name: /Change the role/ })
    await change.getByRole('radio', { name: 'Viewer' }).check()
    await change.getByRole('button', { name: 'Change role' }).click()
    await row.getByText('Viewer', { exact: true }).waitFor()
    await act(page, email, 'Remove')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await row.waitFor({ state: 'hidden' })
    const { results } = await portal.api.members.list(1)
    expect(results.map((one) => one.email)).not.toContain(email)
  })

  it('must be users: the server says who is none', async () => {
    const page = await portal.newPage()
    await page.goto(MEMBERS)
    await page.getByRole('button', { name: 'Add member' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('E-mail address').fill('nobody@example.com')
    await dialog.getByRole('button', { name: 'Add member' }).click()
    await dialog.getByText('There is no user nobody@example.com.').waitFor()
  })

  it('through a role on all projects are shown, and not changed here', async () => {
    const id = await user('ann@example.com')
    await portal.api.users.update(id, { role: 'owner' })
    const page = await portal.newPage()
    await page.goto(MEMBERS)
    const row = page.getByRole('row').filter({ hasText: 'ann@example.com' })
    await row.getByText(/on all projects/).waitFor()
    expect(await page.getByRole('button', { name: 'Actions for ann@example.com' }).count()).toBe(0)
  })

  it('are of a project that an owner of all has just made', async () => {
    const page = await portal.newPage()
    await page.goto(MEMBERS)
    await page.getByRole('button', { name: 'Create project' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create project' })
    const name = freshName('Night shift')
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByRole('button', { name: 'Create project' }).click()
    await page.getByRole('heading', { level: 1, name: `Members of ${name}` }).waitFor()
    const { results } = await portal.api.projects.list()
    expect(results.map((one) => one.name)).toContain(name)
  })
})

describe('users of the server', () => {
  it('are made with a password that is shown once, with the keyboard alone', async () => {
    const email = `${freshName('new')}@example.com`
    const page = await portal.newPage()
    await page.goto(USERS)
    await page.getByRole('button', { name: 'Create user' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await expect
      .poll(() => dialog.getByLabel('E-mail address').evaluate((n) => n === document.activeElement))
      .toBe(true)
    await page.keyboard.type(email)
    await checkPage(page)
    await page.keyboard.press('Enter')
    const password = await dialog.getByLabel('password', { exact: true }).textContent()
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
    const close = dialog.getByRole('button', { name: 'Close' })
    expect(await close.isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await dialog.isVisible()).toBe(true)
    await checkPage(page)
    await dialog.getByLabel('I have saved it').check()
    await close.click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await page.content()).not.toContain(password)
    expect(await logsIn(email, password!)).toBe(true)
  })

  it('are told the rule of passwords as they are typed', async () => {
    const page = await portal.newPage()
    await page.goto(USERS)
    await page.getByRole('button', { name: 'Create user' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('E-mail address').fill('typed@example.com')
    await dialog.getByRole('radio', { name: 'Type one' }).check()
    await dialog.getByLabel(/^Password/).fill('short')
    await dialog.getByText('It must have at least 12 characters.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Create user' }).isDisabled()).toBe(true)
  })

  it('are disabled, enabled, given another password and deleted', async () => {
    const email = `${freshName('gone')}@example.com`
    await user(email)
    const page = await portal.newPage()
    await page.goto(USERS)
    const row = page.getByRole('row').filter({ hasText: email })
    await row.waitFor()
    await act(page, email, 'Disable')
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await row.getByText('Disabled').waitFor()
    expect(await logsIn(email, PASSWORD)).toBe(false)
    await act(page, email, 'Enable')
    await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
    await row.getByText('Disabled').waitFor({ state: 'hidden' })
    await act(page, email, 'Reset password')
    const reset = page.getByRole('dialog')
    await reset.getByRole('radio', { name: 'Type one' }).check()
    await reset.getByLabel(/^Password/).fill(`${PASSWORD} two`)
    await reset.getByRole('button', { name: 'Reset password' }).click()
    await reset.waitFor({ state: 'hidden' })
    expect(await logsIn(email, `${PASSWORD} two`)).toBe(true)
    await act(page, email, 'Delete')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(`Type ${email} to confirm`).fill(email)
    await dialog.getByRole('button', { name: 'Delete user' }).click()
    await row.waitFor({ state: 'hidden' })
  })
})

describe('the pages of operators', () => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('can be used by everybody in %s at %i px', async (scheme, width) => {
    await user('seen@example.com')
    await portal.api.members.set(1, 'seen@example.com', 'viewer')
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    for (const place of [MEMBERS, USERS]) {
      await page.goto(place)
      await page.getByText('seen@example.com').waitFor()
      await checkPage(page)
    }
  })

  it.each(['editor', 'viewer', 'invoker'] as const)(
    'say to a token with the role %s why they are empty',
    async (role) => {
      const page = await portal.newPage({ token: await tokenOf(portal.api, role) })
      await page.goto(MEMBERS)
      await page.getByText('This needs the role owner on this project.').waitFor()
      expect(await page.getByRole('button', { name: 'Add member' }).count()).toBe(0)
      await checkPage(page)
      await page.goto(USERS)
      await page.getByText('This needs the role owner on all projects.').waitFor()
      expect(await page.getByRole('button', { name: 'Create user' }).count()).toBe(0)
      await checkPage(page)
    },
  )

  it('let an owner of one project change its members, and make no users or projects', async () => {
    const token = await tokenOf(portal.api, 'owner')
    const page = await portal.newPage({ token })
    await page.goto(MEMBERS)
    await page.getByRole('button', { name: 'Add member' }).first().waitFor()
    expect(await page.getByRole('button', { name: 'Create project' }).count()).toBe(0)
    const client = createClient({ baseUrl: portal.server.url, token })
    await expect(client.users.list()).rejects.toMatchObject({ status: 403 })
    await page.goto(USERS)
    await page.getByText('This needs the role owner on all projects.').waitFor()
  })
})
