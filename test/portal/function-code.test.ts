import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addressOf,
  answering,
  call,
  editor,
  finished,
  makeFunction,
  SCOPE,
  typeOver,
  waitForBuild,
} from './function-helpers.ts'
import { checkPage, hasKeyboard, openPortal, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('the code of a function', () => {
  it('is changed, compared with what serves, deployed with Ctrl+S, and answers anew', async () => {
    const fn = await makeFunction(portal.api, 'greet')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'code'))
    expect(await call(fn.endpoint)).toBe('first')
    await typeOver(page, 'handler.js', answering('second'))
    await page.getByText('1 file changed').waitFor()
    await page.getByText('Differences', { exact: true }).click()
    const before = page.getByRole('textbox', { name: 'handler.js, Version 1, which serves' })
    await before.getByText('first').waitFor()
    await page
      .getByRole('textbox', { name: 'handler.js, Your changes' })
      .getByText('second')
      .waitFor()
    await checkPage(page)
    expect(await call(fn.endpoint)).toBe('first')
    await page.keyboard.press('ControlOrMeta+s')
    await waitForBuild(page, 'Succeeded')
    expect(await call(fn.endpoint)).toBe('second')
    await page.getByText('No changes').waitFor()
  })

  it('keeps the version before at work when a build fails, and leads to the line in a second file', async () => {
    const fn = await makeFunction(portal.api, 'steady')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'code'))
    await page.getByRole('button', { name: 'Add a file' }).click()
    const path = page.getByRole('textbox', { name: 'Path' })
    await path.fill('../outside.js')
    await page.getByText('leads out of the function by its path').waitFor()
    await path.fill('package.json')
    await page.getByText('uses the reserved name package.json').waitFor()
    await path.fill('lib/words.js')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await typeOver(page, 'lib/words.js', "exports.word = 'third'\nexports.other = ;\n")
    await page.getByRole('button', { name: 'handler.js' }).click()
    const code = "const { word } = require('./lib/words.js')\nexports.handler = () => word\n"
    await typeOver(page, 'handler.js', code)
    await page.getByRole('button', { name: 'Deploy' }).click()
    await waitForBuild(page, 'Failed')
    await page.getByText('This code does not serve. Version 1 goes on serving').waitFor()
    expect(await call(fn.endpoint)).toBe('first')
    await page.getByRole('button', { name: 'Build again' }).waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Go to line 2 of lib/words.js' }).click()
    await hasKeyboard(editor(page, 'lib/words.js'))
    await page.keyboard.press('Home')
    await page.keyboard.press('Shift+End')
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: 'Deploy' }).click()
    await waitForBuild(page, 'Succeeded')
    expect(await call(fn.endpoint)).toBe('third')
  })

  it('renames and deletes further files, and gives changes up again', async () => {
    const files = { 'a.js': '// a', 'b.js': '// b' }
    const fn = await makeFunction(portal.api, 'files', { files })
    const page = await portal.newPage({ width: 360 })
    await page.goto(addressOf(fn, 'code'))
    await page.getByRole('button', { name: 'Actions for a.js' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Path' }).fill('lib/c.js')
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await editor(page, 'lib/c.js').getByText('// a').waitFor()
    await page.getByRole('button', { name: 'Actions for b.js' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByText('3 files changed').waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Deploy' }).click()
    await waitForBuild(page, 'Succeeded')
    expect((await portal.api.functions.get(SCOPE, fn)).files).toEqual({ 'lib/c.js': '// a' })
    await typeOver(page, 'lib/c.js', '// other')
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await editor(page, 'lib/c.js').getByText('// a').waitFor()
  })

  it('is not lost by accident', async () => {
    const fn = await makeFunction(portal.api, 'kept')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'code'))
    await typeOver(page, 'handler.js', answering('unsaved'))
    await page.getByRole('link', { name: 'Versions' }).click()
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
    await page.getByRole('button', { name: 'Stay' }).click()
    await editor(page, 'handler.js').getByText('unsaved').waitFor()
  })

  it('of two tabs, tells the second that the first was faster, and shows what differs', async () => {
    const fn = await makeFunction(portal.api, 'two-tabs')
    const mine = await portal.newPage()
    await mine.goto(addressOf(fn, 'code'))
    await typeOver(mine, 'handler.js', answering('mine'))
    const body = { code_text: answering('theirs') }
    await finished(portal.api, await portal.api.functions.update(SCOPE, fn, body))
    await mine.getByRole('button', { name: 'Deploy' }).click()
    await mine.getByText('Somebody else has changed the code meanwhile.').waitFor()
    expect(await call(fn.endpoint)).toBe('theirs')
    await mine.getByRole('button', { name: 'Show how theirs differs from yours' }).click()
    await mine.getByRole('textbox', { name: 'handler.js, Theirs' }).getByText('theirs').waitFor()
    await checkPage(mine)
    await mine.getByRole('button', { name: 'Keep mine, to deploy it over theirs' }).click()
    await mine.getByRole('button', { name: 'Deploy' }).click()
    await waitForBuild(mine, 'Succeeded')
    expect(await call(fn.endpoint)).toBe('mine')
  })

  it('is deployed although somebody else has changed a setting meanwhile, and both stay', async () => {
    const fn = await makeFunction(portal.api, 'both-stay')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'code'))
    await typeOver(page, 'handler.js', answering('new code'))
    await finished(portal.api, await portal.api.functions.update(SCOPE, fn, { timeout: 7 }))
    await page.getByRole('button', { name: 'Deploy' }).click()
    await waitForBuild(page, 'Succeeded')
    const { timeout } = await portal.api.functions.get(SCOPE, fn)
    expect([timeout, await call(fn.endpoint)]).toEqual([7, 'new code'])
  })

  it('has dependencies, whose installation is shown as it goes', async () => {
    const fn = await makeFunction(portal.api, 'with-package')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'code'))
    await page.getByRole('button', { name: 'package.json' }).click()
    await typeOver(page, 'package.json', '{ "slugify": "1.6.6"')
    await page.getByRole('button', { name: 'handler.js' }).click()
    const code = "const slugify = require('slugify')\nexports.handler = () => slugify('Tea Time')\n"
    await typeOver(page, 'handler.js', code)
    await page.getByRole('button', { name: 'Deploy' }).click()
    await waitForBuild(page, 'Failed')
    await page.getByRole('button', { name: 'Go to line 1 of package.json' }).click()
    await typeOver(page, 'package.json', '{ "slugify": "1.6.6" }')
    await page.getByRole('button', { name: 'Deploy' }).click()
    const output = page.getByRole('log', { name: 'Build output' })
    await output.getByText('Running npm install').waitFor()
    await waitForBuild(page, 'Succeeded')
    expect(await call(fn.endpoint)).toBe('Tea-Time')
  })

  it('is only read by those who may not change it, who are told which role they lack', async () => {
    const fn = await makeFunction(portal.api, 'looked-at', { envs: { MODE: 'fast' } })
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'viewer') })
    await page.goto(addressOf(fn, 'code'))
    await page.getByText('deploying needs the role editor on this project').waitFor()
    expect(await editor(page, 'handler.js').getAttribute('aria-readonly')).toBe('true')
    expect(await page.getByRole('button', { name: 'Deploy' }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Disable' }).count()).toBe(0)
    await checkPage(page)
    await page.goto(addressOf(fn, 'configuration'))
    await page.getByText('MODE=fast').waitFor()
    expect(await page.getByRole('textbox', { name: 'Time limit' }).isEditable()).toBe(false)
    await checkPage(page)
    await page.goto('/portal/p/1/1/new-function')
    await page.getByText('This needs the role editor on this project.').waitFor()
    const invoker = await portal.newPage({ token: await tokenOf(portal.api, 'invoker') })
    for (const tab of ['code', 'configuration', 'keys', 'versions']) {
      await invoker.goto(addressOf(fn, tab))
      await invoker.getByText('This needs the role viewer on this project.').waitFor()
    }
    await checkPage(invoker)
  })

  it('says before it is sent that it is too long', async () => {
    const fn = await makeFunction(portal.api, 'long')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'code'))
    await typeOver(page, 'handler.js', `// ${'x'.repeat(100_000)}`)
    await page.getByText('The code has 100,003 characters; at most 100,000 fit.').waitFor()
    expect(await page.getByRole('button', { name: 'Deploy' }).isDisabled()).toBe(true)
  })
})
