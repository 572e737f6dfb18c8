import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { call, NAMESPACE, SCOPE } from '../helpers/operator.ts'
import { checkPage } from './harness.ts'
import { dialogOf, KEYS, keysPortal, makeViewer } from './key-helpers.ts'

const at = keysPortal()

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function openKey(page: Page, name: string): Promise<void> {
  await page.goto(`${KEYS}/${name}`)
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

describe("an API key's own page", () => {
  it('shows what is known of it, and what it was used for', async () => {
    const { portal, op, hello, bye } = at
    const secret = await op.makeKey('partner', ['hello'])
    await op.client.keys.update(SCOPE, 'partner', {
      description: 'The orders of a partner',
      labels: { team: 'sales' },
      expire: new Date(Date.now() + 20.5 * 86_400_000).toISOString(),
      functions: [{ namespace: NAMESPACE, name: 'hello', methods: ['GET'], paths: ['/orders'] }],
    })
    expect(await call(`${hello.endpoint}/orders`, secret)).toBe(200)
    expect(await call(hello.endpoint, secret)).toBe(403)
    expect(await call(bye.endpoint, secret)).toBe(401)

    const page = await portal.newPage()
    await openKey(page, 'partner')
    const facts = part(page, 'Key')
    for (const text of ['The orders of a partner', '20 days left', 'team=sales', /^lk_…/]) {
      await facts.getByText(text).waitFor()
    }
    const opens = part(page, 'Access to functions')
    for (const text of ['tests/hello', 'GET', '/orders']) {
      await opens.getByText(text, { exact: true }).waitFor()
    }
    await opens.getByText(/^curl .*X-API-Key.*\/orders/).waitFor()
    await part(page, 'In force')
      .getByText(/in force on every node/)
      .waitFor()
    await part(page, 'Rotation').getByText('One secret works').waitFor()
    await part(page, 'Audit').getByText('key.updated').waitFor()
    await part(page, 'Audit').getByText('The orders of a partner').waitFor()
    await expect
      .poll(async () => (await op.client.keys.addresses(SCOPE, 'partner')).count, {
        timeout: 60_000,
      })
      .toBe(1)
    await page.reload()
    await part(page, 'Addresses').getByText('127.0.0.1').waitFor()
    await part(page, 'Usage')
      .getByText(/3 requests/)
      .waitFor({ timeout: 60_000 })
    await checkPage(page)
    await part(page, 'Usage').getByText('1 h').click()
    await page.waitForURL(/usage=minute/)
    await part(page, 'Usage')
      .getByRole('switch', { name: /as a table/ })
      .click()
    await part(page, 'Usage').getByRole('columnheader', { name: 'Not permitted' }).waitFor()
    await checkPage(page)
    expect(await page.content()).not.toContain(secret)
  })

  it('says that there is no such key', async () => {
    const page = await at.portal.newPage()
    await page.goto(`${KEYS}/nobody`)
    await page.getByRole('heading', { name: 'There is no API key named nobody' }).waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'Deleted API keys' }).click()
    await page.getByRole('heading', { name: 'Deleted API keys', level: 1 }).waitFor()
  })

  it('notices that the key was deleted elsewhere', async () => {
    const { portal, op } = at
    await op.makeKey('elsewhere', ['hello'])
    const page = await portal.newPage()
    await page.clock.install()
    await openKey(page, 'elsewhere')
    await op.client.keys.delete(SCOPE, 'elsewhere')
    const heading = page.getByRole('heading', { name: 'There is no API key named elsewhere' })
    await expect
      .poll(async () => {
        await page.clock.runFor(11_000)
        return heading.count()
      })
      .toBe(1)
  })

  it('leads to the list once the key is deleted from it', async () => {
    const { portal, op } = at
    await op.makeKey('leaving', ['hello'])
    const page = await portal.newPage()
    await openKey(page, 'leaving')
    await page.getByRole('button', { name: 'Actions for leaving' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByLabel('Type leaving to confirm').fill('leaving')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
    await page.getByText('leaving is deleted').waitFor()
    await page.getByRole('button', { name: 'Deleted API keys' }).click()
    await page.getByRole('heading', { name: 'Deleted API keys', level: 1 }).waitFor()
    await page.getByText('leaving', { exact: true }).waitFor()
  })

  it('shows a viewer all but the audit', async () => {
    const { portal, op } = at
    await op.makeKey('watched', ['hello'])
    const token = await makeViewer(at)
    const page = await portal.newPage({ token })
    await openKey(page, 'watched')
    await part(page, 'Audit').getByText('This needs the role owner').waitFor()
    expect(await page.getByRole('button', { name: 'Rotate' }).isDisabled()).toBe(true)
    await checkPage(page)
  })

  it('fits a narrow screen, light and dark', async () => {
    const { portal, op } = at
    await op.makeKey('narrow', ['hello', 'bye'])
    for (const dark of [false, true]) {
      const page = await portal.newPage({ width: 360, dark })
      await openKey(page, 'narrow')
      await part(page, 'Usage').getByText('There were no requests.').waitFor()
      await checkPage(page)
    }
  })
})

describe('the review of API keys', () => {
  it('lists what was found, each with what mends it', async () => {
    const { portal, op } = at
    await op.client.keys.create(SCOPE, { name: 'empty', functions: [] })
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-key-review')
    await page.getByRole('heading', { name: 'API key review', level: 1 }).waitFor()
    const found = page.getByRole('list', { name: 'Findings of empty' })
    await found.getByText('It opens no function.').waitFor()
    await found.getByText('It never expires.').waitFor()
    await checkPage(page)
    await found.getByRole('link', { name: 'Choose functions' }).click()
    await page.getByRole('treeitem', { name: 'hello' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
    await page.goto('/portal/p/1/1/api-key-review?kind=opens_nothing')
    await page.getByRole('heading', { name: 'Nothing was found' }).waitFor()
    await checkPage(page)
  })

  it('shows keys that are switched off when asked for them, also on a narrow screen', async () => {
    const { portal, op } = at
    await op.makeKey('off', ['hello'])
    await op.client.keys.switch(SCOPE, 'off', false)
    const page = await portal.newPage({ width: 360, dark: true })
    await page.goto('/portal/p/1/1/api-key-review')
    await page.getByRole('link', { name: 'Show disabled keys' }).click()
    const found = page.getByRole('list', { name: 'Findings of off' })
    await found.getByRole('button', { name: 'Enable' }).waitFor()
    await checkPage(page)
    await found.getByRole('button', { name: 'Enable' }).click()
    await dialogOf(page, 'Enable off?').getByRole('button', { name: 'Enable' }).click()
    await expect.poll(async () => (await op.client.keys.get(SCOPE, 'off')).status).toBe('Active')
  })
})
