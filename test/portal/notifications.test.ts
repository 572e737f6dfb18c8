import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { marked } from '../../portal/src/notifications/read-marks.ts'
import { createClient } from '../../src/client/client.ts'
import type { NotificationListSerializer } from '../../src/client/types.ts'
import { checkPage, freshName, hasKeyboard, openPortal, type Portal } from './harness.ts'

const SCOPE = { projectId: 1, regionId: 1 }
const SOON_MS = 5_000

const PATIENTLY = { timeout: 30_000 }

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
  if (portal.api === undefined) return
  await portal.api.keys.create(SCOPE, {
    name: 'has-ended',
    description: '',
    expire: new Date(Date.now() + SOON_MS).toISOString(),
    functions: [],
  })
  await vi.waitFor(
    async () => {
      const { count } = await portal.api.notifications.list({ type: ['key.expired'] })
      expect(count).toBe(1)
    },
    { timeout: 60_000, interval: 500 },
  )
})
afterAll(() => portal.close())

/** Somebody who has read nothing yet. */
async function newReader(role: 'editor' | 'viewer') {
  const roles = [{ project_id: 1, role }]
  const { token } = await portal.api.tokens.create({ name: freshName('reader'), roles })
  return { token, api: createClient({ baseUrl: portal.server.url, token }) }
}

const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

describe('the bell', () => {
  it('counts what was not read, and shows the newest', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await page.getByRole('button', { name: /^Notifications, \d+ unread$/ }).click()
    const dialog = page.getByRole('dialog', { name: /^Notifications/ })
    await dialog.getByRole('link', { name: 'Key has-ended has expired' }).waitFor()
    await checkPage(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await hasKeyboard(bell(page))
  })

  it('leads from a notice of an expiry to what renews the key', async () => {
    const page = await portal.newPage()
    await page.goto('/portal/p/1/1/api-keys')
    await bell(page).click()
    await page.getByRole('link', { name: 'Renew has-ended' }).click()
    await page.waitForURL('**/portal/p/1/1/api-keys/has-ended/edit/expiration')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  it('marks for who reads alone, one or all', async () => {
    const { token, api } = await newReader('editor')
    const page = await portal.newPage({ token })
    await page.goto('/portal/p/1/1/api-keys')
    await bell(page).click()
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
    await expect.poll(async () => (await api.notifications.list()).unread, PATIENTLY).toBe(0)

    const other = await portal.newPage({ token: (await newReader('viewer')).token })
    await other.goto('/portal/p/1/1/api-keys')
    const unread = other.getByRole('button', { name: /^Notifications, \d+ unread$/ })
    await unread.waitFor()
    const before = Number.parseInt((await unread.getAttribute('aria-label'))!.split(' ')[1]!, 10)
    await unread.click()
    const mark = other.getByRole('button', { name: 'Mark as read: Key has-ended has expired' })
    await mark.waitFor()
    expect(await other.getByRole('link', { name: 'Renew has-ended' }).count()).toBe(0)
    await mark.click()
    await other.getByRole('button', { name: `Notifications, ${before - 1} unread` }).waitFor()
  })

  it('tells of what comes while the page is open', async () => {
    const name = freshName('came-later')
    const page = await portal.newPage()
    await page.clock.install()
    await page.goto('/portal/p/1/1/namespaces')
    await heading(page, 'Namespaces').waitFor()
    await bell(page).waitFor()
    await portal.api.keys.create(SCOPE, {
      name,
      description: '',
      expire: null,
      functions: [],
    })
    const news = page
      .locator('[aria-live]')
      .filter({ hasText: `New notification: Key ${name} was created` })
    await expect
      .poll(async () => {
        await page.clock.runFor(31_000)
        return news.count()
      }, PATIENTLY)
      .toBe(1)
  })
})

describe('the page of notifications', () => {
  it.each([
    [1440, false],
    [360, true],
  ])('keeps to the rules at %i px, dark: %s', async (width, dark) => {
    const page = await portal.newPage({ width, dark })
    await page.goto('/portal/p/1/1/notifications')
    await page.getByRole('link', { name: 'Key has-ended has expired' }).waitFor()
    await checkPage(page)
  })

  it('is filtered by kind and by what is unread, in its address', async () => {
    const page = await portal.newPage({ token: (await newReader('viewer')).token })
    await page.goto('/portal/p/1/1/notifications?type=key.expired')
    await page.getByText('Showing 1 of 1').waitFor()
    await page.goto('/portal/p/1/1/notifications')
    await page.getByRole('switch', { name: 'Unread only' }).press('Space')
    await page.waitForURL('**/notifications?unread=true')
    await page.getByRole('link', { name: 'Key has-ended was created' }).waitFor()
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.getByRole('heading', { name: 'Everything is read' }).waitFor()
    await checkPage(page)
  })
})

describe('a list in which something is marked as read', () => {
  const list = (...read: boolean[]) =>
    ({
      count: read.length,
      unread: read.filter((one) => !one).length,
      results: read.map((one, index) => ({ id: 9 - index, project_id: 1, read: one })),
    }) as unknown as NotificationListSerializer

  it('counts as many as are left, and no less when it is answered so', () => {
    const marks = { body: { ids: [9, 8] }, unread: 1 }
    const once = marked(list(false, true, false), marks)
    expect(once.unread).toBe(1)
    expect(once.results.map(({ read }) => read)).toEqual([true, true, false])
    expect(marked(once, marks)).toEqual(once)
    expect(marked(list(true, true), { ...marks, unread: -1 }).unread).toBe(0)
  })

  it('leaves what came after the one up to which all are marked', () => {
    const body = { all: true, until: 8, project_id: 1 } as const
    const { results } = marked(list(false, false), { body, unread: 1 })
    expect(results.map(({ read }) => read)).toEqual([false, true])
  })

  it('leaves what is of another project', () => {
    const body = { all: true, until: 9, project_id: 2 } as const
    expect(marked(list(false), { body, unread: 1 }).results[0]!.read).toBe(false)
  })
})

describe('a mark that the server has not answered yet', () => {
  const READ = '**/cloud/v1/notifications/read'
  const LIST = /\/cloud\/v1\/notifications\?/
  const unreadBell = (page: Page, unread: number) =>
    page.getByRole('button', { name: `Notifications, ${unread} unread`, exact: true })
  let counter = 0

  /** A page with three that are unread, as seen by somebody who has read all before. */
  async function openUnread(address: string, { isClocked = false } = {}) {
    counter += 1
    const { token, api } = await newReader('viewer')
    await api.notifications.markRead({ all: true })
    for (const part of ['a', 'b', 'c']) {
      const key = { name: `marked-${counter}-${part}`, functions: [], expire: null }
      await portal.api.keys.create(SCOPE, { ...key, description: '' })
    }
    const page = await portal.newPage({ token })
    if (isClocked) await page.clock.install()
    await page.goto(address)
    await unreadBell(page, 3).waitFor()
    return { page, api, title: (part: string) => `Key marked-${counter}-${part} was created` }
  }

  /** Holds back the answer until it is told to go on. */
  async function holdBack(page: Page) {
    const { promise, resolve: release } = Promise.withResolvers<void>()
    await page.route(READ, async (route) => {
      await promise
      await route.continue()
    })
    return release
  }

  /** What is asked every so often is asked and answered. */
  async function poll(page: Page): Promise<void> {
    const answered = page.waitForResponse(LIST)
    await page.clock.runFor(31_000)
    await (await answered).finished()
  }

  it('is shown in the bell, and stays whatever is asked in between', async () => {
    const { page, api, title } = await openUnread('/portal/p/1/1/namespaces', { isClocked: true })
    const release = await holdBack(page)
    await bell(page).click()
    await page.getByRole('button', { name: `Mark as read: ${title('b')}` }).click()
    await unreadBell(page, 2).waitFor()
    await poll(page)
    expect(await unreadBell(page, 2).count()).toBe(1)
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
    await poll(page)
    expect(await page.getByText('Unread ·').count()).toBe(0)
    expect((await api.notifications.list()).unread).toBe(3)
    release()
    await expect.poll(async () => (await api.notifications.list()).unread, PATIENTLY).toBe(0)
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
  })

  it('is shown on the page and in the bell', async () => {
    const { page, api, title } = await openUnread('/portal/p/1/1/notifications')
    const release = await holdBack(page)
    await page.getByRole('button', { name: `Mark as read: ${title('a')}` }).click()
    await unreadBell(page, 2).waitFor()
    expect(await page.getByRole('button', { name: `Mark as read: ${title('a')}` }).count()).toBe(0)
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
    expect(await page.getByText('Unread ·').count()).toBe(0)
    release()
    await expect.poll(async () => (await api.notifications.list()).unread, PATIENTLY).toBe(0)
  })

  it('goes back when it is refused, and that is said', async () => {
    const { page, title } = await openUnread('/portal/p/1/1/namespaces')
    const release = Promise.withResolvers<void>()
    await page.route(READ, async (route) => {
      await release.promise
      const refusal = { status: 403, code: 'forbidden', message: 'You may not mark it.' }
      await route.fulfill({ status: 403, json: refusal })
    })
    await bell(page).click()
    await page.getByRole('link', { name: title('c') }).click()
    await unreadBell(page, 2).waitFor()
    release.resolve()
    const told = page.getByRole('alert').filter({ hasText: 'It could not be marked as read' })
    await told.getByText('You may not mark it.').waitFor()
    await unreadBell(page, 3).waitFor()
    await checkPage(page)
  })

  it('goes back when the server is gone', async () => {
    const { page } = await openUnread('/portal/p/1/1/notifications')
    await page.route(READ, (route) => route.abort())
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.getByRole('alert').filter({ hasText: 'It could not be marked as read' }).waitFor()
    await unreadBell(page, 3).waitFor()
    expect(await page.getByText('Unread ·').count()).toBe(3)
  })
})
