import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshName, openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('who is hasty', () => {
  it('changes something once by two clicks that come while the browser is busy', async () => {
    const page = await portal.newPage()
    const dialog = await fillToken(page, 'clicked-twice')
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url())
    })
    await clickTwiceWhileBusy(page, dialog.getByRole('button', { name: 'Create API token' }))
    await dialog.getByLabel('API token', { exact: true }).waitFor()
    expect(sent).toHaveLength(1)
  })

  it('is shown the secret of what was asked for, though the dialog was closed before it came', async () => {
    const page = await portal.newPage()
    const dialog = await fillToken(page, 'closed-early')
    const answer = Promise.withResolvers<void>()
    await page.route('**/cloud/v1/tokens', async (route) => {
      if (route.request().method() === 'POST') await answer.promise
      await route.fallback()
    })
    await dialog.getByRole('button', { name: 'Create API token' }).click()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    answer.resolve()
    await dialog.getByLabel('API token', { exact: true }).waitFor()
    await dialog.getByLabel('I have saved it').check()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })

  it('cannot leave the dialog that a rotated secret is on the way to', async () => {
    const name = freshName('hasty')
    await portal.api.keys.create({ projectId: 1, regionId: 1 }, { name })
    const page = await portal.newPage()
    await page.goto(`/portal/p/1/1/api-keys/${name}`)
    const answer = Promise.withResolvers<void>()
    await page.route('**/rotate', async (route) => {
      await answer.promise
      await route.fallback()
    })
    await page.getByRole('button', { name: 'Rotate' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Rotate' }).click()
    await page.keyboard.press('Escape')
    answer.resolve()
    await dialog.getByText(/lk_/).first().waitFor()
  })
})

describe('a change that ends after its dialog was closed', () => {
  it('closes no other dialog', async () => {
    const scope = { projectId: 1, regionId: 1 }
    const [late, other] = [freshName('late'), freshName('other')]
    for (const name of [late, other]) await portal.api.keys.create(scope, { name })
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    const choose = async (name: string, action: string) => {
      await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
      await page.getByRole('menuitem', { name: action, exact: true }).click()
    }
    const answer = Promise.withResolvers<void>()
    await page.route(`**/${late}`, async (route) => {
      if (route.request().method() === 'PATCH') await answer.promise
      await route.fallback()
    })
    await choose(late, 'Disable')
    const first = page.getByRole('dialog', { name: `Disable ${late}?` })
    await first.getByRole('button', { name: 'Disable' }).click()
    await page.keyboard.press('Escape')
    await first.waitFor({ state: 'detached' })
    await choose(other, 'Rotate')
    const second = page.getByRole('dialog', { name: `Rotate ${other}?` })
    await second.waitFor()
    answer.resolve()
    const row = page.getByRole('row', { name: new RegExp(`^${late}`), includeHidden: true })
    await row.getByText('Disabled', { exact: true }).waitFor()
    expect(await second.isVisible()).toBe(true)
  })
})

async function fillToken(page: Page, name: string): Promise<Locator> {
  await page.goto('/portal/tokens')
  await page.getByRole('button', { name: 'Create API token' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(freshName(name))
  return dialog
}

/** The browser hands the clicks on one after the other, as soon as it can. */
async function clickTwiceWhileBusy(page: Page, button: Locator): Promise<void> {
  await button.scrollIntoViewIfNeeded()
  await button.click({ trial: true })
  const box = (await button.boundingBox())!
  const { mouse } = page
  await mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.evaluate(() => {
    setTimeout(() => {
      const begunMs = performance.now()
      while (performance.now() - begunMs < 500);
    })
  })
  await Promise.all([
    mouse.down(),
    mouse.up(),
    mouse.down({ clickCount: 2 }),
    mouse.up({ clickCount: 2 }),
  ])
}
