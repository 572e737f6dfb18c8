import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, openPortal, type Portal } from './harness.ts'
import { SCOPE, tokenOf } from './people.ts'

const LIST = '/portal/p/1/1/namespaces'
const SECRET = 'canary-of-a-secret'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

async function made(name: string): Promise<void> {
  // A repeated test finds what the first try has made.
  if ((await portal.api.namespaces.list(SCOPE, { search: name })).count > 0) return
  await portal.api.namespaces.create(SCOPE, {
    name,
    description: 'of a test',
    envs: { CITY: 'Rome' },
    secret_envs: { PASSWORD: SECRET },
  })
}

const open = async (page: Page, name: string) => {
  await page.goto(`${LIST}/${name}`)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByRole('heading', { name: 'Environment' }).waitFor()
}

describe('namespaces', () => {
  it('are created with the keyboard alone, and found by their name', async () => {
    const page = await portal.newPage()
    await page.goto(LIST)
    // Where there are none yet, the empty list has another.
    await page.getByRole('button', { name: 'Create namespace' }).first().focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Create namespace' })
    await dialog.waitFor()
    await expect
      .poll(() => dialog.getByLabel('Name').evaluate((node) => node === document.activeElement))
      .toBe(true)
    await page.keyboard.type('Typed')
    await dialog.getByText('This is not such a name yet.').waitFor()
    await checkPage(page)
    for (let key = 0; key < 5; key++) await page.keyboard.press('Backspace')
    await page.keyboard.type('typed')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'typed' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`${LIST}/typed`)
    await made('other')
    await page.goto(LIST)
    await page.getByLabel('Search by name').fill('typ')
    await page.getByRole('link', { name: 'other', exact: true }).waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'typed', exact: true }).waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('?search=typ')
    await page.reload()
    await page.getByRole('link', { name: 'typed', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'other', exact: true }).count()).toBe(0)
  })

  it('that are called as another are refused at the field', async () => {
    await made('taken')
    const page = await portal.newPage()
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Create namespace' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('taken')
    await dialog.getByRole('button', { name: 'Create namespace' }).click()
    await dialog.getByText('Is already in use.').waitFor()
    expect(await dialog.getByLabel('Name').inputValue()).toBe('taken')
  })

  it('give values to their functions: set, replaced and removed, and secret ones never shown', async () => {
    await made('values')
    const page = await portal.newPage()
    await open(page, 'values')
    await page.getByText('PASSWORD').waitFor()
    expect(await page.content()).not.toContain(SECRET)
    await page.getByLabel('Value of CITY').fill('Oslo')
    await page.getByRole('button', { name: 'Add a plain value' }).click()
    await page.getByLabel('Name of the value').last().fill('MODE')
    await page.getByLabel('Value of MODE').fill('fast')
    await page.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await page.getByLabel('New secret value of PASSWORD').fill('another one')
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    expect(await portal.api.namespaces.get(SCOPE, 'values')).toMatchObject({
      envs: { CITY: 'Oslo', MODE: 'fast' },
      secret_env_names: ['PASSWORD'],
    })
    expect(await page.content()).not.toContain('another one')
    await page.getByRole('button', { name: 'Remove PASSWORD' }).click()
    await page.getByRole('button', { name: 'Remove MODE' }).click()
    await page.getByRole('button', { name: 'Save environment' }).click()
    await expect
      .poll(async () => (await portal.api.namespaces.get(SCOPE, 'values')).secret_env_names)
      .toEqual([])
    await checkPage(page)
  })

  it('lose no values that were typed by leaving the page', async () => {
    await made('typing')
    const page = await portal.newPage()
    await open(page, 'typing')
    await page.getByLabel('Value of CITY').fill('Bergen')
    await page.getByRole('link', { name: 'Namespaces' }).first().click()
    const asked = page.getByRole('dialog')
    await asked.getByRole('button', { name: 'Stay' }).click()
    await asked.waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Value of CITY').inputValue()).toBe('Bergen')
  })

  it('show the keys that open all of them, and are deleted with all that they have', async () => {
    await made('doomed')
    await portal.api.keys.create(SCOPE, {
      name: 'of-doomed',
      functions: [],
      namespaces: [{ name: 'doomed' }],
    })
    const page = await portal.newPage()
    await open(page, 'doomed')
    await page.getByRole('link', { name: 'of-doomed' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/access of 1 API key/).waitFor()
    const button = dialog.getByRole('button', { name: 'Delete namespace' })
    expect(await button.isDisabled()).toBe(true)
    await dialog.getByLabel('Type doomed to confirm').fill('doomed')
    await checkPage(page)
    await button.click()
    await page.getByRole('heading', { level: 1, name: 'Namespaces' }).waitFor()
    await expect(portal.api.namespaces.get(SCOPE, 'doomed')).rejects.toMatchObject({ status: 404 })
    expect((await portal.api.keys.get(SCOPE, 'of-doomed')).namespaces).toEqual([])
  })
})

describe('the pages of namespaces', () => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('can be used by everybody in %s at %i px', async (scheme, width) => {
    const name = `seen-${scheme}`
    await made(name)
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    await page.goto(LIST)
    await page.getByRole('link', { name, exact: true }).waitFor()
    await checkPage(page)
    await open(page, name)
    await page.getByText('No key opens the whole namespace.').waitFor()
    await checkPage(page)
  })

  it('offer a viewer nothing to change', async () => {
    await made('viewed')
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'viewer') })
    await page.goto(LIST)
    await page.getByRole('link', { name: 'viewed', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Create namespace' }).count()).toBe(0)
    await open(page, 'viewed')
    await page.getByText('Rome').waitFor()
    await page.getByText('Secret: it is not shown.').waitFor()
    for (const name of ['Delete', 'Save environment', 'Create function']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0)
    }
    await checkPage(page)
  })

  it('tell an invoker what the role does not show', async () => {
    await made('called')
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'invoker') })
    await open(page, 'called')
    await page.getByText('This needs the role viewer on this project.').first().waitFor()
    expect(await page.getByText('Rome').count()).toBe(0)
    await checkPage(page)
  })
})
