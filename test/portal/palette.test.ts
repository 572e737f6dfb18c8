import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matching } from '../../portal/src/app/palette-commands.ts'
import { HELLO, NAMESPACE, operator } from '../helpers/operator.ts'
import { checkPage, hasKeyboard, openPortal, type Portal } from './harness.ts'

const PATIENTLY = { timeout: 30_000 }

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.server === undefined) return
  const op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  await op.makeFunction('orders', HELLO)
  await portal.api.keys.create(
    { projectId: 1, regionId: 1 },
    { name: 'reports-reader', description: '', expire: null, functions: [] },
  )
})
afterAll(() => portal.close())

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
const field = (page: Page) => page.getByRole('combobox', { name: /^Find a page/ })
const option = (page: Page, name: string | RegExp) => page.getByRole('option', { name })

async function open(page: Page): Promise<void> {
  await page.goto('/portal/p/1/1/api-keys')
  await heading(page, 'API keys').waitFor()
  await page.keyboard.press('Control+k')
  await hasKeyboard(field(page))
}

describe('the command palette', () => {
  it.each([
    [1440, false],
    [1440, true],
    [360, false],
    [360, true],
  ])('keeps to the rules at %i px, dark: %s', async (width, dark) => {
    const page = await portal.newPage({ width, dark })
    await open(page)
    await checkPage(page)
  })

  it('goes to pages with the keyboard alone', async () => {
    const page = await portal.newPage()
    await open(page)
    await page.keyboard.type('namesp')
    await expect.poll(() => option(page, /./).count(), PATIENTLY).toBe(1)
    await page.keyboard.press('Enter')
    await heading(page, 'Namespaces').waitFor()
    await field(page).waitFor({ state: 'hidden' })
  })

  it('finds keys and functions as the server has them', async () => {
    const page = await portal.newPage()
    await open(page)
    await page.keyboard.type('reports')
    await option(page, /reports-reader/).waitFor()
    await checkPage(page)
    await page.keyboard.press('Enter')
    await heading(page, 'reports-reader').waitFor()
    await page.keyboard.press('Control+k')
    await field(page).fill('orders')
    await option(page, `${NAMESPACE}/orders`).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'orders').waitFor()
  })

  it('begins what is to be made, and says when nothing is found', async () => {
    const page = await portal.newPage()
    await open(page)
    await page.keyboard.type('create key')
    await option(page, 'Create API key').waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/new-api-key')
    await page.getByRole('button', { name: /^Search/ }).click()
    await field(page).fill('qqqq')
    await page.getByText('Nothing is called like that.').waitFor()
    await page.keyboard.press('Escape')
    await field(page).waitFor({ state: 'hidden' })
  })
})

describe('keyboard shortcuts', () => {
  it('lists them at a question mark, and goes to pages with two keys', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await heading(page, 'API keys').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await checkPage(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await heading(page, 'Namespaces').waitFor()
  })

  it('leaves those alone who type', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await heading(page, 'API keys').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('g n?/')
    const search = page.getByRole('searchbox', { name: 'Search by name' })
    await expect.poll(() => search.inputValue()).toBe('g n?/')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })
})

describe('what is found by what is typed', () => {
  const group = (...labels: string[]) => ({
    label: 'Pages',
    commands: labels.map((label) => ({ kind: 'go' as const, id: label, label, to: '/' })),
  })

  it('has every word, in any order and case', () => {
    const found = matching([group('API keys', 'Create API key', 'Nodes')], 'KEY create')
    expect(found[0]?.commands.map(({ label }) => label)).toEqual(['Create API key'])
  })

  it('is all for nothing typed, and no group without any', () => {
    expect(matching([group('Nodes')], ' ')).toEqual([group('Nodes')])
    expect(matching([group('Nodes')], 'zzz')).toEqual([])
  })
})
