import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, copiedBy, openPortal, type Portal } from './harness.ts'
import { SCOPE, tokenOf } from './people.ts'

const AUDIT = '/portal/audit'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api === undefined) return
  const { keys } = portal.api
  await keys.create(SCOPE, { name: 'watched', functions: [] })
  await keys.update(SCOPE, 'watched', { description: 'seen' })
  // More rows than a page has.
  for (let row = 0; row < 60; row++) {
    await keys.update(SCOPE, 'watched', { disabled: row % 2 === 0 })
  }
})
afterAll(() => portal.close())

describe('the audit log', () => {
  it('is filtered by who, action and object, and the address says so', async () => {
    const page = await portal.newPage()
    await page.goto(AUDIT)
    const table = page.getByRole('table', { name: 'Audit log' })
    await table.getByText('user.logged-in').first().waitFor()
    await page.getByLabel('Object').fill('watched')
    await page.getByRole('combobox', { name: 'Action' }).fill('key.upd')
    await page.getByRole('option', { name: 'key.updated' }).click()
    await page.getByRole('button', { name: 'Filter' }).click()
    await table.getByText('user.logged-in').first().waitFor({ state: 'hidden' })
    await table.getByText('key.updated').waitFor()
    await expect.poll(() => table.getByRole('row').count()).toBe(2)
    const { searchParams } = new URL(page.url())
    expect(Object.fromEntries(searchParams)).toEqual({ object: 'watched', action: 'key.updated' })
    await page.reload()
    await table.getByText('key.updated').waitFor()
    expect(await page.getByLabel('Object').inputValue()).toBe('watched')
    await checkPage(page)
    await page.getByLabel('Who').fill('nobody at all')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText('There are no such rows').waitFor()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await table.getByText('user.logged-in').first().waitFor()
  })

  it('is filtered by time, in the zone of the reader', async () => {
    const page = await portal.newPage({ zone: 'Asia/Tokyo' })
    await page.goto(`${AUDIT}?from=2026-01-01T00%3A00%3A00Z`)
    await page.getByRole('table', { name: 'Audit log' }).waitFor()
    expect(await page.getByLabel('From').first().inputValue()).toMatch(/^2026-01-01T09:00/)
    await page.getByLabel('To', { exact: true }).fill('2026-01-02T09:00:00')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText('There are no such rows').waitFor()
    expect(new URL(page.url()).searchParams.get('to')).toBe('2026-01-02T00:00:00Z')
  })

  it('goes on to older rows, and back by the history of the browser', async () => {
    const page = await portal.newPage()
    await page.goto(`${AUDIT}?action=project.`)
    const table = page.getByRole('table', { name: 'Audit log' })
    await table.waitFor()
    expect(await page.getByRole('button', { name: 'Older' }).isDisabled()).toBe(true)
    await page.goto(AUDIT)
    await page.getByRole('button', { name: 'Older' }).click()
    await table.getByRole('link', { name: '1', exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('before')).toMatch(/^\d+$/)
    await page.goBack()
    await table.getByText('user.logged-in').first().waitFor()
  })

  it('opens a row to what was before and after, by an address of its own', async () => {
    const page = await portal.newPage()
    await page.goto(`${AUDIT}?object=watched&action=key.updated`)
    const link = page.getByRole('table', { name: 'Audit log' }).getByRole('link')
    const sequence = await link.textContent()
    await link.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: `Row ${sequence}` })
    const changed = dialog.getByRole('row').filter({ hasText: 'description' })
    await changed.getByText('seen').waitFor()
    await dialog
      .getByText(/^[0-9a-f]{64}$/)
      .first()
      .waitFor()
    expect(new URL(page.url()).searchParams.get('row')).toBe(sequence)
    await checkPage(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.goto(`${AUDIT}?row=1`)
    await page
      .getByRole('dialog', { name: 'Row 1' })
      .getByText(/^\w+\.created$/)
      .waitFor()
  })

  it('is exported as lines of JSON, as it is filtered', async () => {
    const page = await portal.newPage()
    await page.goto(`${AUDIT}?action=key.updated`)
    await page.getByRole('table', { name: 'Audit log' }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('audit.jsonl')
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(['key.updated'])
    await checkPage(page)
  })

  it('is verified in words, and compared with a head that was noted', async () => {
    const page = await portal.newPage()
    await page.goto(AUDIT)
    await page.getByRole('button', { name: 'Verify' }).click()
    const dialog = page.getByRole('dialog', { name: 'Verify the audit log' })
    await dialog.getByRole('button', { name: 'Verify' }).click()
    await dialog.getByText(/^\d+ rows, 1 to \d+, are as they were written\.$/).waitFor()
    const head = (await dialog.getByLabel('Head', { exact: true }).textContent())!
    expect(head).toMatch(/^\d+:[0-9a-f]{64}$/)
    const copy = dialog.getByRole('button', { name: 'Copy the head' })
    expect(await copiedBy(page, () => copy.click())).toBe(head)
    await checkPage(page)
    await dialog.getByLabel('A head that you noted').fill('no head')
    await dialog.getByText(/A head is a number/).waitFor()
    await dialog.getByLabel('A head that you noted').fill(head)
    await dialog.getByRole('button', { name: 'Verify' }).click()
    await dialog.getByText('The head that you noted is among them, as it was.').waitFor()
    const other = head.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    await dialog.getByLabel('A head that you noted').fill(other)
    await dialog.getByRole('button', { name: 'Verify' }).click()
    await dialog.getByText(/rows before it are as they were written/).waitFor()
    await checkPage(page)
  })
})

describe('the page of the audit log', () => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('can be used by everybody in %s at %i px', async (scheme, width) => {
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    await page.goto(AUDIT)
    await page.getByText('key.disabled').first().waitFor()
    await checkPage(page)
  })

  it('shows an owner of one project its rows, and says why numbers are missing', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'owner') })
    await page.goto(AUDIT)
    await page.getByText(/the numbers have gaps/).waitFor()
    await page.getByText('key.disabled').first().waitFor()
    const table = page.getByRole('table', { name: 'Audit log' })
    expect(await table.getByText('token.created').count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Verify' }).count()).toBe(0)
    await checkPage(page)
  })

  it.each(['editor', 'viewer', 'invoker'] as const)(
    'says to the role %s why it shows nothing',
    async (role) => {
      const page = await portal.newPage({ token: await tokenOf(portal.api, role) })
      await page.goto(AUDIT)
      await page.getByText('This needs the role owner on this project.').waitFor()
      expect(await page.getByRole('link', { name: 'Export' }).count()).toBe(0)
      await checkPage(page)
    },
  )
})
