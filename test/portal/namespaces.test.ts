import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'
import { SCOPE, tokenOf } from './people.ts'

const LIST = '/portal/p/1/1/namespaces'
const SECRET = 'canary-of-a-secret'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

/** As it is at first: a repeated test finds what the first try has made of it. */
async function made(name: string): Promise<void> {
  await forget(name)
  await portal.api.namespaces.create(SCOPE, {
    name,
    description: 'of a test',
    envs: { CITY: 'Rome' },
    secret_envs: { PASSWORD: SECRET },
  })
}

async function forget(name: string): Promise<void> {
  const { results } = await portal.api.namespaces.list(SCOPE, { search: name })
  if (results.some((one) => one.name === name)) await portal.api.namespaces.delete(SCOPE, name)
}

const open = async (page: Page, name: string) => {
  await page.goto(`${LIST}/${name}`)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByRole('heading', { name: 'Environment' }).waitFor()
}

describe('namespaces', () => {
  it('are created with the keyboard alone, and found by their name', async () => {
    await forget('typed')
    const page = await portal.newPage()
    await page.goto(LIST)
    // Where there are none yet, the empty list has another.
    await page.getByRole('button', { name: 'Create namespace' }).first().focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Create namespace' })
    await dialog.waitFor()
    await expect
      .poll(() => dialog.getByLabel('Name').evaluate((node) => node === document.activeElement))
      .toBe(true)
    await page.keyboard.type('Typed')
    await dialog.getByText('This is not such a name yet.').waitFor()
    await checkPage(page)
    for (let key = 0; key < 5; key++) await page.keyboard.press('Backspace')
    await page.keyboard.type('typed')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'typed' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`${LIST}/typed`)
    await made('other')
    await page.goto(LIST)
    await page.getByLabel('Search by name').fill('typ')
    await page.getByRole('link', { name: 'other', exact: true }).waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'typed', exact: true }).waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('?search=typ')
    await page.reload()
    await page.getByRole('link', { name: 'typed', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'other', exact: true }).count()).toBe(0)
  })

  it('that are called as another are refused at the field', async () => {
    await made('taken')
    const page = await portal.newPage()
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Create namespace' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('taken')
    await dialog.getByRole('button', { name: 'Create namespace' }).click()
    await dialog.getByText('Is already in use.').waitFor()
    expect(await dialog.getByLabel('Name').inputValue()).toBe('taken')
  })

  it('give values to their functions: set, replaced and removed, and secret ones never shown', async () => {
    await made('values')
    const page = await portal.newPage()
    await open(page, 'values')
    await page.getByText('PASSWORD').waitFor()
    expect(await page.content()).not.toContain(SECRET)
    await page.getByLabel('Value of CITY').fill('Oslo')
    await page.getByRole('button', { name: 'Add a plain value' }).click()
    await page.getByLabel('Name of the value').last().fill('MODE')
    await page.getByLabel('Value of MODE').fill('fast')
    await page.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await page.getByLabel('New secret value of PASSWORD').fill('another one')
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    expect(await portal.api.namespaces.get(SCOPE, 'values')).toMatchObject({
      envs: { CITY: 'Oslo', MODE: 'fast' },
      secret_env_names: ['PASSWORD'],
    })
    expect(await page.content()).not.toContain('another one')
    await page.getByRole('button', { name: 'Remove PASSWORD' }).click()
    await page.getByRole('button', { name: 'Remove MODE' }).click()
    await page.getByRole('button', { name: 'Save environment' }).click()
    await expect
      .poll(async () => (await portal.api.namespaces.get(SCOPE, 'values')).secret_env_names)
      .toEqual([])
    await checkPage(page)
  })

  it('lose no values that were typed by leaving the page', async () => {
    await made('typing')
    const page = await portal.newPage()
    await open(page, 'typing')
    await page.getByLabel('Value of CITY').fill('Bergen')
    await page.getByRole('link', { name: 'Namespaces' }).first().click()
    const asked = page.getByRole('dialog')
    await asked.getByRole('button', { name: 'Stay' }).click()
    await asked.waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Value of CITY').inputValue()).toBe('Bergen')
  })

  it('show the keys that open all of them, and are deleted with all that they have', async () => {
    await made('doomed')
    const key = freshName('of-doomed')
    await portal.api.keys.create(SCOPE, {
      name: key,
      functions: [],
      namespaces: [{ name: 'doomed' }],
    })
    const page = await portal.newPage()
    await open(page, 'doomed')
    await page.getByRole('link', { name: key }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/access of 1 API key/).waitFor()
    const button = dialog.getByRole('button', { name: 'Delete namespace' })
    expect(await button.isDisabled()).toBe(true)
    await dialog.getByLabel('Type doomed to confirm').fill('doomed')
    await checkPage(page)
    await button.click()
    await page.getByRole('heading', { level: 1, name: 'Namespaces' }).waitFor()
    await expect(portal.api.namespaces.get(SCOPE, 'doomed')).rejects.toMatchObject({ status: 404 })
    expect((await portal.api.keys.get(SCOPE, key)).namespaces).toEqual([])
  })
})

describe('two tabs that edit the same namespace', () => {
  const save = (page: Page) => page.getByRole('button', { name: 'Save environment' })
  const value = (page: Page, name: string) => page.getByLabel(`Value of ${name}`, { exact: true })
  const add = async (page: Page, name: string, text: string) => {
    await page.getByRole('button', { name: 'Add a plain value' }).click()
    await page.getByLabel('Name of the value').last().fill(name)
    await value(page, name).fill(text)
  }
  const saved = async (page: Page) => {
    await save(page).click()
    await page.getByText('Saved, and in force.').waitFor()
  }
  async function openTwo(name: string) {
    await made(name)
    const first = await portal.newPage()
    const second = await portal.newPage({ besides: first })
    await open(first, name)
    await open(second, name)
    return { first, second }
  }
  const meet = async (page: Page, name: string) => {
    await save(page).click()
    const dialog = page.getByRole('dialog', { name: `${name} was changed meanwhile` })
    await dialog.waitFor()
    return dialog
  }
  const envsOf = async (name: string) => (await portal.api.namespaces.get(SCOPE, name)).envs

  it('keep the values of both, and lose nothing that was typed', async () => {
    const { first, second } = await openTwo('beside')
    await add(first, 'THEIRS', '1')
    await saved(first)
    await add(second, 'MINE', '2')
    const dialog = await meet(second, 'beside')
    const row = dialog.getByRole('row', { name: /^THEIRS/ })
    expect(await row.getByRole('cell').allTextContents()).toEqual(['1', 'not changed'])
    await checkPage(second)
    await dialog.getByRole('button', { name: 'Go on editing' }).click()
    expect(await value(second, 'MINE').inputValue()).toBe('2')
    expect(await envsOf('beside')).toEqual({ CITY: 'Rome', THEIRS: '1' })
    await (await meet(second, 'beside')).getByRole('button', { name: 'Save mine too' }).click()
    await second.getByText('Saved, and in force.').waitFor()
    expect(await envsOf('beside')).toEqual({ CITY: 'Rome', THEIRS: '1', MINE: '2' })
    expect(await value(second, 'THEIRS').inputValue()).toBe('1')
  })

  it('ask whose value stays where both have changed it, a secret one without showing it', async () => {
    const { first, second } = await openTwo('clashing')
    await value(first, 'CITY').fill('Oslo')
    await first.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await first.getByLabel('New secret value of PASSWORD').fill('canary-of-theirs')
    await saved(first)
    await value(second, 'CITY').fill('Bergen')
    await add(second, 'OWN', '1')
    await second.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await second.getByLabel('New secret value of PASSWORD').fill('canary-of-mine')
    const dialog = await meet(second, 'clashing')
    const cells = (name: string) =>
      dialog.getByRole('row', { name }).getByRole('cell').allTextContents()
    expect(await cells('CITY')).toEqual(['Oslo', 'Bergen'])
    expect(await cells('PASSWORD')).toEqual(['(secret, perhaps replaced)', '(secret)'])
    expect(await dialog.textContent()).not.toContain('canary')
    await dialog.getByRole('button', { name: 'Take theirs' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await value(second, 'CITY').inputValue()).toBe('Oslo')
    await saved(second)
    expect(await envsOf('clashing')).toEqual({ CITY: 'Oslo', OWN: '1' })
  })

  it('save theirs over it only when that is said', async () => {
    const { first, second } = await openTwo('over')
    await value(first, 'CITY').fill('Oslo')
    await saved(first)
    await value(second, 'CITY').fill('Bergen')
    const dialog = await meet(second, 'over')
    expect(await envsOf('over')).toEqual({ CITY: 'Oslo' })
    await dialog.getByRole('button', { name: 'Save mine over it' }).click()
    await second.getByText('Saved, and in force.').waitFor()
    expect(await envsOf('over')).toEqual({ CITY: 'Bergen' })
  })

  it('are not asked where one has changed the description and the other the environment', async () => {
    const { first, second } = await openTwo('apart')
    const describing = async (page: Page, text: string) => {
      await page.getByRole('button', { name: 'Edit description' }).click()
      const dialog = page.getByRole('dialog', { name: 'Edit description' })
      await dialog.getByLabel('Description').fill(text)
      await dialog.getByRole('button', { name: 'Save' }).click()
    }
    await value(second, 'CITY').fill('Oslo')
    await describing(first, 'of the first')
    await first.getByText('of the first', { exact: true }).waitFor()
    await saved(second)
    expect(await portal.api.namespaces.get(SCOPE, 'apart')).toMatchObject({
      description: 'of the first',
      envs: { CITY: 'Oslo' },
    })
    await second.getByText('of the first', { exact: true }).waitFor()
    await portal.api.namespaces.update(SCOPE, 'apart', { description: 'of a third' })
    await describing(first, 'of the first again')
    const dialog = first.getByRole('dialog', { name: 'apart was changed meanwhile' })
    await dialog.getByText('of a third').waitFor()
    await checkPage(first)
    await dialog.getByRole('button', { name: 'Save mine over it' }).click()
    await first.getByText('of the first again', { exact: true }).waitFor()
    expect((await portal.api.namespaces.get(SCOPE, 'apart')).description).toBe('of the first again')
  })

  it('delete it only as it was read', async () => {
    const { first } = await openTwo('deleting')
    await first.getByRole('button', { name: 'Delete' }).click()
    const dialog = first.getByRole('dialog')
    await dialog.getByLabel('Type deleting to confirm').fill('deleting')
    const button = dialog.getByRole('button', { name: 'Delete namespace' })
    await expect.poll(() => button.isEnabled()).toBe(true)
    await portal.api.namespaces.update(SCOPE, 'deleting', { envs: { NEW: '1' } })
    await button.click()
    await dialog.getByText(/is not as you have read it/).waitFor()
    expect(await envsOf('deleting')).toEqual({ NEW: '1' })
    await button.click()
    await first.getByRole('heading', { level: 1, name: 'Namespaces' }).waitFor()
  })
})

describe('the values of a namespace', () => {
  const paste = (field: Locator, text: string) =>
    field.evaluate((node, pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', pasted)
      const event = { clipboardData, bubbles: true, cancelable: true }
      return node.dispatchEvent(new ClipboardEvent('paste', event))
    }, text)

  it('are taken from a pasted .env file, lines within them kept', async () => {
    await made('pasted')
    const page = await portal.newPage()
    await open(page, 'pasted')
    await page.getByRole('button', { name: 'Add a plain value' }).click()
    const name = page.getByLabel('Name of the value').last()
    expect(await name.evaluate((node) => node === document.activeElement)).toBe(true)
    await paste(name, 'CITY="Oslo"\n# more\nLINES="a\nb"\nEMOJI=🗝️\n')
    await page.getByRole('button', { name: 'Add a secret value' }).click()
    await page.getByLabel('Name of the value').last().fill('PRIVATE')
    const key = '-----BEGIN KEY-----\nabc\n-----END KEY-----\n'
    await paste(page.getByLabel('Secret value of PRIVATE'), key)
    await page.getByText('3 lines').waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    expect(await portal.api.namespaces.get(SCOPE, 'pasted')).toMatchObject({
      envs: { CITY: 'Oslo', LINES: 'a\nb', EMOJI: '🗝️' },
      secret_env_names: ['PASSWORD', 'PRIVATE'],
    })
    expect(await page.getByLabel('Value of LINES').inputValue()).toBe('a\nb')
    await page.getByLabel('Value of EMOJI').fill('x'.repeat(65_536))
    await page.getByLabel('Value of EMOJI').press('Enter')
    await page.getByText('A value has at most 255 characters.').waitFor()
    await checkPage(page)
  })

  it('are added, saved and removed with the keyboard alone', async () => {
    await made('keyboard')
    const page = await portal.newPage()
    await open(page, 'keyboard')
    await page.getByRole('button', { name: 'Add a plain value' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('MODE')
    await page.keyboard.press('Tab')
    await page.keyboard.type('fast')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('slow')
    await page.keyboard.press('Enter')
    await page.getByText('Saved, and in force.').waitFor()
    expect((await portal.api.namespaces.get(SCOPE, 'keyboard')).envs).toEqual({
      CITY: 'Rome',
      MODE: 'fast\nslow',
    })
    await page.getByRole('button', { name: 'Remove MODE' }).press('Enter')
    const focused = page.locator(':focus')
    await expect.poll(() => focused.textContent()).toBe('Add a plain value')
  })
})

describe('the pages of namespaces', () => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('can be used by everybody in %s at %i px', async (scheme, width) => {
    const name = `seen-${scheme}`
    await made(name)
    const page = await portal.newPage({ width, dark: scheme === 'dark' })
    await page.goto(LIST)
    await page.getByRole('link', { name, exact: true }).waitFor()
    await checkPage(page)
    await open(page, name)
    await page.getByText('No key opens the whole namespace.').waitFor()
    await checkPage(page)
  })

  it('offer a viewer nothing to change', async () => {
    await made('viewed')
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'viewer') })
    await page.goto(LIST)
    await page.getByRole('link', { name: 'viewed', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Create namespace' }).count()).toBe(0)
    await open(page, 'viewed')
    await page.getByText('Rome').waitFor()
    await page.getByText('Secret: it is not shown.').waitFor()
    for (const name of ['Delete', 'Save environment', 'Create function']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0)
    }
    await checkPage(page)
  })

  it('tell an invoker what the role does not show', async () => {
    await made('called')
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'invoker') })
    await open(page, 'called')
    await page.getByText('This needs the role viewer on this project.').first().waitFor()
    expect(await page.getByText('Rome').count()).toBe(0)
    await checkPage(page)
  })
})
