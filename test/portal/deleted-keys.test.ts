import { describe, expect, it } from 'vitest'
import { call, SCOPE } from '../helpers/operator.ts'
import { checkPage } from './harness.ts'
import {
  choose,
  dialogOf,
  type KeysPortal,
  keysPortal,
  makeEndedKey,
  rowOf,
} from './key-helpers.ts'

const DELETED = '/portal/p/1/1/deleted-api-keys'
const at = keysPortal()

async function openDeleted(options: Parameters<KeysPortal['portal']['newPage']>[0] = {}) {
  const page = await at.portal.newPage(options)
  await page.goto(DELETED)
  await page.getByRole('heading', { name: 'Deleted API keys', level: 1 }).waitFor()
  return page
}

describe('deleted API keys', () => {
  it('are none at first', async () => {
    const page = await openDeleted()
    await page.getByRole('heading', { name: 'No API key was deleted' }).waitFor()
    await checkPage(page)
  })

  it('come back with the secret that they had', async () => {
    const { op, hello } = at
    const secret = await op.makeKey('partner', ['hello'])
    await op.client.keys.delete(SCOPE, 'partner')
    const page = await openDeleted()
    await rowOf(page, 'partner').waitFor()
    await checkPage(page)
    await choose(page, 'partner', 'Bring back')
    const dialog = dialogOf(page, 'Bring partner back?')
    await dialog.waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Bring back' }).click()
    await rowOf(page, 'partner').waitFor({ state: 'detached' })
    expect(await call(hello.endpoint, secret)).toBe(200)
  })

  it('come back under another name when their own is taken', async () => {
    const { op, hello } = at
    const secret = await op.makeKey('shared', ['hello'])
    await op.client.keys.delete(SCOPE, 'shared')
    await op.makeKey('shared', ['bye'])
    const page = await openDeleted()
    await choose(page, 'shared', 'Bring back')
    const dialog = dialogOf(page, 'Bring shared back?')
    await dialog.getByText('Another key is called shared by now').waitFor()
    expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('shared-2')
    await dialog.getByRole('button', { name: 'Bring back' }).click()
    await rowOf(page, 'shared').waitFor({ state: 'detached' })
    expect((await op.client.keys.get(SCOPE, 'shared-2')).functions[0]?.name).toBe('hello')
    expect(await call(hello.endpoint, secret)).toBe(200)
  })

  it('come back with another expiration when theirs is past', async () => {
    const { op, hello } = at
    const secret = await makeEndedKey(at, 'ended')
    await op.client.keys.delete(SCOPE, 'ended')
    const page = await openDeleted()
    await choose(page, 'ended', 'Bring back')
    const dialog = dialogOf(page, 'Bring ended back?')
    await dialog.getByRole('switch', { name: 'Give it another expiration' }).click()
    await dialog.getByText('Never expire', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Bring back' }).click()
    await rowOf(page, 'ended').waitFor({ state: 'detached' })
    expect(await call(hello.endpoint, secret)).toBe(200)
  })

  it('can be forgotten for good, and never come back once they leaked', async () => {
    const { op } = at
    await op.makeKey('leaked', ['hello'])
    await op.client.keys.delete(SCOPE, 'leaked', { leaked: true })
    const page = await openDeleted()
    await rowOf(page, 'leaked').getByText('Never: it leaked').waitFor()
    await page.getByRole('button', { name: 'Actions for leaked' }).click()
    expect(await page.getByRole('menuitem', { name: 'Bring back' }).isDisabled()).toBe(true)
    await page.getByRole('menuitem', { name: 'Delete for good' }).click()
    const dialog = dialogOf(page, 'Delete leaked for good?')
    await dialog.getByLabel('Type leaked to confirm').fill('leaked')
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await rowOf(page, 'leaked').waitFor({ state: 'detached' })
    expect((await op.client.deletedKeys.list(SCOPE, { search: 'leaked' })).count).toBe(0)
  })

  it('are found by name, also on a narrow screen in the dark', async () => {
    const { op } = at
    for (const name of ['first-gone', 'second-gone']) {
      await op.makeKey(name, ['hello'])
      await op.client.keys.delete(SCOPE, name)
    }
    const page = await openDeleted({ width: 360, dark: true })
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('second')
    await page.getByText('first-gone').waitFor({ state: 'detached' })
    await page.getByText('second-gone').waitFor()
    await checkPage(page)
    expect(new URL(page.url()).searchParams.get('search')).toBe('second')
  })
})
