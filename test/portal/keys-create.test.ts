import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FunctionSerializer } from '../../src/client/types.ts'
import { call, HELLO, NAMESPACE, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import { checkPage, copiedBy, hasKeyboard, openPortal, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

const NEW_KEY = '/portal/p/1/1/new-api-key'
const DAY_MS = 86_400_000

let portal: Portal
let op: Operator
let hello: FunctionSerializer

beforeAll(async () => {
  portal = await openPortal()
  if (portal.server === undefined) return
  op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  hello = await op.makeFunction('hello', HELLO)
  await op.makeFunction('bye', HELLO)
})
afterAll(() => portal.close())
beforeEach(async () => {
  if (portal.server === undefined) return
  const { results } = await keys().list(SCOPE)
  for (const { name } of results) await keys().delete(SCOPE, name)
})

const keys = () => portal.api.keys
const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name })
const treeItem = (page: Page, name: string | RegExp) => page.getByRole('treeitem', { name })

async function openForm(options: Parameters<Portal['newPage']>[0] = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto(NEW_KEY)
  await page.getByRole('heading', { name: 'Create API key', level: 1 }).waitFor()
  await page.getByRole('tree').waitFor()
  return page
}

async function create(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create', exact: true }).click()
}

/** The secret that the dialog shows, by its copy button. */
async function copied(page: Page): Promise<string> {
  return copiedBy(page, () => page.getByRole('button', { name: 'Copy the secret' }).click())
}

/** Whether a button has been called so since, also if it was for a moment. */
async function saying(page: Page, name: string): Promise<() => Promise<boolean>> {
  const said = await page.evaluateHandle((wanted) => {
    const seen = { is: false }
    const changes = { subtree: true, childList: true, attributes: true, characterData: true }
    new MutationObserver(() => {
      const buttons = [...document.querySelectorAll('button')]
      seen.is ||= buttons.some((one) => [one.ariaLabel, one.textContent].includes(wanted))
    }).observe(document.body, changes)
    return seen
  }, name)
  return () => said.evaluate(({ is }) => is)
}

async function keepAndClose(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: 'I have saved it' }).check()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
}

describe('an API key is created as the guide says', () => {
  it('from the menu to a call with the key, and one without', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/')
    const menu = page.getByRole('navigation', { name: 'Pages' })
    await menu.getByRole('link', { name: 'Functions' }).click()
    await menu.getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('heading', { name: 'There are no API keys yet' }).waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'Create now' }).click()

    const general = page.getByRole('region', { name: 'General information' })
    await general.getByRole('textbox', { name: 'Name' }).fill('partner')
    await general.getByRole('textbox', { name: 'Description' }).fill('The orders of a partner')
    const access = page.getByRole('region', { name: 'Access to functions' })
    await access.getByRole('treeitem', { name: 'hello' }).click()
    await access.getByText('The key opens 1 function.').waitFor()
    const expiration = page.getByRole('region', { name: 'Expiration' })
    await expiration.getByRole('textbox', { name: 'The key works until: date' }).fill('2030-01-31')
    await page.keyboard.press('Escape')
    await expiration.getByLabel('The key works until: time').fill('12:30')
    await expiration.getByText(/that is 2030-01-31 11:30 UTC/).waitFor()
    await checkPage(page)
    await create(page)

    await dialogOf(page, 'The secret of partner').waitFor()
    await checkPage(page)
    const secret = await copied(page)
    expect(secret).toMatch(/^lk_[0-9A-Za-z]{49}$/)
    expect(await call(hello.endpoint, secret)).toBe(200)
    expect(await call(hello.endpoint)).toBe(401)
    await keepAndClose(page)

    const row = page.getByRole('row', { name: /partner/ })
    await row.getByText('Active').waitFor()
    expect(await row.textContent()).toContain('31 Jan 2030')
    await checkPage(page)
    const key = await keys().get(SCOPE, 'partner')
    expect(key).toMatchObject({
      ...{ description: 'The orders of a partner', expire: '2030-01-31T11:30:00Z' },
      ...{ functions: [{ namespace: NAMESPACE, name: 'hello' }], namespaces: [] },
    })
  })

  it('for ever, when Never expire is chosen', async () => {
    const page = await openForm()
    await page.getByRole('textbox', { name: 'Name' }).fill('forever')
    await page.getByText('Never expire').click()
    await page.getByText('The key never expires.').waitFor()
    await create(page)
    await dialogOf(page, 'The secret of forever').waitFor()
    expect((await keys().get(SCOPE, 'forever')).expire).toBeNull()
  })
})

describe('the secret of a new key', () => {
  it('is in a file, and in texts that call each function', async () => {
    const page = await openForm()
    await page.getByRole('textbox', { name: 'Name' }).fill('snippets')
    await treeItem(page, /^tests/).click()
    await create(page)
    const dialog = dialogOf(page, 'The secret of snippets')
    const secret = await copied(page)

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download .env' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('snippets.env')
    const file = await readFile(await download.path(), 'utf8')
    expect(file).toMatch(/^# The Latchkey API key snippets, which works until \S+\.\n/)
    expect(file.endsWith(`\nLATCHKEY_API_KEY=${secret}\n`)).toBe(true)

    const curl = dialog.getByLabel('curl text', { exact: true })
    await expect.poll(() => curl.textContent()).toContain('"X-API-Key: $LATCHKEY_API_KEY"')
    await dialog.getByRole('combobox', { name: 'Call a function with it' }).click()
    await page.getByRole('option', { name: 'tests/hello' }).click()
    await expect.poll(() => curl.textContent()).toContain(`'${hello.endpoint}'`)
    await dialog.getByRole('tab', { name: 'fetch' }).click()
    const script = dialog.getByLabel('fetch text', { exact: true })
    await expect
      .poll(() => script.textContent())
      .toContain("'X-API-Key': process.env.LATCHKEY_API_KEY")
    await dialog.getByRole('switch', { name: 'Write the secret into the text' }).check()
    await expect.poll(() => script.textContent()).toContain(`'X-API-Key': '${secret}'`)
    await checkPage(page)
  })

  it('is copied where the browser has no clipboard for scripts, as over plain HTTP', async () => {
    const page = await portal.newPage()
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
    })
    await page.goto(NEW_KEY)
    await page.getByRole('textbox', { name: 'Name' }).fill('old-way')
    await create(page)
    const said = await saying(page, 'Copied')
    await page.getByRole('button', { name: 'Copy the secret' }).click()
    await expect.poll(said).toBe(true)
    await keepAndClose(page)
    const search = page.getByRole('searchbox', { name: 'Search by name' })
    await search.focus()
    await page.keyboard.press('Control+V')
    await expect.poll(() => search.inputValue()).toMatch(/^lk_[0-9A-Za-z]{49}$/)
  })

  it('is not lost by accident, and is nowhere once the dialog is closed', async () => {
    const page = await openForm()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('link', { name: 'Create now' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('guarded')
    await create(page)
    const dialog = dialogOf(page, 'The secret of guarded')
    const secret = await copied(page)

    await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    expect(await dialog.isVisible()).toBe(true)
    expect(await dialog.getByRole('button', { name: 'Close' }).isDisabled()).toBe(true)
    await page.goBack()
    const asked = dialogOf(page, 'Leave without the secret?')
    await asked.getByRole('button', { name: 'Stay' }).click()
    await asked.waitFor({ state: 'hidden' })
    expect(await dialog.isVisible()).toBe(true)

    await keepAndClose(page)
    const left = await page.evaluate(() =>
      JSON.stringify([
        document.documentElement.outerHTML,
        [...document.querySelectorAll('input, textarea')].map(
          (one) => (one as HTMLInputElement).value,
        ),
        [location.href, document.title, document.cookie, history.state],
        [{ ...localStorage }, { ...sessionStorage }],
      ]),
    )
    expect(left).not.toContain(secret)
    await page.goBack()
    expect(await page.content()).not.toContain(secret)
  })

  it('is made anew for a key whose answer was lost, which is made once', async () => {
    const page = await openForm()
    let isFirst = true
    await page.route('**/cloud/v1/faas/keys/1/1', async (route) => {
      if (route.request().method() !== 'POST' || !isFirst) return route.fallback()
      isFirst = false
      await route.fetch()
      await route.abort('connectionreset')
    })
    await page.getByRole('textbox', { name: 'Name' }).fill('lost')
    await treeItem(page, 'hello').click()
    await create(page)
    await page.getByText('Choose Create again').waitFor()
    await checkPage(page, { ignoring: /ERR_CONNECTION_RESET/ })
    await create(page)

    await dialogOf(page, 'lost is made').waitFor()
    await checkPage(page)
    expect((await keys().list(SCOPE, { search: 'lost' })).count).toBe(1)
    await page.getByRole('button', { name: 'Get a new secret' }).click()
    await dialogOf(page, 'The secret of lost').waitFor()
    expect(await call(hello.endpoint, await copied(page))).toBe(200)
    await keepAndClose(page)
  })
})

describe('the name of a new key', () => {
  it('is held against its rule as it is typed, and before anything is sent', async () => {
    const page = await openForm()
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('-Ab')
    const rule = (text: string) => page.getByText(text)
    await rule('2 to 26 characters: yes').waitFor()
    await rule('only a to z, 0 to 9 and hyphens: no').waitFor()
    await rule('begins with a letter: no').waitFor()
    await rule('ends with a letter or digit: yes').waitFor()
    await create(page)
    await page.getByText('This does not keep to the rule.').waitFor()
    await hasKeyboard(name)
    await checkPage(page)
    await name.fill('')
    await create(page)
    await page.getByText('A key needs a name.').waitFor()
  })

  it('is said to be taken as it is typed, or when the key is created', async () => {
    await keys().create(SCOPE, { name: 'taken' })
    const page = await openForm()
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('taken')
    await page.getByText('There is already a key named taken.').waitFor()
    await Promise.all([
      page.waitForResponse((answer) => answer.url().includes('search=raced')),
      name.fill('raced'),
    ])
    await keys().create(SCOPE, { name: 'raced' })
    await create(page)
    await page
      .getByText(/already|in use|taken/i)
      .first()
      .waitFor()
    await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true')
    await name.fill('not-raced')
    await create(page)
    await dialogOf(page, 'The secret of not-raced').waitFor()
  })

  it('is not said to be taken by the key that has just been made of it', async () => {
    const page = await openForm()
    const asked = () => page.waitForResponse((answer) => answer.url().includes('search=just-made'))
    await Promise.all([asked(), page.getByRole('textbox', { name: 'Name' }).fill('just-made')])
    await Promise.all([asked(), create(page)])
    await dialogOf(page, 'The secret of just-made').waitFor()
    await page.waitForLoadState('networkidle')
    expect(await page.getByText('There is already a key named').count()).toBe(0)
  })
})

describe('what a new key opens', () => {
  it('is chosen in a tree that the keyboard goes through', async () => {
    const page = await openForm()
    const tree = page.getByRole('tree')
    await tree.focus()
    const active = () =>
      tree.evaluate((element) => {
        const id = element.getAttribute('aria-activedescendant')
        return document.getElementById(id ?? '')?.textContent
      })
    await expect.poll(active).toMatch(/^tests/)
    await page.keyboard.press('ArrowDown')
    await expect.poll(active).toMatch(/^All 2 by name/)
    await page.keyboard.press('Space')
    await page.getByText('The key opens 2 functions.').waitFor()
    await page.keyboard.type('he')
    await expect.poll(active).toBe('hello')
    await page.keyboard.press('Enter')
    await page.getByText('The key opens 1 function.').waitFor()
    const namespace = treeItem(page, /^tests/)
    await expect.poll(() => namespace.getAttribute('aria-checked')).toBe('mixed')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Space')
    await page.getByText('The key opens 1 whole namespace.').waitFor()
    await expect.poll(() => treeItem(page, /^hello/).getAttribute('aria-checked')).toBe('true')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => namespace.getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('*')
    await expect.poll(() => namespace.getAttribute('aria-expanded')).toBe('true')
  })

  it('is found by a part of its name, and may be limited to methods and paths', async () => {
    const page = await openForm()
    await page.getByRole('textbox', { name: 'Name' }).fill('limited')
    await page.getByRole('searchbox', { name: 'Search functions' }).fill('hel')
    await treeItem(page, 'bye').waitFor({ state: 'hidden' })
    await treeItem(page, 'hello').click()
    await page.getByRole('searchbox', { name: 'Search functions' }).fill('nothing-like-it')
    await page.getByText(/No function or namespace has/).waitFor()
    await page.getByRole('button', { name: 'Limit methods and paths of tests/hello' }).click()
    const methods = page.getByRole('combobox', { name: 'Methods of tests/hello' })
    await methods.pressSequentially('post,')
    const paths = page.getByRole('combobox', { name: 'Paths of tests/hello' })
    await paths.fill('orders')
    await page.keyboard.press('Enter')
    await page.getByText('orders must begin with a slash.').waitFor()
    await create(page)
    await page.getByText('Some limits of methods and paths are not right.').waitFor()
    await paths.focus()
    await page.keyboard.press('Backspace')
    await paths.fill('/orders')
    await page.keyboard.press('Enter')
    await page.getByText('POST under /orders').waitFor()
    await checkPage(page)
    await create(page)
    const secret = await copied(page)
    const post = (path: string) =>
      fetch(hello.endpoint + path, { method: 'POST', headers: { 'x-api-key': secret } })
    expect((await post('/orders/7')).status).toBe(200)
    expect((await post('/other')).status).toBe(403)
    expect(await call(`${hello.endpoint}/orders`, secret)).toBe(403)
  })

  it('may be nothing, and the page says what that means', async () => {
    const page = await openForm()
    await page.getByText('The key opens nothing.', { exact: true }).waitFor()
    await page.getByText(/Every call with it is answered 401/).waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('opens-nothing')
    await create(page)
    await dialogOf(page, 'The secret of opens-nothing').waitFor()
    expect(await call(hello.endpoint, await copied(page))).toBe(401)
  })
})

describe('how long a new key lasts', () => {
  it('is what the project lets its keys last, and no more', async () => {
    await portal.api.keySettings.update(1, { key_life_days_max: 45 })
    try {
      const page = await openForm()
      await page.getByText('Keys of this project must expire, and last 45 days at most.').waitFor()
      expect(await page.getByRole('radio', { name: '30 days' }).isEnabled()).toBe(true)
      for (const name of ['90 days', 'A year', 'Never expire']) {
        expect(await page.getByRole('radio', { name }).isDisabled()).toBe(true)
      }
      await page.getByRole('textbox', { name: 'Name' }).fill('too-long')
      await page.getByRole('textbox', { name: 'The key works until: date' }).fill('2040-01-01')
      await page.keyboard.press('Escape')
      await page.getByText(/Keys of this project last 45 days at most: until/).waitFor()
      const sent: string[] = []
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(request.postData() ?? '')
      })
      await create(page)
      await page.getByText('30 days', { exact: true }).click()
      await checkPage(page)
      await create(page)
      await dialogOf(page, 'The secret of too-long').waitFor()
      expect(sent).toHaveLength(1)
      const { created_at, expire } = await keys().get(SCOPE, 'too-long')
      const days = (Date.parse(expire!) - Date.parse(created_at)) / DAY_MS
      expect(days).toBeGreaterThan(29.9)
      expect(days).toBeLessThanOrEqual(30.01)
    } finally {
      await portal.api.keySettings.update(1, { key_life_days_max: null })
    }
  })

  it('begins later when that is asked for', async () => {
    const page = await openForm()
    await page.getByRole('textbox', { name: 'Name' }).fill('starts-later')
    await page.getByRole('checkbox', { name: 'Start later' }).check()
    await page.getByLabel('Works from').fill('2031-05-01T08:00')
    await page.getByText(/that is 2031-05-01 06:00 UTC/).waitFor()
    await page.getByText('The key would end before it starts.').waitFor()
    await page.getByText('Never expire').click()
    await create(page)
    await dialogOf(page, 'The secret of starts-later').waitFor()
    const key = await keys().get(SCOPE, 'starts-later')
    expect(key).toMatchObject({ status: 'Scheduled', not_before: '2031-05-01T06:00:00Z' })
  })
})

describe('the page that creates a key', () => {
  it('works with the keyboard alone', async () => {
    const page = await openForm()
    await tabTo(page, page.getByRole('textbox', { name: 'Name' }))
    await page.keyboard.type('by-keyboard')
    await tabTo(page, page.getByRole('tree'))
    await page.keyboard.press('End')
    await page.keyboard.press('Space')
    await tabTo(page, page.getByRole('radio', { name: '90 days' }))
    await page.keyboard.press('ArrowLeft')
    await tabTo(page, page.getByRole('button', { name: 'Create', exact: true }))
    await page.keyboard.press('Enter')
    await hasKeyboard(dialogOf(page, 'The secret of by-keyboard'))
    await tabTo(page, page.getByRole('button', { name: 'Copy the secret' }))
    const secret = await copiedBy(page, () => page.keyboard.press('Enter'))
    expect(await call(hello.endpoint, secret)).toBe(200)
    await tabTo(page, page.getByRole('checkbox', { name: 'I have saved it' }))
    await page.keyboard.press('Space')
    await tabTo(page, page.getByRole('button', { name: 'Close' }))
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /by-keyboard/ }).waitFor()
  })

  it('asks before what was typed is lost', async () => {
    const page = await openForm()
    await page.getByRole('textbox', { name: 'Name' }).fill('typed')
    await page.getByRole('link', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Stay' }).click()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('typed')
    await page.getByRole('link', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  })

  it.each([
    { width: 360, dark: false },
    { width: 360, dark: true },
    { width: 1440, dark: true },
  ])('is as good at $width px, dark $dark', async (look) => {
    const page = await openForm(look)
    await treeItem(page, 'hello').click()
    await page.getByRole('button', { name: 'Limit methods and paths of tests/hello' }).click()
    await page.getByRole('checkbox', { name: 'Start later' }).check()
    await checkPage(page)
    const name = `look-${look.width}-${look.dark ? 'dark' : 'light'}`
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await create(page)
    const dialog = dialogOf(page, `The secret of ${name}`)
    await dialog.getByLabel('curl text', { exact: true }).waitFor()
    await checkPage(page)
  })

  it('is for those who may', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'viewer') })
    await page.goto(NEW_KEY)
    await page.getByText(/This needs the role editor on this project/).waitFor()
    await checkPage(page)
    await page.goto('/portal/p/1/1/api-keys')
    expect(
      await page.getByRole('button', { name: 'Create now' }).getAttribute('aria-disabled'),
    ).toBe('true')
    await checkPage(page)
  })
})

/** As somebody without a mouse gets there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tries = 0; tries < 80; tries++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the Tab key does not lead to ${target}`)
}
