import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, call, finished, makeFunction, NAMESPACE, SCOPE } from './function-helpers.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

async function makeKey(name: string, namespaces: { name: string }[] = []): Promise<string> {
  const body = { name, expire: null, functions: [], namespaces }
  // A repeated test has it anew.
  const known = await portal.api.keys.list(SCOPE, { search: name })
  if (known.results.some((one) => one.name === name)) await portal.api.keys.delete(SCOPE, name)
  return (await portal.api.keys.create(SCOPE, body as never)).secret!
}

describe('the keys of a function', () => {
  it('are added and removed, and the gateway lets them in and out', async () => {
    const fn = await makeFunction(portal.api, 'locked', { enable_api_key: true })
    const secret = await makeKey('till')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'keys'))
    expect(await call(fn.endpoint, secret)).toBe('401')
    await page.getByRole('combobox', { name: 'Add keys' }).fill('till')
    await page.getByRole('option', { name: 'till' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('link', { name: 'till' }).waitFor()
    await page.getByText('Never expires').waitFor()
    await checkPage(page)
    expect(await call(fn.endpoint, secret)).toBe('first')
    await page.getByRole('button', { name: 'Actions for till' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    const dialog = page.getByRole('dialog', { name: 'Take the function from till?' })
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'till' }).waitFor({ state: 'hidden' })
    expect(await call(fn.endpoint, secret)).toBe('401')
  })

  it('are told through the namespace too, at 360 px, with a link to create one', async () => {
    const fn = await makeFunction(portal.api, 'of-all', { enable_api_key: true })
    await makeKey('whole-shop', [{ name: NAMESPACE }])
    const page = await portal.newPage({ width: 360, dark: true })
    await page.goto(addressOf(fn, 'keys'))
    await page.getByRole('link', { name: 'whole-shop' }).waitFor()
    await checkPage(page)
    await page.getByRole('link', { name: 'Create a key for it' }).click()
    await page.getByRole('heading', { name: 'Create API key', level: 1 }).waitFor()
    expect(new URL(page.url()).searchParams.get('function')).toBe('shop/of-all')
  })

  it('are not wanted any more when the function is opened, after a question, and then are again', async () => {
    const fn = await makeFunction(portal.api, 'opened', { enable_api_key: true })
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'keys'))
    const wanted = page.getByRole('switch', { name: 'Callers need a key' })
    await wanted.focus()
    await page.keyboard.press('Space')
    const opening = page.getByRole('dialog', { name: 'Let callers in without a key?' })
    await checkPage(page)
    expect(await call(fn.endpoint)).toBe('401')
    await opening.getByRole('button', { name: 'Open the function' }).click()
    await opening.waitFor({ state: 'hidden' })
    expect(await call(fn.endpoint)).toBe('first')
    await expect.poll(() => wanted.isChecked()).toBe(false)
    await wanted.focus()
    await page.keyboard.press('Space')
    const closing = page.getByRole('dialog', { name: 'Want a key of callers?' })
    await closing.getByRole('button', { name: 'Want a key' }).click()
    await closing.waitFor({ state: 'hidden' })
    expect(await call(fn.endpoint)).toBe('401')
  })
})

describe('the page of a function', () => {
  it('says that there is no such function', async () => {
    const page = await portal.newPage({ width: 360 })
    await page.goto(addressOf({ namespace: 'shop', name: 'nowhere' }, 'code'))
    await page.getByRole('heading', { name: 'There is no such function' }).waitFor()
    await checkPage(page)
  })

  it('disables it, enables it, and deletes it after saying what goes with it', async () => {
    const secret = await makeKey('counter')
    const fn = await makeFunction(portal.api, 'gone', { enable_api_key: true, keys: ['counter'] })
    const schedule = { schedule: '0 3 * * *', timezone: 'UTC', method: 'GET', path: '/' } as const
    await portal.api.triggers.create(SCOPE, fn, { name: 'nightly', ...schedule })
    const page = await portal.newPage()
    await page.goto(addressOf(fn))
    await page.getByRole('button', { name: 'Disable' }).click()
    const disabling = page.getByRole('dialog', { name: 'Disable shop/gone?' })
    await disabling.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('button', { name: 'Enable' }).waitFor()
    expect(await call(fn.endpoint, secret)).toBe('503')
    await page.getByRole('button', { name: 'Enable' }).click()
    const enabling = page.getByRole('dialog', { name: 'Enable shop/gone?' })
    await enabling.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Disable' }).waitFor()
    expect(await call(fn.endpoint, secret)).toBe('first')

    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete shop/gone?' })
    await dialog.getByText('Keys that open it by name lose it, and stay: counter.').waitFor()
    await dialog.getByText('Its triggers go too: nightly.').waitFor()
    await checkPage(page)
    await dialog.getByRole('textbox', { name: 'Type gone to confirm' }).fill('gone')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Functions', level: 1 }).waitFor()
    expect(await call(fn.endpoint, secret)).toBe('404')
  })

  it('is not deleted when somebody has changed it since that was asked', async () => {
    const fn = await makeFunction(portal.api, 'moved')
    const page = await portal.newPage()
    await page.goto(addressOf(fn))
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete shop/moved?' })
    await dialog.getByText('It has no triggers.').waitFor()
    await makeKey('latecomer')
    await finished(
      portal.api,
      await portal.api.functions.update(SCOPE, fn, { keys: ['latecomer'] }),
    )
    await dialog.getByRole('textbox', { name: 'Type moved to confirm' }).fill('moved')
    await page.keyboard.press('Enter')
    await dialog.getByText('Somebody has changed the function meanwhile.').waitFor()
    await dialog.getByText('lose it, and stay: latecomer.').waitFor()
    await checkPage(page)
    expect(await call(fn.endpoint)).toBe('first')
    await dialog.getByRole('link', { name: 'Look at it' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
    await page.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('lose it, and stay: latecomer.').waitFor()
    expect(await dialog.getByRole('alert').count()).toBe(0)
    await dialog.getByRole('textbox', { name: 'Type moved to confirm' }).fill('moved')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Functions', level: 1 }).waitFor()
    expect(await call(fn.endpoint)).toBe('404')
  })
})
