import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { call, SCOPE } from '../helpers/operator.ts'
import { checkPage } from './harness.ts'
import {
  choose,
  dialogOf,
  KEYS,
  keysPortal,
  makeEndedKey,
  makeViewer,
  openList,
  tabTo,
} from './key-helpers.ts'

const at = keysPortal()

const tab = (page: Page, name: string) => page.getByRole('tab', { name })
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true })
const description = (page: Page) => page.getByRole('textbox', { name: 'Description' })

async function openEdit(page: Page, name: string, of = 'general'): Promise<void> {
  await page.goto(`${KEYS}/${name}/edit/${of}`)
  await page.getByRole('heading', { name: `Edit ${name}`, level: 1 }).waitFor()
  await page.getByRole('tab', { name: 'General' }).waitFor()
}

describe('the settings of an API key are changed as the guide says', () => {
  it('from its three dots, in the tabs General, Access to functions and Expiration', async () => {
    const { portal, op, hello, bye } = at
    const secret = await op.makeKey('guided', ['hello'])
    expect(await call(hello.endpoint, secret)).toBe(200)
    expect(await call(bye.endpoint, secret)).toBe(401)
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'guided', 'Edit')

    await tab(page, 'General').click()
    await description(page).fill('The orders of a partner')
    await checkPage(page)
    await tab(page, 'Access to functions').click()
    await page.getByRole('treeitem', { name: 'bye' }).click()
    await page.getByRole('treeitem', { name: 'hello' }).click()
    await checkPage(page)
    await tab(page, 'Expiration').click()
    await page
      .getByRole('textbox', { name: 'The key works until: date' })
      .waitFor({ state: 'detached' })
    await page.getByText('Date and time').click()
    await page.getByRole('textbox', { name: 'The key works until: date' }).fill('2030-01-31')
    await page.keyboard.press('Escape')
    await page.getByLabel('The key works until: time').fill('12:30')
    await page.getByText(/that is 2030-01-31 11:30 UTC/).waitFor()
    await checkPage(page)
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()

    expect(await call(hello.endpoint, secret)).toBe(401)
    expect(await call(bye.endpoint, secret)).toBe(200)
    expect(await op.client.keys.get(SCOPE, 'guided')).toMatchObject({
      description: 'The orders of a partner',
      expire: '2030-01-31T11:30:00Z',
      functions: [{ namespace: 'tests', name: 'bye' }],
    })
    await expect.poll(() => save(page).isDisabled()).toBe(true)
    await checkPage(page)
  })

  it('and the expiration is reset, which renews a key that has expired', async () => {
    const { portal, hello } = at
    const secret = await makeEndedKey(at, 'ended')
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'ended', 'Edit')
    await tab(page, 'Expiration').click()
    await page.getByText('The key has expired. Give it a later end to renew it.').waitFor()
    await page.getByText('Never expire', { exact: true }).click()
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(200)
  })
})

describe('editing an API key', () => {
  it('has an address for each tab, and keeps what was typed from one to the other', async () => {
    const { portal, op } = at
    await op.makeKey('tabs', ['hello'])
    const page = await portal.newPage()
    await openEdit(page, 'tabs', 'expiration')
    await tab(page, 'General').click()
    await page.waitForURL(`**${KEYS}/tabs/edit/general`)
    await description(page).fill('not lost')
    await tab(page, 'Access to functions').click()
    await page.getByRole('tree').waitFor()
    await page.goBack()
    await expect.poll(() => description(page).inputValue()).toBe('not lost')
    await tab(page, 'General (changed)').waitFor()
  })

  it('loses nothing by accident', async () => {
    const { portal, op } = at
    await op.makeKey('careful', ['hello'])
    const page = await portal.newPage()
    await openEdit(page, 'careful')
    await description(page).fill('half done')
    await page.getByRole('link', { name: 'See the key' }).click()
    const dialog = dialogOf(page, 'Leave without saving?')
    await dialog.waitFor()
    await checkPage(page)
    await dialog.getByRole('button', { name: 'Stay' }).click()
    expect(await description(page).inputValue()).toBe('half done')
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await expect.poll(() => description(page).inputValue()).toBe('')
    await page.getByRole('link', { name: 'See the key' }).click()
    await page.getByRole('heading', { name: 'careful', level: 1 }).waitFor()
  })

  it('renames a key, and its address with it', async () => {
    const { portal, op } = at
    await op.makeKey('old-name', ['hello'])
    await op.makeKey('taken-name', ['hello'])
    const page = await portal.newPage()
    await openEdit(page, 'old-name')
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await name.fill('Not A Name')
    await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true')
    await name.fill('taken-name')
    await save(page).click()
    await page.getByText('Is already in use.').waitFor()
    await checkPage(page)
    await name.fill('new-name')
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
    await page.getByRole('heading', { name: 'Edit new-name', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`${KEYS}/new-name/edit/general`)
    await description(page).fill('goes on')
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
    const described = async () => (await op.client.keys.get(SCOPE, 'new-name')).description
    await expect.poll(described).toBe('goes on')
  })

  it('sets labels and a first moment', async () => {
    const { portal, op } = at
    await op.makeKey('labelled', ['hello'])
    const page = await portal.newPage()
    await openEdit(page, 'labelled')
    await page.getByRole('button', { name: 'Add a label' }).click()
    await page.getByLabel('Name of label 1').fill('team')
    await page.getByLabel('Value of label 1').fill('sales')
    await page.getByLabel('Works from').fill('2030-01-31T12:30')
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
    expect(await op.client.keys.get(SCOPE, 'labelled')).toMatchObject({
      labels: { team: 'sales' },
      not_before: '2030-01-31T11:30:00Z',
      status: 'Scheduled',
    })
  })

  it('keeps what is typed on while it is saved', async () => {
    const { portal, op } = at
    await op.makeKey('typed-on', ['hello'])
    const page = await portal.newPage()
    await openEdit(page, 'typed-on')
    const answer = Promise.withResolvers<void>()
    await page.route('**/typed-on', async (route) => {
      if (route.request().method() === 'PATCH') await answer.promise
      await route.fallback()
    })
    await description(page).fill('sent')
    await save(page).click()
    await description(page).fill('sent, and more')
    answer.resolve()
    const described = async () => (await op.client.keys.get(SCOPE, 'typed-on')).description
    await expect.poll(described).toBe('sent')
    // Only what is not saved yet can be saved.
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
    expect(await described()).toBe('sent, and more')
    expect(await description(page).inputValue()).toBe('sent, and more')
  })

  it('works with the keyboard alone', async () => {
    const { portal, op } = at
    await op.makeKey('typed', ['hello'])
    const page = await portal.newPage()
    await openEdit(page, 'typed')
    await tabTo(page, 'General')
    await tabTo(page, /^Description/)
    await page.keyboard.type('by keyboard')
    await tabTo(page, 'Save')
    await page.keyboard.press('Enter')
    await page.getByText('Saved. It is in force on every node.').waitFor()
    expect((await op.client.keys.get(SCOPE, 'typed')).description).toBe('by keyboard')
  })

  it('is not offered to those who may only look', async () => {
    const { portal, op } = at
    await op.makeKey('watched', ['hello'])
    const token = await makeViewer(at)
    const page = await portal.newPage({ token })
    await openEdit(page, 'watched')
    await page.getByText('This needs the role editor on this project.').waitFor()
    await description(page).fill('other')
    expect(await save(page).isDisabled()).toBe(true)
  })

  it('fits a narrow screen', async () => {
    const { portal, op } = at
    await op.makeKey('narrow', ['hello'])
    for (const dark of [false, true]) {
      const page = await portal.newPage({ width: 360, dark })
      for (const of of ['general', 'access', 'expiration']) {
        await openEdit(page, 'narrow', of)
        if (of === 'access') await page.getByRole('tree').waitFor()
        await checkPage(page)
      }
    }
  })
})

describe('two tabs that edit the same key', () => {
  async function openTwo(name: string) {
    await at.op.makeKey(name, ['hello'])
    const first = await at.portal.newPage()
    const second = await at.portal.newPage({ besides: first })
    await openEdit(first, name)
    await openEdit(second, name)
    return { first, second }
  }
  const saved = async (page: Page) => {
    await save(page).click()
    await page.getByText('Saved. It is in force on every node.').waitFor()
  }
  const meet = async (page: Page, name: string) => {
    await save(page).click()
    const dialog = dialogOf(page, `${name} was changed meanwhile`)
    await dialog.waitFor()
    return dialog
  }

  it('show what the other has changed, and take it over', async () => {
    const { first, second } = await openTwo('met')
    await description(first).fill('theirs')
    await saved(first)
    await description(second).fill('mine')
    const dialog = await meet(second, 'met')
    const row = dialog.getByRole('row', { name: /Description/ })
    await expect.poll(() => row.getByRole('cell').allTextContents()).toEqual(['theirs', 'mine'])
    await checkPage(second)
    await dialog.getByRole('button', { name: 'Take theirs' }).click()
    await expect.poll(() => description(second).inputValue()).toBe('theirs')
    await expect.poll(() => save(second).isDisabled()).toBe(true)
    await description(second).fill('after theirs')
    await saved(second)
    expect((await at.op.client.keys.get(SCOPE, 'met')).description).toBe('after theirs')
  })

  it('save their own over it only when that is said', async () => {
    const { first, second } = await openTwo('over')
    await description(first).fill('theirs')
    await saved(first)
    await description(second).fill('mine')
    const dialog = await meet(second, 'over')
    expect((await at.op.client.keys.get(SCOPE, 'over')).description).toBe('theirs')
    await dialog.getByRole('button', { name: 'Save mine over it' }).click()
    await second.getByText('Saved. It is in force on every node.').waitFor()
    expect((await at.op.client.keys.get(SCOPE, 'over')).description).toBe('mine')
  })

  it('keep both where they have changed different fields', async () => {
    const { first, second } = await openTwo('beside')
    await tab(first, 'Access to functions').click()
    await first.getByRole('treeitem', { name: 'bye' }).click()
    await saved(first)
    await description(second).fill('mine')
    const dialog = await meet(second, 'beside')
    await dialog.getByText('tests/bye').waitFor()
    await dialog.getByText('not changed').waitFor()
    await dialog.getByRole('button', { name: 'Save mine too' }).click()
    await second.getByText('Saved. It is in force on every node.').waitFor()
    const key = await at.op.client.keys.get(SCOPE, 'beside')
    expect(key.description).toBe('mine')
    expect(key.functions.map(({ name }) => name).sort()).toEqual(['bye', 'hello'])
  })

  it('find the key again when the other has renamed it', async () => {
    const { first, second } = await openTwo('before')
    await first.getByRole('textbox', { name: 'Name', exact: true }).fill('afterwards')
    await saved(first)
    await description(second).fill('mine')
    const dialog = await meet(second, 'before')
    await dialog.getByText('afterwards').waitFor()
    await dialog.getByRole('button', { name: 'Save mine too' }).click()
    await second.getByText('Saved. It is in force on every node.').waitFor()
    await second.getByRole('heading', { name: 'Edit afterwards', level: 1 }).waitFor()
    expect((await at.op.client.keys.get(SCOPE, 'afterwards')).description).toBe('mine')
  })

  it('say that the other has deleted it', async () => {
    const { second } = await openTwo('vanished')
    await at.op.client.keys.delete(SCOPE, 'vanished')
    await description(second).fill('mine')
    await save(second).click()
    await second.getByText('vanished was deleted meanwhile.').waitFor()
    await checkPage(second)
  })
})
