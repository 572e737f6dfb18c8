import type { Page } from 'playwright-core'
import type { FunctionSerializer } from '../../src/client/types.ts'
import { HELLO, type Operator, operator } from '../helpers/operator.ts'
import { openPortal, type Portal } from './harness.ts'

export const KEYS = '/portal/p/1/1/api-keys'

export interface KeysPortal {
  readonly portal: Portal
  readonly op: Operator
  readonly hello: FunctionSerializer
  readonly bye: FunctionSerializer
}

/** A portal with two functions that want a key. */
export async function openKeysPortal(env: Readonly<Record<string, string>> = {}) {
  const portal = await openPortal({ env })
  // Every test is skipped.
  if (portal.server === undefined) return { portal } as KeysPortal
  const op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  const hello = await op.makeFunction('hello', HELLO)
  const bye = await op.makeFunction('bye', HELLO)
  return { portal, op, hello, bye }
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
