import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, HELLO, NAMESPACE, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import {
  checkPage,
  copiedBy,
  freshName,
  openPortal,
  type PageOptions,
  type Portal,
} from './harness.ts'
import { tokenOf } from './people.ts'

const FUNCTIONS = '/portal/p/1/1/functions'
const FAILING = `exports.handler = () => { console.error('no such order'); throw new Error('gone') }`

let portal: Portal
let op: Operator

beforeAll(async () => {
  portal = await openPortal()
  if (portal.server === undefined) return
  op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  const orders = await op.makeFunction('orders', HELLO, { description: 'What was ordered' })
  const failing = await op.makeFunction('failing', FAILING, { enable_api_key: false })
  await op.makeFunction('retired', HELLO, { disabled: true })
  await op.finished(await portal.api.namespaces.create(SCOPE, { name: 'other' }))
  const secret = await op.makeKey('partner', ['orders'])
  for (let i = 0; i < 7; i++) expect(await call(orders.endpoint, secret)).toBe(200)
  expect(await call(orders.endpoint)).toBe(401)
  for (let i = 0; i < 3; i++) expect(await call(failing.endpoint)).toBe(500)
})
afterAll(() => portal.close())

async function open(query = '', options: PageOptions = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto(FUNCTIONS + query)
  await page.getByRole('heading', { name: 'Functions', level: 1 }).waitFor()
  return page
}

const row = (page: Page, name: string) =>
  page
    .getByRole('table', { name: 'Functions' })
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) })

async function names(page: Page): Promise<string[]> {
  const links = page.getByRole('table', { name: 'Functions' }).locator('tbody tr a:first-of-type')
  const all = await links.allInnerTexts()
  return all.filter((text) => text !== NAMESPACE && text !== 'other')
}

const shown = (page: Page, expected: readonly string[]) =>
  expect.poll(() => names(page), { timeout: 30_000 }).toEqual(expected)

describe('the list of functions', () => {
  it('draws what each did in the last hour, as its calls come in', async () => {
    const page = await open()
    // What gateways have counted comes within seconds, and the page looks again by itself.
    const requests = row(page, 'orders').getByRole('img', { name: /^requests by five minutes/ })
    await requests.waitFor()
    await row(page, 'orders').getByText('8', { exact: true }).waitFor()
    await row(page, 'failing').getByText('3 (100 %)').waitFor()
    await row(page, 'failing')
      .getByRole('img', { name: /^errors by five minutes/ })
      .waitFor()
    await row(page, 'orders').getByText('Running').waitFor()
    await row(page, 'retired').getByText('Disabled').waitFor()
    await row(page, 'orders')
      .getByText(/What was ordered/)
      .waitFor()
    await checkPage(page)
  })

  it('is narrowed and put in order, and its address says how', async () => {
    const page = await open()
    await row(page, 'orders').waitFor()
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('ret')
    await page.waitForURL(/search=ret/)
    await shown(page, ['retired'])
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await shown(page, ['failing', 'orders', 'retired'])

    await page.getByRole('combobox', { name: 'Status' }).click()
    await page.getByRole('option', { name: 'Disabled' }).click()
    await page.waitForURL(/status=disabled/)
    await shown(page, ['retired'])

    await page.goto(`${FUNCTIONS}?order=name.desc`)
    await shown(page, ['retired', 'orders', 'failing'])
    await page.getByRole('button', { name: 'Name', exact: true }).click()
    await page.waitForURL(/order=name.asc/)
    await shown(page, ['failing', 'orders', 'retired'])

    await page.goto(`${FUNCTIONS}?namespace=other`)
    await page.getByRole('heading', { name: 'No function is like that' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).last().click()
    await row(page, 'orders').waitFor()
  })

  it('is put in order by what they did, the most first, and the other way round', async () => {
    const page = await open()
    await row(page, 'orders').getByText('8', { exact: true }).waitFor()
    await row(page, 'failing').getByText('3 (100 %)').waitFor()
    const sortBy = async (name: string, sorted: 'ascending' | 'descending') => {
      await page.getByRole('button', { name, exact: true }).click()
      const header = page.getByRole('columnheader', { name, exact: true })
      await expect.poll(() => header.getAttribute('aria-sort')).toBe(sorted)
    }
    await sortBy('Requests, 1 h', 'descending')
    await page.waitForURL(/order=requests.desc/)
    await shown(page, ['orders', 'failing', 'retired'])
    await sortBy('Requests, 1 h', 'ascending')
    await shown(page, ['retired', 'failing', 'orders'])
    await sortBy('Errors', 'descending')
    await page.waitForURL(/order=errors.desc/)
    await shown(page, ['failing', 'orders', 'retired'])
    await sortBy('p95', 'descending')
    await page.waitForURL(/order=p95.desc/)
    await expect.poll(async () => (await names(page)).at(-1), { timeout: 30_000 }).toBe('retired')

    await page.goto(`${FUNCTIONS}?order=requests.desc`)
    await shown(page, ['orders', 'failing', 'retired'])
  })

  it('is put in order where its columns have no room for headers', async () => {
    const page = await open('', { width: 360 })
    await row(page, 'orders').getByText('8', { exact: true }).waitFor()
    await page.getByRole('combobox', { name: 'Order' }).selectOption('Requests, 1 h ↓')
    await page.waitForURL(/order=requests.desc/)
    await shown(page, ['orders', 'failing', 'retired'])
    await checkPage(page)
  })

  it('leads from a row to its tabs, and switches functions off and on', async () => {
    const orders = { namespace: NAMESPACE, name: 'orders' }
    // The first try of it may have ended in between.
    await op.finished(await portal.api.functions.update(SCOPE, orders, { disabled: false }))
    const page = await open()
    await row(page, 'orders')
      .getByRole('button', { name: `Actions for ${NAMESPACE}/orders` })
      .click()
    await page.getByRole('menuitem', { name: 'Logs' }).click()
    await page.waitForURL(/\/functions\/tests\/orders\/logs$/)
    await page.goBack()
    await row(page, 'orders')
      .getByRole('button', { name: /Actions/ })
      .click()
    await page.getByRole('menuitem', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await row(page, 'orders').getByText('Disabled').waitFor()
    await row(page, 'orders')
      .getByRole('button', { name: /Actions/ })
      .click()
    await page.getByRole('menuitem', { name: 'Enable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
    await row(page, 'orders')
      .getByText(/Running|Idle/)
      .waitFor()
  })

  it('is used with the keyboard alone', async () => {
    const page = await open()
    await row(page, 'orders').waitFor()
    await page.getByRole('searchbox', { name: 'Search by name' }).focus()
    await page.keyboard.type('orders')
    await page.waitForURL(/search=orders/)
    await shown(page, ['orders'])
    const link = row(page, 'orders').getByRole('link', { name: 'orders', exact: true })
    for (let i = 0; i < 20 && !(await isFocused(page, 'orders')); i++) {
      await page.keyboard.press('Tab')
    }
    await expect.poll(() => link.evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: `${NAMESPACE}/orders`, level: 1 }).waitFor()
  })

  it('of nothing says what a function is, and how to make one', async () => {
    const project = await portal.api.projects.create({ name: freshName('empty') })
    const page = await portal.newPage()
    await page.goto(`/portal/p/${project.id}/1/functions`)
    await page.getByRole('heading', { name: 'There are no functions yet' }).waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'Create function' }).click()
    await page.waitForURL(/\/new-function$/)
  })

  it.each([{ width: 360 }, { dark: true }, { width: 360, dark: true }])(
    'can be read: %o',
    async (options) => {
      const page = await open('', options)
      await row(page, 'orders').getByRole('img').first().waitFor()
      await checkPage(page)
    },
  )

  it('shows viewers what functions do and no switches, and invokers nothing', async () => {
    const viewer = await open('', { token: await tokenOf(portal.api, 'viewer') })
    await row(viewer, 'orders')
      .getByRole('button', { name: /Actions/ })
      .click()
    await viewer.getByRole('menuitem', { name: 'Logs' }).waitFor()
    expect(await viewer.getByRole('menuitem', { name: 'Disable' }).count()).toBe(0)
    const invoker = await open('', { token: await tokenOf(portal.api, 'invoker') })
    await invoker.getByText('This needs the role viewer on this project.').waitFor()
  })
})

async function isFocused(page: Page, text: string): Promise<boolean> {
  return page.evaluate((wanted) => document.activeElement?.textContent === wanted, text)
}

describe('the overview of a function', () => {
  it('says how it is, how to call it, who may, and what went wrong', async () => {
    const page = await portal.newPage()
    await page.goto(`${FUNCTIONS}/${NAMESPACE}/orders`)
    await page.getByText(/^It serves\./).waitFor()
    const copy = page.getByRole('button', { name: 'Copy the command' })
    const command = await copiedBy(page, () => copy.click())
    // What the button says when it is pointed at is looked at elsewhere.
    await page.mouse.move(0, 0)
    await page.getByRole('heading', { level: 1 }).focus()
    await page.getByRole('tooltip').waitFor({ state: 'hidden' })
    expect(command).toMatch(/^curl -H 'X-API-Key: <your key>' 'http:.*\/orders-tests-\w+'$/)
    await page.getByRole('link', { name: 'partner' }).waitFor()
    await page.getByText(/^8 requests, most at .* 1 came without a good key\.$/).waitFor()
    await checkPage(page)

    await page.goto(`${FUNCTIONS}/${NAMESPACE}/failing`)
    await page.getByText('no such order').first().waitFor()
    await page.getByText('Anybody may call it').waitFor()
    await checkPage(page)
  })

  it.each([{ width: 360 }, { dark: true }])('can be read: %o', async (options) => {
    const page = await portal.newPage(options)
    await page.goto(`${FUNCTIONS}/${NAMESPACE}/failing`)
    await page.getByText('no such order').first().waitFor()
    await page.getByRole('region', { name: 'The last hour' }).waitFor()
    await checkPage(page)
  })
})

describe('ten thousand functions', () => {
  beforeAll(() => {
    if (portal.server !== undefined) multiply(portal.server.dataDir, 10_000)
  })

  it('are shown page by page', async () => {
    const page = await open('?search=many')
    await page.getByText('Showing 50 of 10,000').or(page.getByText('Showing 50 of 10000')).waitFor()
    await expect.poll(async () => (await names(page)).length).toBe(50)
    await page.getByRole('button', { name: 'Page 2', exact: true }).click()
    await page.waitForURL(/page=2/)
    await row(page, 'many-00050').waitFor()
    await page.goto(`${FUNCTIONS}?search=many&page=200&order=name.asc`)
    await row(page, 'many-09999').waitFor()
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('many-04242')
    await shown(page, ['many-04242'])
  })
})

/** Beside the server, which knows of none of them: only the list has to be long. */
function multiply(dataDir: string, count: number): void {
  const database = new Database(join(dataDir, 'latchkey.db'), { timeout: 60_000 })
  try {
    const template = database.prepare('select * from functions limit 1').get() as object
    const columns = Object.keys(template)
    const insert = database.prepare(
      `insert into functions (${columns}) values (${columns.map((name) => `@${name}`)})`,
    )
    database.transaction(() => {
      for (let i = 0; i < count; i++) {
        const name = `many-${String(i).padStart(5, '0')}`
        insert.run({ ...template, id: `id-${i}`, name, label: `${name}-label` })
      }
    })()
  } finally {
    database.close()
  }
}
