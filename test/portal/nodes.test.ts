import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPage, openPortal, type PageOptions, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

let portal: Portal
beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

async function open(options: PageOptions = {}) {
  const page = await portal.newPage(options)
  await page.goto('/portal/nodes')
  await page.getByRole('heading', { name: 'Nodes', level: 1 }).waitFor()
  return page
}

describe('the nodes', () => {
  it('are shown with their state in words, control, runtimes and isolation beside them', async () => {
    const page = await open()
    const nodes = page.getByRole('table', { name: 'Data nodes' })
    await nodes.getByText('Up to date').waitFor()
    await nodes.getByText('Every change is in force there.').waitFor()
    const control = page.getByRole('region', { name: 'Control' })
    const { control: told, results } = await portal.api.nodes.get()
    expect(results).toMatchObject([
      { connected: true, counts: true, instances: { total: 0, ready: 0 }, functions: 0 },
    ])
    await control.getByText(told.version, { exact: true }).waitFor()
    await page
      .getByRole('region', { name: 'Runtimes' })
      .getByText(/^nodejs/)
      .first()
      .waitFor()
    const guarantees = page.getByRole('table', { name: 'Guarantees' })
    const { guarantees: all } = await portal.api.isolation.get()
    await guarantees.getByText(all[0]!.promise).waitFor()
    await expect
      .poll(() => guarantees.getByText('Holds', { exact: true }).count())
      .toBe(all.filter(({ holds }) => holds).length)
    await checkPage(page)
  })

  it('come from the menu', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/')
    const menu = page.getByRole('navigation', { name: 'Pages' })
    await menu.getByRole('link', { name: 'Nodes' }).click()
    await page.getByRole('heading', { name: 'Data nodes' }).waitFor()
  })

  it.each([{ width: 360 }, { dark: true }])('can be read: %o', async (options) => {
    const page = await open(options)
    await page.getByText('Up to date').waitFor()
    await page.getByRole('table', { name: 'Guarantees' }).waitFor()
    await checkPage(page)
  })

  it('are not shown to those who may not see all projects', async () => {
    const page = await open({ token: await tokenOf(portal.api, 'owner') })
    await page.getByText('This needs the role viewer on all projects.').waitFor()
    await checkPage(page)
  })
})
