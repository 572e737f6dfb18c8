import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('the portal in a browser', () => {
  it('shows the log-in to who is not logged in, and a deep link after it', async () => {
    const page = await portal.newPage({ signedIn: false })
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await checkPage(page)
    await page.getByRole('radio', { name: 'API token' }).check({ force: true })
    await page.getByLabel('API token').last().fill(portal.server.token)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/portal/p/1/1/api-keys')
  })

  it('goes on after a restart of the server, logged in', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
    await portal.server.restart()
    await page.reload()
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  })
})

describe('the check of a page', () => {
  const faultsOf = async (spoil: (page: Page) => Promise<unknown>): Promise<string> => {
    const page = await portal.newPage({ width: 360 })
    await page.goto('/portal/')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await spoil(page)
    return checkPage(page).then(String, String)
  }

  it('finds what axe finds', async () => {
    const found = await faultsOf((page) =>
      page.evaluate(() => document.querySelector('h1')!.append(document.createElement('img'))),
    )
    expect(found).toMatch(/axe image-alt/)
  })

  it('finds scrolling sideways, errors, requests to elsewhere and what the policy keeps out', async () => {
    const found = await faultsOf((page) =>
      page.evaluate(async () => {
        document.querySelector('h1')!.style.minWidth = '500vw'
        console.error('planted')
        const script = document.createElement('script')
        script.textContent = 'window.planted = true'
        document.body.append(script)
        await fetch('http://127.0.0.1:9/elsewhere').catch(() => undefined)
      }),
    )
    expect(found).toMatch(/scrolls sideways/)
    expect(found).toMatch(/console: planted/)
    expect(found).toMatch(/policy: script-src-elem keeps out inline/)
    expect(found).toMatch(/policy: connect-src keeps out http:\/\/127\.0\.0\.1:9/)
  })
})
