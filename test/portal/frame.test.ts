import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, openPortal, type Portal } from './harness.ts'

const PATIENTLY = { timeout: 30_000 }

let portal: Portal
/** Tokens by role on the first project. */
const tokens: Record<string, string> = {}

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api === undefined) return
  for (const role of ['invoker', 'viewer', 'editor'] as const) {
    const roles = [{ project_id: 1, role }]
    tokens[role] = (await portal.api.tokens.create({ name: role, roles })).token
  }
})
afterAll(() => portal.close())

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
const menu = (page: Page) => page.getByRole('navigation', { name: 'Pages' })

/** Another project than the first, whichever test comes first. */
async function secondProject(): Promise<{ readonly id: number }> {
  const { results } = await portal.api.projects.list()
  const known = results.find(({ name }) => name === 'second')
  return known ?? (await portal.api.projects.create({ name: 'second', description: '' }))
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

describe('the menu', () => {
  it('leads to Functions, then API keys, and marks the one page that is open', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/')
    await menu(page).getByRole('link', { name: 'Functions', exact: true }).click()
    await menu(page).getByRole('link', { name: 'API keys' }).click()
    await heading(page, 'API keys').waitFor()
    const marked = menu(page).locator('[aria-current]')
    await expect.poll(() => marked.allTextContents()).toEqual(['API keys'])
  })

  it('marks the list of what is open below it', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/new-api-key')
    const marked = menu(page).locator('[aria-current]')
    await marked.first().waitFor()
    await expect.poll(() => marked.allTextContents()).toEqual(['API keys'])
  })

  it.each([
    ['invoker', ['Functions', 'Namespaces', 'Operators', 'API tokens']],
    [
      'editor',
      ['Functions', 'Overview', 'Namespaces', 'API keys', 'Operators', 'API tokens', 'Settings'],
    ],
  ])('shows the role %s what it may see', async (role, labels) => {
    const page = await portal.newPage({ token: tokens[role]! })
    await page.goto('/portal/account')
    await heading(page, 'Account').waitFor()
    await expect.poll(() => menu(page).getByRole('link').allTextContents()).toEqual(labels)
  })

  it('opens and closes where it is narrow, and is not in the way of the keyboard when closed', async () => {
    const page = await portal.newPage({ width: 360 })
    await page.goto('/portal/p/1/1/api-keys')
    await heading(page, 'API keys').waitFor()
    expect(await menu(page).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Menu' }).press('Enter')
    await menu(page).getByRole('link', { name: 'Namespaces' }).click()
    await heading(page, 'Namespaces').waitFor()
    await menu(page).waitFor({ state: 'hidden' })
    await checkPage(page)
  })
})

describe('the frame', () => {
  it('leads past the menu', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await heading(page, 'API keys').waitFor()
    await page.keyboard.press('Tab')
    await expect.poll(() => focused(page)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
  })

  it('puts the keyboard at the heading of a page that was opened, and says its name', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await heading(page, 'API keys').waitFor()
    await menu(page).getByRole('link', { name: 'Namespaces' }).press('Enter')
    await heading(page, 'Namespaces').waitFor()
    await expect.poll(() => focused(page), PATIENTLY).toBe('Namespaces')
    await page.locator('[aria-live]').filter({ hasText: 'Namespaces · Latchkey' }).waitFor()
    await expect.poll(() => page.title()).toBe('Namespaces · Latchkey')
  })

  it('is drawn in the colours that are chosen, and remembers them', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('button', { name: /^Colours/ }).click()
    await checkPage(page)
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await page.reload()
    await heading(page, 'API keys').waitFor()
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    await expect.poll(scheme).toBe('dark')
    await checkPage(page)
  })

  it('shows what there is not as not found, with a way back', async () => {
    const page = await portal.newPage()
    for (const path of ['p/77/1/functions', 'p/x/1/functions', 'nowhere']) {
      await page.goto(`/portal/${path}`)
      await heading(page, 'Not found').waitFor()
    }
    await checkPage(page)
    await page.getByRole('link', { name: 'To the functions' }).click()
    await heading(page, 'Functions').waitFor()
  })
})

describe('more than one project', () => {
  it('can be switched between, on the same page', async () => {
    const project = await secondProject()
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys?search=x')
    await page.getByRole('button', { name: /^Project: / }).click()
    await page.getByRole('menuitemradio', { name: 'second' }).click()
    await page.waitForURL(`**/portal/p/${project.id}/1/api-keys`)
    await heading(page, 'API keys').waitFor()
    await checkPage(page)
    await page.goto('/portal/')
    await page.waitForURL(`**/portal/p/${project.id}/1/functions`)
  })

  it('leaves what belongs to one of them for its list', async () => {
    await secondProject()
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys/demo')
    await page.getByRole('button', { name: /^Project: / }).click()
    await page.getByRole('menuitemradio', { name: 'second' }).click()
    await page.waitForURL(/\/portal\/p\/\d+\/1\/api-keys$/)
  })

  it('offers none to who has a role on one', async () => {
    await secondProject()
    const page = await portal.newPage({ token: tokens.viewer! })
    await page.goto('/portal/p/1/1/api-keys')
    await heading(page, 'API keys').waitFor()
    expect(await page.getByRole('button', { name: /^Project: / }).count()).toBe(0)
  })
})
