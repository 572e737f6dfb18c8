import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeExample } from '../../scripts/portal/example.ts'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'

/** What the browser says of a server that is not there. */
const AWAY = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api !== undefined) await makeExample(portal.api)
})
afterAll(() => portal.close())

/** Ends the session of a page as the list of sessions does, from elsewhere. */
async function endSession(page: Page): Promise<void> {
  const cookies = await page.context().cookies()
  const headers = {
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    'x-latchkey-csrf': '1',
    origin: portal.server.url,
  }
  const { url } = portal.server
  const { results } = (await (await fetch(`${url}/cloud/v1/sessions`, { headers })).json()) as {
    results: { id: string; current: boolean }[]
  }
  const { id } = results.find(({ current }) => current)!
  const ended = await fetch(`${url}/cloud/v1/sessions/${id}`, { method: 'DELETE', headers })
  expect(ended.status).toBe(204)
}

/** So that they, which are asked for again and again, are not the first to learn that the session has ended. */
async function holdNotifications(page: Page): Promise<void> {
  await page.route('**/cloud/v1/notifications**', () => {})
}

/** Of the dialog, which knows how one was logged in. */
async function logInAgain(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.waitFor()
  await dialog.getByLabel('API token').last().fill(portal.server.token)
  await dialog.getByRole('button', { name: 'Log in', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

describe('a session that ends in the middle', () => {
  it('takes nothing with it that was typed', async () => {
    const name = freshName('typed-before')
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/new-api-key')
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('textbox', { name: 'Description' }).fill('Kept over the log-in')
    await page.getByText('Never expire', { exact: true }).click()
    await holdNotifications(page)
    await endSession(page)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    await checkPage(page)
    await logInAgain(page)
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(name)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('dialog').getByText(/lk_/).first().waitFor()
    const key = await portal.api.keys.get({ projectId: 1, regionId: 1 }, name)
    expect(key).toMatchObject({ description: 'Kept over the log-in', expire: null })
  })

  it('is asked for again over a list, which then goes on', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    const key = page.getByRole('link', { name: 'web-shop' }).first()
    await key.waitFor()
    await endSession(page)
    // The list may be the first to learn of it, when it looks again: then the dialog is in the way.
    await Promise.all([key.click(), logInAgain(page)])
    await page.getByRole('heading', { name: 'web-shop', level: 1 }).waitFor()
    await checkPage(page)
  })
})

describe('a server that restarts', () => {
  it('is not noticed by who browses on after it', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('link', { name: 'web-shop' }).first().waitFor()
    await portal.server.restart()
    await page.getByRole('link', { name: 'web-shop' }).first().click()
    await page.getByRole('heading', { name: 'web-shop', level: 1 }).waitFor()
    await checkPage(page, { ignoring: AWAY })
  })

  it('is said to be away, and asked again when one wants', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    const key = page.getByRole('link', { name: 'web-shop' }).first()
    await key.waitFor()
    await key.click()
    await page.getByRole('heading', { name: 'web-shop', level: 1 }).waitFor()
    await page.goBack()
    const other = page.getByRole('link', { name: 'partner-eu' }).first()
    await other.waitFor()
    await portal.server.kill()
    await other.click()
    const again = page.getByRole('button', { name: 'Try again' }).first()
    await again.waitFor({ timeout: 60_000 })
    await checkPage(page, { ignoring: AWAY })
    await portal.server.restart()
    await again.click()
    await page.getByText('Asks for prices every night').first().waitFor()
    await checkPage(page, { ignoring: AWAY })
  })

  it('is followed again by who follows logs', async () => {
    const scope = { projectId: 1, regionId: 1 }
    const price = { namespace: 'shop', name: 'price' }
    const { secret } = await portal.api.keys.create(scope, {
      name: freshName('follower'),
      expire: null,
      functions: [price],
    })
    const { endpoint } = await portal.api.functions.get(scope, price)
    const ask = async (item: string) => {
      const body = JSON.stringify({ item })
      const headers = { 'content-type': 'application/json', 'x-api-key': secret }
      await (await fetch(endpoint, { method: 'POST', headers, body })).arrayBuffer()
    }
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/functions/shop/price/logs')
    const [before, after] = [freshName('before-it'), freshName('after-it')]
    await ask(before)
    await page.getByText(`asked for ${before}`).first().waitFor()
    await portal.server.restart()
    await ask(after)
    await page.getByText(`asked for ${after}`).first().waitFor({ timeout: 60_000 })
  })
})

describe('the browser’s own ways', () => {
  it('lead back to the list as it was searched, and forth again', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('link', { name: 'web-shop' }).first().waitFor()
    await page
      .getByRole('searchbox')
      .or(page.getByLabel(/search/i))
      .last()
      .fill('partner')
    await page.getByRole('link', { name: 'web-shop' }).first().waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'partner-eu' }).first().click()
    await page.getByRole('heading', { name: 'partner-eu', level: 1 }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'partner-eu' }).first().waitFor()
    expect(await page.getByRole('link', { name: 'web-shop' }).count()).toBe(0)
    expect(new URL(page.url()).searchParams.size).toBeGreaterThan(0)
    await page.goForward()
    await page.getByRole('heading', { name: 'partner-eu', level: 1 }).waitFor()
  })

  it('lead from an address that means nothing to one that does', async () => {
    const page = await portal.newPage({ width: 360 })
    await page.goto('/portal/nothing/here')
    await page.getByRole('heading', { name: 'Not found', level: 1 }).waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'To the functions', exact: true }).click()
    await page.getByRole('heading', { name: /functions/i, level: 1 }).waitFor()
  })
})
