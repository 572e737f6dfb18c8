import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addressOf,
  call,
  editor,
  finished,
  forgetFunction,
  makeFunction,
  makeNamespace,
  NAMESPACE,
  SCOPE,
  typeOver,
  waitForBuild,
} from './function-helpers.ts'
import { checkPage, freshName, hasKeyboard, openPortal, type Portal } from './harness.ts'

const NEW = '/portal/p/1/1/new-function'
const own = (name: string) => ({ namespace: NAMESPACE, name })

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

/** The namespace of the tests, which has no such function then. */
async function without(name: string): Promise<void> {
  await makeNamespace(portal.api)
  await forgetFunction(portal.api, own(name))
}

describe('creating a function', () => {
  it('makes it from a template in a new namespace, shows the build, and leads to its test', async () => {
    for (const { name } of (await portal.api.namespaces.list(SCOPE)).results) {
      await finished(portal.api, await portal.api.namespaces.delete(SCOPE, name))
    }
    const page = await portal.newPage()
    await page.goto(NEW)
    await page.getByRole('radio', { name: 'JSON API' }).check()
    await page.getByRole('textbox', { name: 'Name of the new namespace' }).fill(NAMESPACE)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('notes')
    await editor(page, 'handler.js').getByText('There is only /notes.').waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('heading', { name: `${NAMESPACE}/notes`, level: 1 }).waitFor()
    await waitForBuild(page, 'Succeeded')
    await page.getByText('The new version serves now.').waitFor()
    await checkPage(page)
    const { endpoint, enable_api_key: wantsKey } = await portal.api.functions.get(
      SCOPE,
      own('notes'),
    )
    expect(wantsKey).toBe(true)
    expect(await call(`${endpoint}/notes`)).toBe('401')
    await page.getByRole('link', { name: 'Test it' }).click()
    await page.waitForURL(`**${addressOf(own('notes'), 'test')}?*`)
    // Where it answers, not at the root: with what the template shows itself with.
    await expect.poll(() => page.getByLabel('Method').inputValue()).toBe('POST')
    expect(await page.getByLabel('Path and query').inputValue()).toBe('/notes')
    expect(await page.getByRole('textbox', { name: 'Body' }).inputValue()).toContain('Buy tea')
    // Nothing opens it yet.
    expect(new URL(page.url()).searchParams.has('key')).toBe(false)
  })

  it('says where it will answer, which names are taken, and which keys open it', async () => {
    const till = freshName('till')
    const { secret } = await portal.api.keys.create(SCOPE, { name: till, functions: [] } as never)
    await makeFunction(portal.api, 'notes')
    await without('prices')
    const page = await portal.newPage()
    await page.goto(NEW)
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await name.fill('Notes')
    await page.getByText('2 to 26 characters: a to z, 0 to 9').last().waitFor()
    await name.fill('notes')
    await page.getByText('There is a function notes in shop already.').waitFor()
    await name.fill('prices')
    const told = page.getByText(/^Its endpoint: http.*prices/)
    await told.waitFor()
    const said = (await told.textContent())!.replace('Its endpoint: ', '')
    await page.getByRole('combobox', { name: 'Keys that open it' }).fill(till)
    await page.getByRole('option', { name: till }).click()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await waitForBuild(page, 'Succeeded')
    const { endpoint } = await portal.api.functions.get(SCOPE, own('prices'))
    expect(said).toBe(endpoint)
    expect(await call(`${endpoint}?name=Ada`, secret!)).toBe('{"hello":"Ada","from":"prices"}')
    await page.getByRole('link', { name: 'Test it' }).click()
    await expect.poll(() => page.getByRole('combobox', { name: 'Key' }).inputValue()).toBe(till)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('status').filter({ hasText: 'Answered 200' }).waitFor()
    const body = page.getByRole('region', { name: 'Body of the answer' })
    await expect.poll(() => body.innerText()).toContain('"hello": "Ada"')
    await page.goto(addressOf(own('prices')))
    await page.getByRole('link', { name: 'Try it here' }).click()
    await expect.poll(() => page.getByRole('combobox', { name: 'Key' }).inputValue()).toBe(till)
  })

  it('leads from a build that failed to the line, and from there to a function that answers', async () => {
    await without('broken')
    const page = await portal.newPage()
    await page.goto(NEW)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('broken')
    await page.getByRole('switch', { name: 'Callers need a key' }).uncheck({ force: true })
    await typeOver(page, 'handler.js', '// one\n// two\nexports.handler = ( => 1\n')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await waitForBuild(page, 'Failed')
    await page.getByText('No version serves yet: calls are answered 503.').waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Go to line 3 of handler.js' }).click()
    await hasKeyboard(editor(page, 'handler.js'))
    // Where the cursor is now.
    await page.keyboard.press('Home')
    await page.keyboard.press('Shift+End')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText("exports.handler = () => 'mended'")
    await page.keyboard.press('ControlOrMeta+s')
    await waitForBuild(page, 'Succeeded')
    const { endpoint } = await portal.api.functions.get(SCOPE, own('broken'))
    expect(await call(endpoint)).toBe('mended')
  })

  it('offers the languages and versions of the server, and asks before own code is replaced', async () => {
    const { runtimes } = await portal.api.runtimes.list(SCOPE)
    const page = await portal.newPage()
    await page.goto(NEW)
    const languages = page.getByRole('radiogroup', { name: 'Language' })
    await languages.getByRole('radio').first().waitFor()
    await expect.poll(() => languages.getByRole('radio').count()).toBe(Object.keys(runtimes).length)
    await page.getByRole('combobox', { name: 'Version' }).click()
    await expect.poll(() => page.getByRole('option').count()).toBe(runtimes.nodejs!.length)
    await page.keyboard.press('Escape')
    await typeOver(page, 'handler.js', '// mine')
    await page.getByRole('radio', { name: 'Stream' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await editor(page, 'handler.js').textContent()).toContain('// mine')
    await page.getByRole('radio', { name: 'Stream' }).click()
    await page.getByRole('button', { name: 'Replace' }).click()
    await editor(page, 'handler.js').getByText('Each line leaves').waitFor()
  })

  it('works at 360 px, dark, with the keyboard alone', async () => {
    await without('by-keyboard')
    const page = await portal.newPage({ width: 360, dark: true })
    await page.goto(NEW)
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus()
    await page.keyboard.type('by-keyboard')
    await editor(page, 'handler.js').focus()
    // Tab is the editor's own, until Escape has been pressed.
    await page.keyboard.press('Tab')
    await hasKeyboard(editor(page, 'handler.js'))
    await page.keyboard.press('ControlOrMeta+z')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await hasKeyboard(page.getByRole('textbox', { name: 'Main method' }))
    await checkPage(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: `${NAMESPACE}/by-keyboard`, level: 1 }).waitFor()
    await waitForBuild(page, 'Succeeded')
    await checkPage(page)
  })
})
