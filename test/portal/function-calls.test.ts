import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAMESPACE, operator } from '../helpers/operator.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'

const CODE = `exports.handler = async (event) => {
  if (event.extensions.request.path.startsWith('/fail')) throw new Error('as told')
  return 'done'
}`
const CALLS = `/portal/p/1/1/functions/${NAMESPACE}/worker/calls`

let portal: Portal
let endpoint: string
let secret: string

beforeAll(async () => {
  portal = await openPortal({
    env: { LATCHKEY_CALL_ATTEMPTS: '2', LATCHKEY_CALL_FIRST_DELAY_MS: '10' },
  })
  if (portal.server === undefined) return
  const op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  endpoint = (await op.makeFunction('worker', CODE)).endpoint
  secret = await op.makeKey('caller', ['worker'])
})
afterAll(() => portal.close())

async function later(path: string): Promise<string> {
  const answer = await fetch(endpoint + path, {
    method: 'POST',
    headers: { prefer: 'respond-async', 'x-api-key': secret },
    body: 'work',
  })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { id: string }).id
}

describe('the calls of a function', () => {
  it('are none at first', async () => {
    const page = await portal.newPage()
    await page.goto(CALLS)
    await page.getByRole('heading', { name: 'No call is kept' }).waitFor()
    await checkPage(page)
  })

  it('are listed with their states as they change, and opened', async () => {
    const page = await portal.newPage()
    await page.goto(CALLS)
    await page.getByLabel('State').waitFor()
    const good = await later('/good?token=written-in-the-query')
    const bad = await later('/fail')
    const row = (id: string) =>
      page
        .getByRole('row')
        .filter({ has: page.getByRole('button', { name: `call ${id}`, exact: false }) })
    await row(good).getByText('Succeeded').waitFor()
    await row(bad).getByText('Dead').waitFor()
    await checkPage(page)
    await page.getByLabel('State').selectOption('dead')
    await expect.poll(() => row(good).count()).toBe(0)
    await row(bad).getByRole('button', { name: /^POST/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Call' })
    await dialog.getByText('It was given up').waitFor()
    await dialog.getByRole('link', { name: 'caller' }).waitFor()
    expect(await page.content()).not.toContain('written-in-the-query')
    await checkPage(page)
    // It has an address of its own.
    const other = await portal.newPage({ besides: page })
    await other.goto(page.url())
    await other.getByRole('dialog', { name: 'Call' }).getByText(bad).waitFor()
    await other.close()
  })

  it('are tried again and deleted', async () => {
    const id = await later('/fail/again')
    const page = await portal.newPage({ width: 360, dark: true })
    await page.goto(`${CALLS}?call=${id}`)
    const dialog = page.getByRole('dialog', { name: 'Call' })
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await dialog.getByText('Dead').waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Delete' }).click()
    const confirm = page.getByRole('dialog', { name: 'Delete the call?' })
    await checkPage(page)
    await confirm.getByRole('button', { name: 'Delete call' }).click()
    await expect
      .poll(() => page.getByRole('button', { name: new RegExp(`call ${id}`) }).count())
      .toBe(0)
    const answer = await fetch(`${portal.server.gatewayUrl}/-/calls/${id}`, {
      headers: { 'x-api-key': secret },
    })
    expect(answer.status).toBe(404)
  })
})
