import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('a dialog with what is shown once', () => {
  it('has the keyboard, and asks before the page is left', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/account')
    await page.getByRole('link', { name: 'API tokens' }).first().click()
    await page.getByRole('button', { name: 'Create API token' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill(freshName('not-left'))
    await page.keyboard.press('Enter')
    const secret = dialog.getByLabel('API token', { exact: true })
    const shown = await secret.textContent()
    await hasFocus(dialog.getByRole('button', { name: 'Copy the API token' }))
    await page.goBack()
    const asked = page.getByRole('dialog', { name: 'Leave without the API token?' })
    await asked.waitFor()
    await checkPage(page)
    await asked.getByRole('button', { name: 'Stay' }).click()
    await asked.waitFor({ state: 'hidden' })
    expect(await secret.textContent()).toBe(shown)
    expect(new URL(page.url()).pathname).toBe('/portal/tokens')
    await dialog.getByLabel('I have saved it').check()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await hasFocus(page.getByRole('button', { name: 'Create API token' }).first())
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor()
  })
})

describe('a dialog from the menu of a row', () => {
  it('gives the keyboard back to the menu, and to the heading when the row is gone', async () => {
    const email = `${freshName('row')}@example.com`
    await portal.api.users.create({ email, password: 'correct horse battery' })
    const page = await portal.newPage()
    await page.goto('/portal/users')
    const menu = page.getByRole('button', { name: `Actions for ${email}` })
    const dialog = page.getByRole('dialog')
    for (const action of ['Edit', 'Reset password', 'Disable', 'Delete']) {
      await chooseByKeyboard(page, menu, action)
      await dialog.waitFor()
      await hasFocusWithin(dialog)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await hasFocus(menu)
    }
    await chooseByKeyboard(page, menu, 'Delete')
    await dialog.getByLabel(`Type ${email} to confirm`).fill(email)
    await page.keyboard.press('Enter')
    await menu.waitFor({ state: 'hidden' })
    await hasFocus(page.getByRole('heading', { level: 1, name: 'Users' }))
  })
})

async function chooseByKeyboard(page: Page, menu: Locator, action: string): Promise<void> {
  await menu.focus()
  await page.keyboard.press('Enter')
  const item = page.getByRole('menuitem', { name: action })
  await item.waitFor()
  await hasFocusWithin(page.getByRole('menu'))
  await item.focus()
  await page.keyboard.press('Enter')
}

async function hasFocus(element: Locator): Promise<void> {
  await expect.poll(() => element.evaluate((one) => one === document.activeElement)).toBe(true)
}

async function hasFocusWithin(element: Locator): Promise<void> {
  await expect
    .poll(() => element.evaluate((one) => one.contains(document.activeElement)))
    .toBe(true)
}
