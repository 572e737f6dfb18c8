import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaasCreateApiKeySerializer } from '../../src/client/types.ts'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { endpointLabel } from '../../src/domain/endpoint-label.ts'
import { keySecretDigest, keySecretHint, mintKeySecret } from '../../src/domain/key-secret.ts'
import { newId } from '../../src/lib/ids.ts'
import { dataPaths } from '../../src/server/paths.ts'
import { change } from '../../src/store/change.ts'
import { findFunction, insertFunction } from '../../src/store/functions.ts'
import { insertKey } from '../../src/store/keys.ts'
import { findNamespace } from '../../src/store/namespaces.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { HELLO, NAMESPACE, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import { checkPage, hasKeyboard, openPortal, type Portal } from './harness.ts'

const KEYS = '/portal/p/1/1/api-keys'
const DAY_MS = 86_400_000

let portal: Portal
let op: Operator

beforeAll(async () => {
  portal = await openPortal()
  if (portal.server === undefined) return
  op = operator({ apiUrl: portal.server.url })
})
afterAll(() => portal.close())

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

async function openList(query = '', options: Parameters<Portal['newPage']>[0] = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto(KEYS + query)
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  return page
}

/** The names in the list, from the top. */
async function names(page: Page): Promise<string[]> {
  const rows = page.getByRole('table', { name: 'API keys' }).getByRole('row')
  return (await rows.getByRole('link').allTextContents()).map((text) => text.trim())
}

const shows = (page: Page, expected: readonly string[]) =>
  expect.poll(() => names(page), { timeout: 20_000 }).toEqual(expected)

describe('the list of API keys', () => {
  it('is empty at first, and says how there comes to be one', async () => {
    const page = await openList()
    await page.getByRole('heading', { name: 'There are no API keys yet' }).waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'Create now' }).click()
    await page.getByRole('heading', { name: 'Create API key', level: 1 }).waitFor()
  })
})

describe('the list of some API keys', () => {
  beforeAll(async () => {
    if (portal.server === undefined) return
    await op.makeNamespace()
    await op.makeFunction('hello', HELLO)
    const functions = [{ namespace: NAMESPACE, name: 'hello' }]
    const labels = { env: 'prod', team: 'sales' }
    await make({ name: 'active', description: 'Orders', labels, expire: inDays(40.5), functions })
    await make({ name: 'ending', expire: inDays(9.5), labels: { env: 'test' } })
    await make({ name: 'off', disabled: true })
    await make({ name: 'later', not_before: inDays(3), expire: inDays(100.5) })
    await make({ name: 'two-secrets', namespaces: [{ name: NAMESPACE }] })
    await portal.api.keys.rotate(SCOPE, 'two-secrets')
  })

  it('says of each key how it stands, who made it, and how long it lasts', async () => {
    const page = await openList()
    await shows(page, ['two-secrets', 'later', 'off', 'ending', 'active'])
    const text = async (name: string) =>
      page.getByRole('row', { name: new RegExp(`^${name}`) }).textContent()
    expect(await text('active')).toMatch(/Orders.*env=prod.*Active.*40 days left.*Never/)
    expect(await text('ending')).toMatch(/Active.*9 days left/)
    expect(await text('off')).toMatch(/Disabled.*Never/)
    expect(await text('later')).toMatch(/Scheduled.*100 days left/)
    expect(await text('two-secrets')).toMatch(/Active.*Rotating/)
    await page.getByText('Showing 5 of 5').waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'active' }).click()
    await page.getByRole('heading', { name: 'active', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`${KEYS}/active`)
  })

  it('is searched, filtered and ordered, and its address says so', async () => {
    const page = await openList()
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('e')
    await shows(page, ['two-secrets', 'later', 'ending', 'active'])
    await page.getByRole('button', { name: 'Name' }).click()
    await shows(page, ['active', 'ending', 'later', 'two-secrets'])
    await page.getByRole('combobox', { name: 'Status' }).click()
    await page.getByRole('option', { name: 'Active' }).click()
    await shows(page, ['active', 'ending', 'two-secrets'])
    await page.getByRole('combobox', { name: 'Opens the function' }).click()
    await page.getByRole('option', { name: 'tests/hello' }).click()
    await shows(page, ['active', 'two-secrets'])
    await page.getByRole('combobox', { name: 'Labels' }).pressSequentially('env=prod,')
    await shows(page, ['active'])
    await page.getByText('Showing 1 of 1').waitFor()
    await checkPage(page)

    const address = new URL(page.url())
    expect(Object.fromEntries(address.searchParams)).toEqual({
      ...{ search: 'e', order: 'name.asc', status: 'Active' },
      ...{ function: 'tests/hello', label: 'env=prod' },
    })
    const other = await openList(address.search)
    await shows(other, ['active'])
  })

  it('says when the filters leave nothing, and clears them', async () => {
    const page = await openList('?search=nothing-like-it&status=Expired')
    await page.getByRole('heading', { name: 'No API key is like that' }).waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Clear filters' }).last().click()
    await page.getByText('Showing 5 of 5').waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('')
  })

  it('takes what no name can be for nothing found', async () => {
    const page = await openList('?search=No%20Name!')
    await page.getByRole('heading', { name: 'No API key is like that' }).waitFor()
    await checkPage(page)
  })

  it('has a menu for each key, which the keyboard opens', async () => {
    const page = await openList('?search=active')
    const menu = page.getByRole('button', { name: 'Actions for active' })
    await menu.focus()
    await page.keyboard.press('Enter')
    const items = page.getByRole('menuitem')
    await items.first().waitFor()
    expect(await items.allTextContents()).toEqual(['Edit', 'Rotate', 'Disable', 'Delete'])
    await checkPage(page)
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    await hasKeyboard(menu)
    await menu.click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await page.waitForURL(/api-keys\/active\/edit/)
  })

  it('leads to keys that were deleted and to the review', async () => {
    const page = await openList()
    await page.getByRole('link', { name: 'Deleted keys' }).click()
    await page.getByRole('heading', { name: 'Deleted API keys', level: 1 }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByRole('heading', { level: 1, name: /review/i }).waitFor()
  })

  it('shows what others change, by itself', async () => {
    const page = await portal.newPage()
    await page.clock.install()
    await page.goto(`${KEYS}?search=ending`)
    await shows(page, ['ending'])
    await portal.api.keys.update(SCOPE, 'ending', { disabled: true })
    const disabled = page.getByRole('row', { name: 'ending' }).getByText('Disabled')
    await expect
      .poll(async () => {
        await page.clock.runFor(16_000)
        return disabled.count()
      })
      .toBe(1)
    await portal.api.keys.update(SCOPE, 'ending', { disabled: false })
  })

  it.each([
    { width: 360, dark: false },
    { width: 360, dark: true },
    { width: 1440, dark: true },
  ])('is as good at $width px, dark $dark', async (look) => {
    const page = await openList('', look)
    await page.getByRole('link', { name: 'two-secrets' }).waitFor()
    await checkPage(page)
  })
})

describe('with ten thousand keys and three thousand functions', () => {
  beforeAll(async () => {
    if (portal.server === undefined) return
    if ((await portal.api.namespaces.list(SCOPE)).count === 0) {
      await op.makeNamespace()
      await op.makeFunction('hello', HELLO)
    }
    await portal.server.kill()
    const store = await openStore({ path: dataPaths(portal.server.dataDir).database })
    await addKeys(store, 10_000)
    await addFunctions(store, 3_000)
    await store.close()
    await portal.server.restart()
  })

  it('keys are chosen from all functions in a tree that draws those in sight', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/new-api-key')
    const tree = page.getByRole('tree')
    await tree.waitFor()
    const lines = () => page.getByRole('treeitem').count()
    await tree.focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('treeitem', { name: 'All 3,001 by name' }).waitFor()
    expect(await lines()).toBeLessThan(60)
    await page.keyboard.press('End')
    const last = page.getByRole('treeitem', { name: 'hello-999', exact: true })
    await last.waitFor()
    expect(await last.getAttribute('aria-posinset')).toBe('3002')
    await page.keyboard.press('Space')
    await page.getByText('The key opens 1 function.').waitFor()
    await page.getByRole('searchbox', { name: 'Search functions' }).fill('hello-29')
    await page.getByRole('treeitem', { name: /by name$/ }).click()
    await page.getByText('The key opens 112 functions.').waitFor()
    await checkPage(page)
    await page.getByRole('searchbox', { name: 'Search functions' }).fill('')
    await page.getByRole('treeitem', { name: 'All 3,001 by name' }).click()
    await page.getByText('The key opens 3,001 functions.').waitFor()
    const name = `opens-${Date.now()}`
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('dialog', { name: `The secret of ${name}` }).waitFor()
    expect((await portal.api.keys.get(SCOPE, name)).functions).toHaveLength(3_001)
    await portal.api.keys.delete(SCOPE, name)
  })

  it('the list comes page by page, and is searched by the server', async () => {
    const page = await openList('?order=name.asc&search=customer')
    await page.getByText(/Showing 50 of 10,?000/).waitFor()
    await expect.poll(async () => (await names(page)).length).toBe(50)
    expect((await names(page))[0]).toBe('customer-0')
    await checkPage(page)
    await page.getByRole('button', { name: 'next page' }).click()
    await page.waitForURL(/page=2/)
    await expect
      .poll(async () => (await names(page))[0], { timeout: 20_000 })
      .not.toBe('customer-0')
    await expect.poll(async () => (await names(page)).length).toBe(50)

    await page.goto(`${KEYS}?order=name.asc&page=400`)
    await page.getByRole('heading', { name: 'The list is not that long' }).waitFor()
    await page.getByRole('button', { name: 'To the first page' }).click()
    await page.getByText(/Showing 50 of 10,?00\d/).waitFor()

    await page.getByRole('searchbox', { name: 'Search by name' }).fill('customer-9999')
    await shows(page, ['customer-9999'])
  })
})

async function make(body: FaasCreateApiKeySerializer): Promise<void> {
  await portal.api.keys.create(SCOPE, body)
}

async function addKeys(store: Store, count: number): Promise<void> {
  await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, revision, nowMs, touch, audit }) => {
    for (let number = 0; number < count; number++) {
      const secret = mintKeySecret()
      const key = { id: newId(), ...SCOPE, name: `customer-${number}`, description: '' }
      const times = { createdAtMs: nowMs, updatedAtMs: nowMs, expireMs: null }
      const row = { ...key, ...times, hint: keySecretHint(secret) }
      await insertKey(trx, row, keySecretDigest(secret), revision)
      touch('key', key.id)
      if (number > 0) continue
      audit({ action: 'key.created', entityId: key.id, entityName: key.name, scope: SCOPE })
    }
  })
}

async function addFunctions(store: Store, count: number): Promise<void> {
  const namespace = await findNamespace(store.db, SCOPE, NAMESPACE)
  const like = await findFunction(store.db, SCOPE, { namespace: NAMESPACE, name: 'hello' })
  if (namespace === undefined || like === undefined) throw new Error('tests/hello is not there')
  await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, revision, touch, audit }) => {
    for (let number = 0; number < count; number++) {
      const name = `hello-${number}`
      const label = endpointLabel(SCOPE, { namespace: NAMESPACE, name })
      const fn = { ...like, id: newId(), name, label }
      await insertFunction(trx, namespace.id, fn, revision)
      touch('function', fn.id)
      if (number > 0) continue
      audit({ action: 'function.created', entityId: fn.id, entityName: fn.name, scope: SCOPE })
    }
  })
}
