import { describe, expect, it } from 'vitest'
import { call, SCOPE } from '../helpers/operator.ts'
import { checkPage, hasKeyboard } from './harness.ts'
import {
  choose,
  dialogOf,
  KEYS,
  keysPortal,
  makeViewer,
  openList,
  rowOf,
  tabTo,
} from './key-helpers.ts'

const at = keysPortal({ LATCHKEY_PROPAGATION_TIMEOUT_SECONDS: '2' })

describe('an API key is deleted as the guide says', () => {
  it('from its three dots, and no call passes once its row has left', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('guided', ['hello'])
    expect(await call(hello.endpoint, secret)).toBe(200)
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'guided', 'Delete')
    const dialog = dialogOf(page, 'Delete guided?')
    await dialog.waitFor()
    await checkPage(page)
    const button = dialog.getByRole('button', { name: 'Delete' })
    expect(await button.isDisabled()).toBe(true)
    await dialog.getByRole('textbox', { name: 'Type guided to confirm' }).fill('guided')
    await button.click()
    await rowOf(page, 'guided').waitFor({ state: 'detached' })
    expect(await call(hello.endpoint, secret)).toBe(401)
    await page.getByText('guided is deleted').waitFor()
    await checkPage(page)
  })
})

describe('deleting an API key', () => {
  it('tells when, for what and from where it was last used', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('used', ['hello'])
    await call(hello.endpoint, secret)
    await expect
      .poll(async () => (await op.client.keys.get(SCOPE, 'used')).last_used_at, { timeout: 60_000 })
      .not.toBeNull()
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'used', 'Delete')
    const dialog = dialogOf(page, 'Delete used?')
    await dialog.getByText('It is in use').waitFor()
    await dialog.getByText(/for tests\/hello from 127\.0\.0\.1/).waitFor()
    await checkPage(page)
  })

  it('is undone with a click, and the key opens again with its secret', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('missed', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'missed', 'Delete')
    await page.getByLabel('Type missed to confirm').fill('missed')
    await page.keyboard.press('Enter')
    await rowOf(page, 'missed').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await rowOf(page, 'missed').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(200)
  })

  it('for good when the secret leaked', async () => {
    const { portal, op } = at
    await op.makeKey('leaked', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'leaked', 'Delete')
    const dialog = dialogOf(page, 'Delete leaked?')
    await dialog.getByRole('checkbox', { name: /The secret leaked/ }).check()
    await dialog.getByText('It can never be brought back').waitFor()
    await dialog.getByLabel('Type leaked to confirm').fill('leaked')
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('leaked is deleted').waitFor()
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
    await rowOf(page, 'leaked').waitFor({ state: 'detached' })
    const { results } = await op.client.deletedKeys.list(SCOPE, { search: 'leaked' })
    expect(results[0]?.leaked).toBe(true)
  })

  it('keeps the row while a node may still let the key through, and names the node', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('slow', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'slow', 'Delete')
    await page.getByLabel('Type slow to confirm').fill('slow')
    const { data } = portal.server.process.pids()
    process.kill(data, 'SIGSTOP')
    try {
      await page.getByRole('button', { name: 'Delete', exact: true }).click()
      const dialog = dialogOf(page, 'slow is deleted, but not in force everywhere')
      await dialog.getByText(/still has to apply it/).waitFor()
      await dialog
        .getByRole('list', { name: 'Nodes' })
        .getByText(/not applied it yet/)
        .waitFor()
      await checkPage(page)
      expect(await page.getByText('slow', { exact: true }).count()).toBeGreaterThan(0)
    } finally {
      process.kill(data, 'SIGCONT')
    }
    await rowOf(page, 'slow').waitFor({ state: 'detached' })
    expect(await call(hello.endpoint, secret)).toBe(401)
    await page.getByText('slow is deleted', { exact: true }).waitFor()
  })

  it('does not touch another key that has the name by now', async () => {
    const { portal, op } = at
    await op.makeKey('reused', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await rowOf(page, 'reused').waitFor()
    // The list looks again by itself, and would know the other one.
    await page.route('**/faas/keys/1/1?**', () => {})
    await op.client.keys.delete(SCOPE, 'reused')
    await op.makeKey('reused', ['bye'])
    await choose(page, 'reused', 'Delete')
    await page.getByLabel('Type reused to confirm').fill('reused')
    await page.getByText('another one has its name now').waitFor()
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.method()))
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await checkPage(page)
    expect(sent).not.toContain('DELETE')
    expect((await op.client.keys.get(SCOPE, 'reused')).functions[0]?.name).toBe('bye')
  })

  it('works with the keyboard alone, which goes on where it was', async () => {
    const { portal, op } = at
    await op.makeKey('typed', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await rowOf(page, 'typed').waitFor()
    await tabTo(page, 'Actions for typed')
    const openMenu = async () => {
      await page.keyboard.press('Enter')
      await hasKeyboard(page.getByRole('menuitem', { name: 'Edit' }))
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await dialogOf(page, 'Delete typed?').waitFor()
    }
    await openMenu()
    await hasKeyboard(dialogOf(page, 'Delete typed?'))
    await page.keyboard.press('Escape')
    await dialogOf(page, 'Delete typed?').waitFor({ state: 'detached' })
    await hasKeyboard(page.getByRole('button', { name: 'Actions for typed' }))
    await openMenu()
    await hasKeyboard(page.getByLabel('Type typed to confirm'))
    await page.keyboard.type('typed')
    await page.keyboard.press('Enter')
    await rowOf(page, 'typed').waitFor({ state: 'detached' })
    await hasKeyboard(page.getByRole('heading', { level: 1 }))
  })

  it('is not offered to those who may only look', async () => {
    const { portal, op } = at
    await op.makeKey('watched', ['hello'])
    const token = await makeViewer(at)
    const page = await portal.newPage({ token })
    await openList(page)
    await page.getByRole('button', { name: 'Actions for watched' }).click()
    const item = page.getByRole('menuitem', { name: 'Delete' })
    expect(await item.isDisabled()).toBe(true)
    await checkPage(page)
  })

  it('fits a narrow screen', async () => {
    const { portal, op } = at
    await op.makeKey('narrow', ['hello'])
    const page = await portal.newPage({ width: 360, dark: true })
    await openList(page)
    await choose(page, 'narrow', 'Delete')
    await dialogOf(page, 'Delete narrow?').waitFor()
    await checkPage(page)
    await page.getByLabel('Type narrow to confirm').fill('narrow')
    await page.keyboard.press('Enter')
    await page.getByText('narrow is deleted').waitFor()
    await checkPage(page)
  })
})

describe('disabling an API key', () => {
  it('is asked about, and in force when the list says so', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('switched', ['hello'])
    expect(await call(hello.endpoint, secret)).toBe(200)
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'switched', 'Disable')
    const dialog = dialogOf(page, 'Disable switched?')
    await dialog.waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await rowOf(page, 'switched').getByText('Disabled').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(401)
    await choose(page, 'switched', 'Enable')
    await dialogOf(page, 'Enable switched?').getByRole('button', { name: 'Enable' }).click()
    await rowOf(page, 'switched').getByText('Active').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(200)
    expect(new URL(page.url()).pathname).toBe(KEYS)
  })
})
