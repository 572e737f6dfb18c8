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
  await settled(page)
}

async function settled(page: Page): Promise<void> {
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

/** On a page that is there: it draws itself anew for each. */
const LOOKS = [
  { width: 1440, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'light' },
  { width: 360, colorScheme: 'light' },
] as const

async function checkLooks(page: Page): Promise<void> {
  for (const { width, colorScheme } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    await settled(page)
    await checkPage(page)
  }
}

describe('every page, wide and dark, wide and light, and narrow,', () => {
  let page: Page
  beforeAll(async () => {
    if (full.api !== undefined) page = await full.newPage()
  })

  it.each(PAGES)('%s', async (path) => {
    await openCold(page, path)
    expect(new URL(page.url()).pathname).toBe(path)
    expect(await page.title()).toMatch(/^.+ · Latchkey$/)
    await checkLooks(page)
  })

  it('/portal/sign-in', async () => {
    const stranger = await full.newPage({ signedIn: false })
    await openCold(stranger, '/portal/sign-in')
    await checkLooks(stranger)
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
