import type { Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { checkPage, hasKeyboard, openPortal, type Portal } from './harness.ts'

const FN = { namespace: NAMESPACE, name: 'clockwork' }
const TRIGGERS = `/portal/p/1/1/functions/${NAMESPACE}/${FN.name}/triggers`

let portal: Portal
let op: ReturnType<typeof operator>

beforeAll(async () => {
  portal = await openPortal()
  if (portal.server === undefined) return
  op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  await op.makeFunction(FN.name, `exports.handler = () => 'ran'`)
})
afterAll(() => portal.close())
// Each try of a test begins with none.
beforeEach(async () => {
  if (portal.server === undefined) return
  const { triggers } = op.client
  for (const { name } of (await triggers.list(SCOPE, FN)).results) {
    await triggers.delete(SCOPE, FN, name)
  }
})

describe('the triggers of a function', () => {
  it('are made by the keyboard, with the schedule in words and its next runs', async () => {
    const page = await portal.newPage()
    await page.goto(TRIGGERS)
    await page.getByRole('heading', { name: 'Nothing calls this function by the clock' }).waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Create trigger' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Create trigger' })
    await dialog.getByText('Next:').waitFor()
    await hasKeyboard(dialog.getByRole('textbox', { name: 'Name' }))
    await page.keyboard.type('mornings')
    await dialog.getByRole('textbox', { name: 'Schedule' }).fill('30 7 * * mon-fri')
    await dialog.getByText('At 07:30 on Monday to Friday').waitFor()
    await dialog.getByRole('textbox', { name: 'Body' }).fill('{}')
    await checkPage(page)
    await dialog.getByRole('textbox', { name: 'Name' }).press('Enter')
    const row = page.getByRole('row', { name: /mornings/ })
    await row.getByText('At 07:30 on Monday to Friday').waitFor()
    await row.getByText('None yet').waitFor()
    const made = await op.client.triggers.get(SCOPE, FN, 'mornings')
    expect(made).toMatchObject({ timezone: 'Europe/Berlin', method: 'POST', body: '{}' })
    await checkPage(page)
  })

  it('are refused by field', async () => {
    const page = await portal.newPage({ width: 360 })
    await page.goto(TRIGGERS)
    await page.getByRole('button', { name: 'Create trigger' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create trigger' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('wrong')
    await dialog.getByRole('textbox', { name: 'Schedule' }).fill('now and then')
    await dialog.getByText('The schedule must have five fields', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'Every hour' }).click()
    await dialog.getByText('Every hour, on the hour').waitFor()
    await dialog.getByRole('button', { name: 'Add header' }).click()
    await dialog.getByLabel('Name of header 1').fill('Authorization')
    await dialog.getByLabel('Value of header 1').fill('x')
    await dialog.getByRole('button', { name: 'Create', exact: true }).click()
    await dialog.getByText('Would be shown: put secrets into secret environment values.').waitFor()
    await checkPage(page)
  })

  it('are run now, changed, disabled and deleted', async () => {
    await op.client.triggers.create(SCOPE, FN, { name: 'yearly', schedule: '0 0 1 1 *' })
    const page = await portal.newPage({ dark: true })
    await page.goto(TRIGGERS)
    const row = page.getByRole('row', { name: /yearly/ })
    await row.getByText('At 00:00 on day 1 of the month in January').waitFor()
    const choose = async (action: string) => {
      await page.getByRole('button', { name: 'Actions for yearly' }).click()
      await page.getByRole('menuitem', { name: action }).click()
    }
    await choose('Run now')
    await page.getByRole('link', { name: 'See what becomes of it' }).waitFor()
    await row.getByText('Succeeded').waitFor()
    await checkPage(page)
    await choose('Edit')
    const dialog = page.getByRole('dialog', { name: 'Change yearly' })
    await dialog.getByRole('textbox', { name: 'Path and query' }).fill('/new')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByText('POST /new').waitFor()
    await choose('Disable')
    await row.getByText('Disabled').waitFor()
    await choose('Delete')
    await page
      .getByRole('dialog', { name: 'Delete yearly?' })
      .getByRole('button', { name: 'Delete trigger' })
      .click()
    await expect.poll(() => row.count()).toBe(0)
  })

  it('are switched at once, and back when the server refuses', async () => {
    await op.client.triggers.create(SCOPE, FN, { name: 'switched', schedule: '0 0 1 1 *' })
    const page = await portal.newPage()
    await page.goto(TRIGGERS)
    const row = page.getByRole('row', { name: /switched/ })
    const choose = async (action: string) => {
      await page.getByRole('button', { name: 'Actions for switched' }).click()
      await page.getByRole('menuitem', { name: action }).click()
    }
    await row.waitFor()
    const asked = Promise.withResolvers<Route>()
    await page.route('**/triggers/switched', (route) => asked.resolve(route))
    await choose('Disable')
    const held = await asked.promise
    await row.getByText('Disabled').waitFor()
    const problem = { status: 409, code: 'conflict', title: 'Conflict', message: 'Not now.' }
    await held.fulfill({ status: 409, contentType: 'application/problem+json', json: problem })
    await page.getByText('Not now.').waitFor()
    await expect.poll(() => row.getByText('Disabled').count()).toBe(0)
    await page.unroute('**/triggers/switched')
    await choose('Disable')
    await row.getByText('Disabled').waitFor()
    await expect
      .poll(async () => (await op.client.triggers.get(SCOPE, FN, 'switched')).enabled)
      .toBe(false)
    await expect.poll(() => page.getByText('Not now.').count()).toBe(0)
  })

  it('lead to the call that a run has become', async () => {
    await op.client.triggers.create(SCOPE, FN, { name: 'once', schedule: '0 0 1 1 *' })
    await op.client.triggers.run(SCOPE, FN, 'once')
    const page = await portal.newPage({ width: 360 })
    await page.goto(TRIGGERS)
    await page.getByRole('row', { name: /once/ }).getByRole('link').click()
    const dialog = page.getByRole('dialog', { name: 'Call' })
    await dialog.getByText('The trigger').waitFor()
    await checkPage(page)
  })
})
