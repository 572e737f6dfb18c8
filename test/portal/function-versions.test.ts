import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, answering, call, finished, makeFunction, SCOPE } from './function-helpers.ts'
import { checkPage, hasKeyboard, openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

async function withVersions(name: string) {
  const fn = await makeFunction(portal.api, name, { envs: { MODE: 'slow-mode' } })
  const second = {
    code_text: answering('second'),
    files: { 'lib/note.txt': 'a note\n' },
    envs: { MODE: 'fast-mode' },
  }
  await finished(portal.api, await portal.api.functions.update(SCOPE, fn, second))
  return fn
}

describe('the versions of a function', () => {
  it('are listed with who made them, and rolled back to, which the gateway answers by', async () => {
    const fn = await withVersions('roll-back')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'versions'))
    const rows = page.getByRole('table', { name: 'Versions' }).getByRole('row')
    await rows.filter({ hasText: 'First version' }).waitFor()
    await rows.filter({ hasText: 'Serves' }).getByText('Deployed').waitFor()
    await checkPage(page)
    expect(await call(fn.endpoint)).toBe('second')
    await page.getByRole('button', { name: 'Actions for version 1' }).click()
    await page.getByRole('menuitem', { name: 'Roll back to it' }).click()
    const dialog = page.getByRole('dialog', { name: 'Roll back to version 1?' })
    await dialog.getByText('Nothing is built').waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Roll back' }).click()
    await rows.filter({ hasText: 'Rolled back to version 1' }).waitFor()
    await dialog.waitFor({ state: 'hidden' })
    expect(await call(fn.endpoint)).toBe('first')
  })

  it('are compared, with a link to what is compared, and tell values by their names alone', async () => {
    const fn = await withVersions('compared')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'versions'))
    await page.getByRole('checkbox', { name: 'Compare version 1' }).check()
    await page.getByRole('checkbox', { name: 'Compare version 2' }).check()
    await page.getByRole('heading', { name: 'From version 1 to version 2' }).waitFor()
    await page.getByRole('textbox', { name: 'handler.js, Version 1' }).getByText('first').waitFor()
    await page.getByRole('textbox', { name: 'handler.js, Version 2' }).getByText('second').waitFor()
    await page.getByRole('heading', { name: 'lib/note.txt (added)' }).waitFor()
    await page.getByText('Environment values changed: MODE').waitFor()
    await checkPage(page)
    expect(await page.content()).not.toContain('fast-mode')
    const sent = page.url()
    const other = await portal.newPage({ width: 360, dark: true })
    await other.goto(sent)
    await other
      .getByRole('textbox', { name: 'handler.js, from Version 1 to Version 2' })
      .getByText('second')
      .waitFor()
    await checkPage(other)
  })

  it('are rolled back with the keyboard alone', async () => {
    const fn = await withVersions('by-keyboard')
    const page = await portal.newPage({ width: 360 })
    await page.goto(addressOf(fn, 'versions'))
    await page.getByRole('button', { name: 'Actions for version 1' }).focus()
    await page.keyboard.press('Enter')
    await hasKeyboard(page.getByRole('menu'))
    await page.getByRole('menuitem', { name: 'Roll back to it' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Roll back to version 1?' })
    await hasKeyboard(dialog)
    await dialog.getByRole('button', { name: 'Roll back' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Rolled back to version 1').waitFor()
    await dialog.waitFor({ state: 'hidden' })
    expect(await call(fn.endpoint)).toBe('first')
    await checkPage(page)
  })
})
