import { describe, expect, it } from 'vitest'
import { call, SCOPE } from '../helpers/operator.ts'
import { checkPage } from './harness.ts'
import { choose, dialogOf, KEYS, keysPortal, openList, rowOf } from './key-helpers.ts'

const at = keysPortal({ LATCHKEY_PROPAGATION_TIMEOUT_SECONDS: '1' })

/** While it runs, the data node learns of nothing. */
async function whileStopped(run: () => Promise<void>): Promise<void> {
  const { data } = at.portal.server.process.pids()
  process.kill(data, 'SIGSTOP')
  try {
    await run()
  } finally {
    process.kill(data, 'SIGCONT')
  }
}

describe('a change of a key that a node has not applied', () => {
  it('is waited for in the background, when it is a deletion and the dialog is left', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('left', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'left', 'Delete')
    await page.getByLabel('Type left to confirm').fill('left')
    await whileStopped(async () => {
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Wait in the background' }).click()
      await page.getByText('The deletion of left is not in force everywhere yet').waitFor()
      await checkPage(page)
    })
    await page.getByText('The deletion of left is in force on every node').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(401)
    await rowOf(page, 'left').waitFor({ state: 'detached' })
  })

  it('has no way back when it is a deletion for good', async () => {
    const { portal, op } = at
    await op.makeKey('lost', ['hello'])
    const page = await portal.newPage()
    await openList(page)
    await choose(page, 'lost', 'Delete')
    await page.getByRole('checkbox', { name: /The secret leaked/ }).check()
    await page.getByLabel('Type lost to confirm').fill('lost')
    await whileStopped(async () => {
      await page.keyboard.press('Enter')
      await dialogOf(page, 'lost is deleted, but not in force everywhere').waitFor()
    })
    await page
      .getByText('No function opens with it any more, and it can never be brought back.')
      .waitFor()
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
  })

  it('is told below what was saved, until the node has it', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('narrowed', ['hello'])
    const page = await portal.newPage()
    await page.goto(`${KEYS}/narrowed/edit/access`)
    await page.getByRole('treeitem', { name: 'hello' }).click()
    await whileStopped(async () => {
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Saved, but not in force everywhere yet').waitFor()
      await page.getByText(/has not applied it yet/).waitFor()
      await checkPage(page)
    })
    await page.getByText('Saved. It is in force on every node.').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(401)
  })

  it('is told on its page, and when a key was disabled', async () => {
    const { portal, op, hello } = at
    const secret = await op.makeKey('switched', ['hello'])
    const page = await portal.newPage()
    await page.goto(`${KEYS}/switched`)
    await page.getByRole('heading', { name: 'switched', level: 1 }).waitFor()
    await choose(page, 'switched', 'Disable')
    await whileStopped(async () => {
      await dialogOf(page, 'Disable switched?').getByRole('button', { name: 'Disable' }).click()
      await page.getByText('Disabling switched is not in force everywhere yet').waitFor()
      const part = page.getByRole('region', { name: 'In force' })
      await part.getByText(/still has to apply it/).waitFor()
    })
    await page.getByText('Disabling switched is in force on every node').waitFor()
    await page.getByText('The newest change is in force on every node.').waitFor()
    expect(await call(hello.endpoint, secret)).toBe(401)
    expect((await op.client.keys.get(SCOPE, 'switched')).status).toBe('Disabled')
  })
})
