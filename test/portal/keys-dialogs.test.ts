import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { checkPage, hasKeyboard } from './harness.ts'
import { choose, dialogOf, keysPortal, openList, rowOf } from './key-helpers.ts'

const at = keysPortal()
const FILE = /\/assets\/key-dialog-[-\w]+\.js$/
/** What the browser says of a file that does not come. */
const ABORTED = /ERR_FAILED|Failed to fetch dynamically/

const dotsOf = (page: Page, name: string) =>
  page.getByRole('button', { name: `Actions for ${name}`, exact: true })

async function expectFocused(locator: ReturnType<typeof dotsOf>): Promise<void> {
  await expect.poll(() => locator.evaluate((e) => e === document.activeElement)).toBe(true)
}

describe('what asks before a key is changed', () => {
  it('is not part of the list, and is fetched when the pointer comes near', async () => {
    await at.op.makeKey('near', ['hello'])
    const page = await at.portal.newPage()
    const fetched: string[] = []
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname))
    await openList(page)
    await rowOf(page, 'near').waitFor()
    await page.waitForLoadState('networkidle')
    expect(fetched.filter((path) => FILE.test(path))).toEqual([])
    const near = page.waitForResponse((response) => FILE.test(new URL(response.url()).pathname))
    await dotsOf(page, 'near').hover()
    await (await near).finished()
    await choose(page, 'near', 'Delete')
    await dialogOf(page, 'Delete near?').waitFor()
    expect(fetched.filter((path) => FILE.test(path))).toHaveLength(1)
  })

  it('is fetched when the keyboard comes near, and gives the keyboard back to the three dots', async () => {
    await at.op.makeKey('typed', ['hello'])
    const page = await at.portal.newPage()
    await openList(page)
    const near = page.waitForResponse((response) => FILE.test(new URL(response.url()).pathname))
    await dotsOf(page, 'typed').focus()
    await (await near).finished()
    await page.keyboard.press('Enter')
    const item = page.getByRole('menuitem', { name: 'Disable', exact: true })
    await hasKeyboard(page.getByRole('menu'))
    await item.focus()
    await page.keyboard.press('Enter')
    await hasKeyboard(dialogOf(page, 'Disable typed?'))
    await page.keyboard.press('Escape')
    await expectFocused(dotsOf(page, 'typed'))
  })

  it('is said to come while it is awaited', async () => {
    await at.op.makeKey('awaited', ['hello'])
    const page = await at.portal.newPage()
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route(FILE, async (route) => {
      await released
      await route.continue()
    })
    await openList(page)
    await choose(page, 'awaited', 'Rotate')
    await dialogOf(page, 'One moment').waitFor()
    await checkPage(page)
    release()
    await dialogOf(page, 'Rotate awaited?').waitFor()
    await dialogOf(page, 'One moment').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await expectFocused(dotsOf(page, 'awaited'))
  })

  it('is said not to come, and to be had with the page when the server answers', async () => {
    await at.op.makeKey('lost', ['hello'])
    const page = await at.portal.newPage()
    await page.route(FILE, (route) => route.abort())
    await openList(page)
    await choose(page, 'lost', 'Disable')
    const fault = dialogOf(page, 'This cannot be shown yet')
    await fault.waitFor()
    await checkPage(page, { ignoring: ABORTED })
    await fault.getByRole('button', { name: 'Close', exact: true }).last().click()
    await expectFocused(dotsOf(page, 'lost'))

    await choose(page, 'lost', 'Disable')
    const again = fault.getByRole('button', { name: 'Load the page again' })
    await page.route('**/api-keys', (route) => route.abort())
    await again.click()
    await fault.getByText('The server does not answer yet.').waitFor()
    await page.unroute('**/api-keys')
    await page.unroute(FILE)
    await again.click()
    await fault.waitFor({ state: 'detached' })
    await choose(page, 'lost', 'Disable')
    const dialog = dialogOf(page, 'Disable lost?')
    await dialog.getByRole('button', { name: 'Disable', exact: true }).click()
    await rowOf(page, 'lost').getByText('Disabled').waitFor()
    await checkPage(page, { ignoring: ABORTED })
  })
})
