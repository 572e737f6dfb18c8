import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, makeFunction } from './function-helpers.ts'
import { openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

const PATIENTLY = { timeout: 60_000 }

async function isCalled(page: Page, title: string): Promise<void> {
  await expect.poll(() => page.title(), PATIENTLY).toBe(`${title} · Latchkey`)
}

describe('what is read out', () => {
  it('names each page of a function, also on the way back to one that was opened before', async () => {
    const fn = await makeFunction(portal.api, 'spoken')
    const page = await portal.newPage()
    await page.goto(addressOf(fn))
    await isCalled(page, 'Overview: shop/spoken')
    const pages = page.getByRole('navigation', { name: 'Pages of the function' })
    for (const name of ['Calls', 'Versions', 'Logs', 'Overview', 'Calls']) {
      await pages.getByRole('link', { name }).press('Enter')
      await isCalled(page, `${name}: shop/spoken`)
      const said = page.locator('[aria-live]').filter({ hasText: `${name}: shop/spoken` })
      await said.waitFor({ state: 'attached' })
    }
  })

  it('names each tab of the settings', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/settings/keys')
    await isCalled(page, 'API keys: Settings of default')
    await page.getByRole('tab', { name: 'Mail' }).click()
    await isCalled(page, 'Mail: Settings of default')
  })

  it('tells once how much is unread', async () => {
    await portal.api.keys.create(
      { projectId: 1, regionId: 1 },
      { name: 'told-once', functions: [] },
    )
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/notifications')
    await page.getByRole('button', { name: /^Notifications, \d+ unread$/ }).waitFor()
    const header = await page.getByRole('banner').ariaSnapshot()
    expect(header).toMatch(/button "Notifications, \d+ unread"/)
    expect(header).not.toMatch(/text: "?\d+/)
  })

  it('keeps what a switch is called apart from what it does', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/settings/keys')
    await page.getByRole('switch', { name: 'Keys must expire', exact: true }).waitFor()
  })

  it('goes on at the button that was pressed, which cannot be while it works', async () => {
    const fn = await makeFunction(portal.api, 'goes-on')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'test'))
    const send = page.getByRole('button', { name: 'Send', exact: true })
    await send.press('Enter')
    await page.getByRole('region', { name: 'Answer', exact: true }).waitFor()
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent), PATIENTLY)
      .toBe('Send')
  })

  it('is all that is printed of a page: nothing that leads away, nothing to press', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('link', { name: 'Create now' }).waitFor()
    await page.emulateMedia({ media: 'print' })
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    for (const role of ['banner', 'navigation'] as const) {
      await expect.poll(() => page.getByRole(role).count(), PATIENTLY).toBe(0)
    }
    await page.getByRole('link', { name: 'Create now' }).waitFor({ state: 'hidden' })
    const room = () => page.getByRole('main').evaluate((main) => getComputedStyle(main).padding)
    await expect.poll(room, PATIENTLY).toBe('0px')
  })
})
