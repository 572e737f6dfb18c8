import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answerOk,
  answerWith,
  startReceiver,
  verified,
  type WebhookReceiver,
} from '../helpers/webhook-receiver.ts'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'
import { SCOPE } from './people.ts'

const WEBHOOKS = '/portal/p/1/1/settings/webhooks'

let portal: Portal
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await startReceiver()
  portal = await openPortal({ env: { LATCHKEY_WEBHOOK_HOSTS: '127.0.0.1' } })
})
afterAll(async () => {
  await portal.close()
  await receiver.close()
})

/** The page of a new webhook that posts to a path of its own. */
async function opened(name: string): Promise<{ page: Page; id: string; path: string }> {
  const path = `/${freshName(name)}`
  const url = receiver.url + path
  const { id } = await portal.api.webhooks.create(1, { url, events: ['key.created'] })
  const page = await portal.newPage()
  await page.goto(`${WEBHOOKS}?webhook=${id}`)
  await page.getByRole('heading', { name: url }).waitFor()
  return { page, id, path }
}

describe('webhooks', () => {
  it('are made with a secret that is shown once and signs what is sent', async () => {
    const path = `/${freshName('made')}`
    const page = await portal.newPage()
    await page.goto(WEBHOOKS)
    await page.getByRole('button', { name: 'Create webhook' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('URL').fill(receiver.url + path)
    await dialog.getByRole('radio', { name: 'Only these' }).check()
    await dialog.getByRole('checkbox', { name: 'key.created' }).check()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Create webhook' }).click()
    const secret = (await dialog.getByLabel('signing secret', { exact: true }).textContent())!
    expect(secret).toMatch(/^whsec_/)
    await checkPage(page)
    await dialog.getByLabel('I have saved it').check()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await page.content()).not.toContain(secret)
    await page.getByRole('link', { name: receiver.url + path }).click()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('The test was delivered').waitFor()
    const sent = receiver.received.find(({ url }) => url === path)!
    expect(verified(secret, sent)).toMatchObject({ type: 'webhook.test' })
    await page.getByRole('table', { name: 'Deliveries' }).getByText('webhook.test').waitFor()
    await checkPage(page)
  })

  it('to where the server may not call are refused in its words', async () => {
    const page = await portal.newPage()
    await page.goto(WEBHOOKS)
    await page.getByRole('button', { name: 'Create webhook' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('URL').fill('http://10.0.0.1/hooks')
    await dialog.getByRole('button', { name: 'Create webhook' }).click()
    await dialog
      .getByText(/LATCHKEY_WEBHOOK_HOSTS|may not|private/)
      .first()
      .waitFor()
    await checkPage(page)
  })

  it('that fail show each attempt, and are sent again by hand', async () => {
    const { page, path } = await opened('fails')
    receiver.answer = ({ url }, response) =>
      url === path
        ? answerWith(410, {}, 'no more')({} as never, response)
        : answerOk({} as never, response)
    await portal.api.keys.create(SCOPE, { name: freshName('told'), functions: [] })
    const deliveries = page.getByRole('table', { name: 'Deliveries' })
    const row = deliveries.getByRole('row').filter({ hasText: 'key.created' }).first()
    await row.getByText('Failed').waitFor()
    await page.getByText(/it answered 410/).waitFor()
    await row.getByRole('button', { name: 'key.created', exact: true }).click()
    const details = page.getByRole('dialog', { name: 'key.created' })
    await details.getByText('no more').waitFor()
    await details.getByText('410', { exact: true }).waitFor()
    await checkPage(page)
    await page.keyboard.press('Escape')
    await details.waitFor({ state: 'hidden' })
    receiver.answer = answerOk
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Disable' }).waitFor()
    await row.getByRole('button', { name: /^Actions for key.created/ }).click()
    await page.getByRole('menuitem', { name: 'Send again' }).click()
    await page.getByText('It is sent again.').waitFor()
    await row.getByText('Delivered').waitFor()
    await page.getByLabel('State of the deliveries').getByText('Failed').click()
    await page.getByText('Nothing was sent').waitFor()
    expect(new URL(page.url()).searchParams.get('state')).toBe('failed')
  })

  it('get another secret, with the old one signing beside it for a day', async () => {
    const { page, id, path } = await opened('rotates')
    await page.getByRole('button', { name: 'Rotate secret' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Rotate secret' }).click()
    const secret = (await dialog.getByLabel('signing secret', { exact: true }).textContent())!
    await dialog.getByLabel('I have saved it').check()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText(/signs beside the new one until/).waitFor()
    await portal.api.webhooks.test(1, id)
    expect(verified(secret, receiver.received.find(({ url }) => url === path)!)).toBeDefined()
  })

  it('are changed, disabled with the reason shown, and deleted', async () => {
    const { page, id } = await opened('changes')
    await page.getByRole('button', { name: 'Edit' }).click()
    const edit = page.getByRole('dialog', { name: 'Edit webhook' })
    await edit.getByLabel('Description').fill('of the night shift')
    await edit.getByRole('radio', { name: 'Every event' }).check()
    await edit.getByRole('button', { name: 'Save' }).click()
    await page.getByText('of the night shift').waitFor()
    await page.getByRole('cell', { name: 'Every event' }).waitFor()
    await page.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('cell', { name: 'Disabled by an operator' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('')
    await expect(portal.api.webhooks.get(1, id)).rejects.toMatchObject({ status: 404 })
  })

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('are shown to everybody in %s at %i px', async (scheme, width) => {
    const { id, path } = await opened('seen')
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    await page.goto(WEBHOOKS)
    await page.getByRole('link', { name: receiver.url + path }).waitFor()
    await checkPage(page)
    await page.goto(`${WEBHOOKS}?webhook=${id}`)
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
    await checkPage(page)
  })
})
