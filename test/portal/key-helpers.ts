import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { FunctionSerializer } from '../../src/client/types.ts'
import { call, HELLO, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import { openPortal, type Portal } from './harness.ts'

export const KEYS = '/portal/p/1/1/api-keys'

export interface KeysPortal {
  readonly portal: Portal
  readonly op: Operator
  readonly hello: FunctionSerializer
  readonly bye: FunctionSerializer
}

/** For the tests of a file: a portal with two functions that want a key, and no key when a test begins. */
export function keysPortal(env: Readonly<Record<string, string>> = {}): KeysPortal {
  const at = {} as KeysPortal
  beforeAll(async () => {
    Object.assign(at, await openKeysPortal(env))
  })
  afterAll(() => at.portal.close())
  beforeEach(() => forgetKeys(at))
  return at
}

async function openKeysPortal(env: Readonly<Record<string, string>>): Promise<Partial<KeysPortal>> {
  const portal = await openPortal({ env })
  // Every test is skipped.
  if (portal.server === undefined) return { portal }
  const op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  const hello = await op.makeFunction('hello', HELLO)
  const bye = await op.makeFunction('bye', HELLO)
  return { portal, op, hello, bye }
}

/** Each try of a test begins anew: also no key that was deleted. */
async function forgetKeys({ portal, op }: KeysPortal): Promise<void> {
  if (portal.server === undefined) return
  const { keys, deletedKeys } = op.client
  for (const { name } of (await keys.list(SCOPE)).results) await keys.delete(SCOPE, name)
  for (const { id } of (await deletedKeys.list(SCOPE)).results) await deletedKeys.purge(SCOPE, id)
}

/** The secret of a key whose end is past, as the server and the gateway see it. */
export async function makeEndedKey({ op, hello }: KeysPortal, name: string): Promise<string> {
  // Far enough ahead to be made before it, on a slow machine too.
  const end = new Date(Date.now() + 5_000).toISOString()
  const secret = await op.makeKey(name, ['hello'], end)
  const status = async () => (await op.client.keys.get(SCOPE, name)).status
  await expect.poll(status).toBe('Expired')
  expect(await call(hello.endpoint, secret)).toBe(401)
  return secret
}

/** The token of somebody who may only look. */
export async function makeViewer({ op }: KeysPortal): Promise<string> {
  const roles = [{ role: 'viewer' as const, project_id: 1 }]
  return (await op.client.tokens.create({ name: `viewer-${Date.now()}`, roles })).token
}

export function rowOf(page: Page, name: string) {
  return page.getByRole('row', { name: new RegExp(`^${name}\\b`) })
}

export async function openList(page: Page): Promise<void> {
  await page.goto(KEYS)
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
}

/** The three dots beside a key, and what they offer. */
export async function choose(page: Page, key: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${key}`, exact: true }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

export function dialogOf(page: Page, name: string | RegExp) {
  return page.getByRole('dialog', { name })
}

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null
      const labels = [...(element?.labels ?? [])].map((label) => label.textContent)
      return element?.getAttribute('aria-label') ?? labels[0] ?? element?.textContent ?? ''
    })
    if (typeof name === 'string' ? focused.trim() === name : name.test(focused)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${name}`)
}
