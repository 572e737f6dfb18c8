import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from './harness.ts'

const SCRIPTS = /\/assets\/[^/]+\.js$/
const STYLES = /\/assets\/[^/]+\.css$/

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

async function openKeys() {
  const page = await portal.newPage()
  await page.goto('/portal/p/1/1/api-keys')
  await page.getByRole('link', { name: 'Create now' }).waitFor()
  return page
}

describe('a page whose files the server no longer has', () => {
  it.each([
    ['scripts', SCRIPTS, { status: 404 }],
    ['scripts, for which a proxy sends a page', SCRIPTS, { contentType: 'text/html', body: '…' }],
    ['style sheets', STYLES, { status: 404 }],
  ] as const)('says so, and is there after Try again: %s', async (_files, files, answer) => {
    const page = await openKeys()
    await page.route(files, (route) => route.fulfill(answer))
    await page.getByRole('link', { name: 'Create now' }).click()
    await page.getByText('the server does not answer, or it has been renewed').waitFor()
    await page.unroute(files)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Create API key', level: 1 }).waitFor()
  })
})

describe('a part of a page whose file does not come', () => {
  it.each([
    ['the place for messages', /\/assets\/toasts-[-\w]+\.js$/],
    ['the choice of a date and time', /\/assets\/expiration-moment-[-\w]+\.js$/],
  ])('takes nothing with it that was typed: %s', async (part, file) => {
    const page = await portal.newPage()
    await page.route(file, (route) => route.abort())
    await page.goto('/portal/p/1/1/new-api-key')
    await page.getByText(new RegExp(`${part} could not be fetched`, 'i')).waitFor()
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('typed-before')
    expect(await name.inputValue()).toBe('typed-before')
  })
})

describe('a proxy that does not reach the server', () => {
  it('is told in words of the portal, and nothing of its own page is shown', async () => {
    const page = await openKeys()
    await page.route('**/cloud/v1/faas/keys/**', (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
    )
    await page.reload()
    await page.getByText('a proxy in front of Latchkey does not reach it').waitFor()
    expect(await page.getByText('Bad Gateway').count()).toBe(0)
    await page.unroute('**/cloud/v1/faas/keys/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('table').or(page.getByText('There are no API keys yet')).first().waitFor()
  })
})
