import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, openPortal, type Portal } from './harness.ts'

const TOKENS = 130
const PATIENTLY = { timeout: 30_000 }
const LIST = '**/cloud/v1/tokens'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api === undefined) return
  const roles = [{ project_id: 1, role: 'viewer' as const }]
  for (let n = 1; n <= TOKENS; n++) await portal.api.tokens.create({ name: `ci-${n}`, roles })
})
afterAll(() => portal.close())

const table = (page: Page) => page.getByRole('table', { name: 'API tokens' })
const rows = (page: Page) => table(page).getByRole('row')

async function open(options = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto('/portal/tokens')
  await table(page).getByText('ci-1', { exact: true }).waitFor()
  return page
}

describe('a long list', () => {
  it.each([
    [1440, false],
    [360, true],
  ])(
    'draws what can be seen of it at %i px, dark: %s, and leads to its end',
    async (width, dark) => {
      const page = await open({ width, dark })
      await expect.poll(() => rows(page).count(), PATIENTLY).toBeLessThan(TOKENS / 2)
      expect(Number(await table(page).getAttribute('aria-rowcount'))).toBeGreaterThan(TOKENS)
      await checkPage(page)
      const last = table(page).getByText(`ci-${TOKENS}`, { exact: true })
      await expect
        .poll(async () => {
          await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
          return last.isVisible()
        })
        .toBe(true)
      await page
        .getByRole('status')
        .filter({ hasText: /^Showing \d+ of \d+$/ })
        .waitFor()
    },
  )

  it('keeps its columns in sight', async () => {
    const page = await open()
    await expect
      .poll(async () => {
        await page.evaluate(() => window.scrollTo(0, 2_000))
        const box = await table(page).getByRole('columnheader', { name: 'Name' }).boundingBox()
        return Math.round(box?.y ?? 0)
      }, PATIENTLY)
      .toBe(56)
  })

  it('is cards with the names of their values where it is narrow, and a table all the same', async () => {
    const page = await open({ width: 360 })
    const row = rows(page).filter({ has: page.getByText('ci-1', { exact: true }) })
    const cell = row.getByRole('cell').nth(1)
    const label = () => cell.evaluate((element) => getComputedStyle(element, '::before').content)
    await expect.poll(label, PATIENTLY).toBe('"Roles"')
    await expect
      .poll(async () => (await row.boundingBox())?.width ?? 999, PATIENTLY)
      .toBeLessThan(360)
  })
})

describe('a list that does not come', () => {
  it('says that the server is slow', async () => {
    const page = await portal.newPage()
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route(LIST, async (route) => {
      await held
      await route.continue()
    })
    await page.goto('/portal/tokens')
    await page.getByText('The server is slow to answer').waitFor()
    await checkPage(page)
    answer()
    await table(page).waitFor()
  })

  it('says why, and comes when it is asked for again', async () => {
    const page = await portal.newPage()
    await page.route(LIST, (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 403, code: 'forbidden', message: 'Not for now.' }),
      }),
    )
    await page.goto('/portal/tokens')
    await page.getByRole('alert').filter({ hasText: 'Not for now.' }).waitFor()
    await checkPage(page)
    await page.unroute(LIST)
    await page.getByRole('button', { name: 'Try again' }).click()
    await table(page).waitFor()
  })
})
