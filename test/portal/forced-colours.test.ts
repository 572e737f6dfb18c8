import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFunction } from './function-helpers.ts'
import { openPortal, type Portal } from './harness.ts'

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('where the system chooses the colours', () => {
  it('what is ticked for a key looks other than what is not', async () => {
    await makeFunction(portal.api, 'ticked')
    await makeFunction(portal.api, 'plain')
    const page = await portal.newPage()
    await page.emulateMedia({ forcedColors: 'active' })
    await page.goto('/portal/p/1/1/new-api-key')
    await page.getByRole('treeitem', { name: 'ticked' }).click()
    const fill = (name: string) =>
      page.getByRole('treeitem', { name }).evaluate((line) => {
        const parts = [...line.querySelectorAll('*')]
        return [...new Set(parts.map((part) => getComputedStyle(part).backgroundColor))].sort()
      })
    await expect
      .poll(async () => String(await fill('ticked')))
      .not.toBe(String(await fill('plain')))
  })
})
