import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeExample } from '../../scripts/portal/example.ts'
import { everyPage } from './every-page.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'

let full: Portal
let empty: Portal

beforeAll(async () => {
  ;[full, empty] = await Promise.all([openPortal(), openPortal()])
  if (full.api !== undefined) await makeExample(full.api)
})
afterAll(async () => {
  await full.close()
  await empty.close()
})

/** Opened cold, as from a link. Resolves when nothing is on its way any more. */
async function openCold(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  // A tab that is not shown may wait until it is.
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[aria-busy="true"]')].every((busy) => !busy.checkVisibility()),
  )
}

/** Logging in is shown to nobody who is logged in, and logging out ends the session of the next page. */
const PAGES = everyPage().filter((path) => !/sign-(?:in|out)$/.test(path))

it('the list of pages is the table of routes', () => {
  expect(everyPage()).toContain('/portal/sign-in')
  expect(PAGES).toContain('/portal/p/1/1/functions/shop/price/logs')
  expect(PAGES).toContain('/portal/p/1/1/api-keys/web-shop/edit/expiration')
  expect(PAGES.length).toBeGreaterThan(30)
})

describe.each([
  ['wide and light', { width: 1440, dark: false }],
  ['wide and dark', { width: 1440, dark: true }],
  ['narrow', { width: 360, dark: false }],
])('every page, %s,', (_, options) => {
  let page: Page
  beforeAll(async () => {
    if (full.api !== undefined) page = await full.newPage(options)
  })

  it.each(PAGES)('%s', async (path) => {
    await openCold(page, path)
    expect(new URL(page.url()).pathname).toBe(path)
    expect(await page.title()).toMatch(/^.+ · Latchkey$/)
    await checkPage(page)
  })

  it('/portal/sign-in', async () => {
    const stranger = await full.newPage({ ...options, signedIn: false })
    await openCold(stranger, '/portal/sign-in')
    await checkPage(stranger)
    await stranger.context().close()
  })
})

describe('where nothing was made yet,', () => {
  let page: Page
  beforeAll(async () => {
    if (empty.api !== undefined) page = await empty.newPage({ width: 360 })
  })

  it.each(PAGES)('%s says what is missing', async (path) => {
    await openCold(page, path)
    await checkPage(page)
  })
})
