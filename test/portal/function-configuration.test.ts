import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, call, finished, makeFunction, NAMESPACE, SCOPE } from './function-helpers.ts'
import { checkPage, openPortal, type Portal } from './harness.ts'

const READS = `exports.handler = () => [process.env.MODE, process.env.PASSWORD, process.env.SHARED].join()\n`

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('the configuration of a function', () => {
  it('is changed by its rules, each field alone, and says what becomes of instances', async () => {
    const fn = await makeFunction(portal.api, 'settings')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'configuration'))
    await page.getByRole('textbox', { name: 'Fewest instances' }).fill('3')
    await page.getByText('Not more than the most.').waitFor()
    await page.getByRole('textbox', { name: 'Most instances' }).fill('4')
    await page.getByText('In force at once: instances are started up to the fewest').waitFor()
    await page.getByRole('textbox', { name: 'Time limit' }).fill('181')
    await page.getByText('A whole number from 0 to 180.').waitFor()
    await page.getByRole('textbox', { name: 'Time limit' }).fill('9')
    await page.getByRole('textbox', { name: 'Description' }).fill('What tea costs')
    await checkPage(page)
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    const { autoscaling, timeout, description } = await portal.api.functions.get(SCOPE, fn)
    expect({ autoscaling, timeout, description }).toEqual({
      autoscaling: { min_instances: 3, max_instances: 4 },
      timeout: 9,
      description: 'What tea costs',
    })
    await finished(
      portal.api,
      await portal.api.functions.update(SCOPE, fn, {
        autoscaling: { min_instances: 0, max_instances: 1 },
      }),
    )
  })

  it('has plain and secret values, which reach the function, and tells no secret again', async () => {
    const fn = await makeFunction(portal.api, 'values', { code_text: READS })
    const shared = { envs: { SHARED: 'ours', MODE: 'of all' } }
    await finished(portal.api, await portal.api.namespaces.update(SCOPE, NAMESPACE, shared))
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'configuration'))
    await page.getByText('SHARED=ours').waitFor()
    await page.getByRole('button', { name: 'Add a plain value' }).click()
    await page.getByRole('textbox', { name: 'Name of the value' }).fill('1MODE')
    await page.getByRole('textbox', { name: 'Value of 1MODE' }).fill('fast')
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('A name has letters, digits and _').waitFor()
    await page.getByRole('textbox', { name: 'Name of the value' }).fill('MODE')
    await page.getByRole('button', { name: 'Add a secret value' }).click()
    await page.getByRole('textbox', { name: 'Name of the value' }).last().fill('PASSWORD')
    await page.getByLabel('Secret value of PASSWORD').fill('hush-hush-1')
    await checkPage(page)
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    expect(await call(fn.endpoint)).toBe('fast,hush-hush-1,ours')
    await page.getByText('MODE=of all').waitFor()
    await page.getByText('(the function has its own)').waitFor()
    expect(await page.content()).not.toContain('hush-hush-1')

    await page.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await page.getByLabel('New secret value of PASSWORD').fill('hush-hush-2')
    await page.getByRole('button', { name: 'Remove MODE' }).click()
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    await expect.poll(() => call(fn.endpoint)).toBe('of all,hush-hush-2,ours')
    expect(await page.content()).not.toContain('hush-hush')
  })

  it('of two people who change it, keeps both, and asks where they have changed the same', async () => {
    const fn = await makeFunction(portal.api, 'shared')
    const page = await portal.newPage({ width: 360, dark: true })
    await page.goto(addressOf(fn, 'configuration'))
    const limit = page.getByRole('textbox', { name: 'Time limit' })
    await limit.fill('7')
    const theirs = { description: 'theirs', timeout: 8 }
    await finished(portal.api, await portal.api.functions.update(SCOPE, fn, { description: 'x' }))
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    await limit.fill('6')
    await finished(portal.api, await portal.api.functions.update(SCOPE, fn, theirs))
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByText('Somebody else has changed the same meanwhile.').waitFor()
    await page.getByText('Time limit is now: 8').waitFor()
    await checkPage(page)
    expect((await portal.api.functions.get(SCOPE, fn)).timeout).toBe(8)
    await page.getByRole('button', { name: 'Keep mine, to save it over theirs' }).click()
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    const { timeout, description } = await portal.api.functions.get(SCOPE, fn)
    expect([timeout, description]).toEqual([6, 'theirs'])
  })

  it('replaces no secret value over one that somebody else may have replaced, unless that is said', async () => {
    const secret = (value: string) => ({ secret_envs: { PASSWORD: value } })
    const fn = await makeFunction(portal.api, 'secretly', { code_text: READS, ...secret('first') })
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'configuration'))
    await page.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await page.getByLabel('New secret value of PASSWORD').fill('canary-of-mine')
    const theirs = { ...secret('theirs'), envs: { MODE: 'beside' } }
    await finished(portal.api, await portal.api.functions.update(SCOPE, fn, theirs))
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Somebody else has changed the same meanwhile.').waitFor()
    await page.getByText('PASSWORD is now: (secret, perhaps replaced)').waitFor()
    await checkPage(page)
    await expect.poll(() => call(fn.endpoint)).toMatch(/^beside,theirs,/)
    await page.getByRole('button', { name: 'Keep mine, to save it over theirs' }).click()
    await page.getByRole('button', { name: 'Save environment' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    await expect.poll(() => call(fn.endpoint)).toMatch(/^beside,canary-of-mine,/)
    expect(await page.content()).not.toContain('canary')
  })

  it('takes what was saved from the same page for nothing of somebody else', async () => {
    const secret = { secret_envs: { PASSWORD: 'first' } }
    const fn = await makeFunction(portal.api, 'alone', { code_text: READS, ...secret })
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'configuration'))
    await page.getByRole('button', { name: 'Replace PASSWORD' }).click()
    await page.getByLabel('New secret value of PASSWORD').fill('canary-alone')
    await page.getByRole('textbox', { name: 'Time limit' }).fill('7')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByText('Saved, and in force.').waitFor()
    await page.getByRole('button', { name: 'Save environment' }).click()
    await expect.poll(() => call(fn.endpoint)).toContain(',canary-alone,')
  })

  it('keeps what is typed while something is saved, and asks nobody about that', async () => {
    const fn = await makeFunction(portal.api, 'typing', { code_text: READS, envs: { MODE: 'a' } })
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'configuration'))
    const held = Promise.withResolvers<void>()
    await page.route('**/functions/typing', async (route) => {
      if (route.request().method() === 'PATCH') await held.promise
      await route.continue()
    })
    const limit = page.getByRole('textbox', { name: 'Time limit' })
    const mode = page.getByRole('textbox', { name: 'Value of MODE' })
    await limit.fill('7')
    await mode.fill('b')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await limit.fill('8')
    held.resolve()
    await expect.poll(async () => (await portal.api.functions.get(SCOPE, fn)).timeout).toBe(7)
    await page.getByRole('button', { name: 'Save settings' }).click()
    await expect.poll(async () => (await portal.api.functions.get(SCOPE, fn)).timeout).toBe(8)
    expect(await mode.inputValue()).toBe('b')
    await page.getByRole('button', { name: 'Save environment' }).click()
    await expect.poll(() => call(fn.endpoint)).toMatch(/^b,/)
    expect(await page.getByText('Somebody else has changed').count()).toBe(0)
  })

  it('is not lost by accident', async () => {
    const fn = await makeFunction(portal.api, 'guarded')
    const page = await portal.newPage()
    await page.goto(addressOf(fn, 'configuration'))
    await page.getByRole('button', { name: 'Add a plain value' }).click()
    await page.getByRole('textbox', { name: 'Name of the value' }).fill('A')
    await page.getByRole('link', { name: 'Code', exact: true }).click()
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
    await checkPage(page)
  })
})
