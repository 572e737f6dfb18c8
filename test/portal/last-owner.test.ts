import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient } from '../../src/client/client.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'

const ANN = { email: 'ann@example.com', password: 'correct horse battery' }
const WIDTHS = [
  ['light', 1440],
  ['dark', 360],
] as const

let portal: Portal

// For each, as one ends what the other has.
async function openWithFirstToken(): Promise<void> {
  // A token of the settings would be an owner who always stays.
  portal = await openPortal({ env: { LATCHKEY_ADMIN_TOKEN: undefined } })
}

describe('a token that is the last owner of all projects', () => {
  beforeAll(openWithFirstToken)
  afterAll(() => portal.close())

  it.each(WIDTHS)('stays, and the page says why, in %s at %i px', async (scheme, width) => {
    const page = await pageOf({ token: firstToken() }, width, scheme === 'dark')
    await page.goto('/portal/tokens')
    const row = page.getByRole('row').filter({ hasText: 'Owner on all projects' })
    await row.waitFor()
    await row.getByRole('button', { name: /^Actions for/ }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('You are logged in with it: your session ends.').waitFor()
    await dialog.getByRole('button', { name: 'Delete token' }).click()
    await isRefused(page, dialog)
    expect(await row.isVisible()).toBe(true)
    expect((await firstApi().tokens.list()).results).toHaveLength(1)
  })
})

describe('a person who is the last owner of all projects', () => {
  beforeAll(openWithFirstToken)
  afterAll(() => portal.close())

  it.each(WIDTHS)(
    'is neither lowered, disabled nor deleted, in %s at %i px',
    async (scheme, width) => {
      await leaveToAnn()
      const page = await pageOf(ANN, width, scheme === 'dark')
      await page.goto('/portal/users')
      const row = page.getByRole('row').filter({ hasText: ANN.email })
      await row.getByText('Owner on all projects').waitFor()
      const before = await row.innerText()
      const dialog = page.getByRole('dialog')
      for (const role of ['Editor', 'None']) {
        await act(page, 'Edit')
        await dialog.getByRole('radio', { name: role }).check()
        await dialog.getByRole('button', { name: 'Save' }).click()
        await isRefused(page, dialog)
        expect(await row.innerText()).toBe(before)
      }
      await act(page, 'Disable')
      await dialog.getByRole('button', { name: 'Disable' }).click()
      await isRefused(page, dialog)
      expect(await row.innerText()).toBe(before)
      await act(page, 'Delete')
      await dialog.getByLabel(`Type ${ANN.email} to confirm`).fill(ANN.email)
      await page.keyboard.press('Enter')
      await isRefused(page, dialog)
      expect(await row.innerText()).toBe(before)
      // What was refused is not shown again when it is asked for anew.
      await act(page, 'Disable')
      await dialog.getByRole('button', { name: 'Disable' }).waitFor()
      expect(await dialog.getByRole('alert').count()).toBe(0)
    },
  )
})

/** The token that the server has made for its first start. */
function firstToken(): string {
  return /API token +(\S+)/.exec(portal.server.process.stdout())?.[1] ?? ''
}

function firstApi(): Client {
  return createClient({ baseUrl: portal.server.url, token: firstToken() })
}

/** Makes her, and deletes the token that did. */
async function leaveToAnn(): Promise<void> {
  const api = firstApi()
  const known = await api.tokens.list().catch(() => undefined)
  if (known === undefined) return
  await api.users.create({ ...ANN, name: 'Ann', role: 'owner' })
  for (const { id } of known.results) await api.tokens.delete(id)
}

async function pageOf(
  who: { readonly token: string } | typeof ANN,
  width: number,
  dark: boolean,
): Promise<Page> {
  const page = await portal.newPage({ width, dark, signedIn: false })
  const answer = await page.request.post('/iam/auth/login', {
    headers: { 'x-latchkey-csrf': '1' },
    data: who,
  })
  expect(answer.ok()).toBe(true)
  return page
}

async function act(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${ANN.email}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** In the server's words, in the dialog, which then is left. */
async function isRefused(page: Page, dialog: Locator): Promise<void> {
  await dialog
    .getByRole('alert')
    .getByText(/This is the last owner of all projects; make another one before/)
    .waitFor()
  await checkPage(page)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
}
