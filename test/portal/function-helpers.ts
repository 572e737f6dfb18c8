import type { Page } from 'playwright-core'
import type { Client } from '../../src/client/client.ts'
import type { CreateFunctionSerializer } from '../../src/client/types.ts'
import type { FunctionName } from '../../src/domain/names.ts'

export const SCOPE = { projectId: 1, regionId: 1 }
export const NAMESPACE = 'shop'

/** What a function's address is below the portal. */
export function addressOf({ namespace, name }: FunctionName, tab = ''): string {
  return `/portal/p/1/1/functions/${namespace}/${name}${tab === '' ? '' : `/${tab}`}`
}

export async function finished(api: Client, { tasks }: { tasks: readonly string[] }) {
  for (const id of tasks) {
    const task = await api.tasks.wait(id, { pollMs: { firstMs: 10, longestMs: 100 } })
    if (task.state !== 'FINISHED') throw new Error(`task ended in ${task.state}: ${task.error}`)
  }
}

/** A Node function in the namespace of the tests, open and deployed; a repeated test has it anew. */
export async function makeFunction(
  api: Client,
  name: string,
  more: Partial<CreateFunctionSerializer> = {},
): Promise<FunctionName & { readonly endpoint: string }> {
  const own = { namespace: NAMESPACE, name }
  await makeNamespace(api)
  await forgetFunction(api, own)
  const body = {
    name,
    runtime: 'nodejs26',
    code_text: answering('first'),
    main_method: 'handler',
    flavor: '80mCPU-128MB',
    timeout: 5,
    autoscaling: { min_instances: 0, max_instances: 1 },
    ...more,
  }
  await finished(api, await api.functions.create(SCOPE, NAMESPACE, body))
  const { endpoint } = await api.functions.get(SCOPE, own)
  return { ...own, endpoint }
}

/** The one of the tests, unless it is there already. */
export async function makeNamespace(api: Client): Promise<void> {
  const { results } = await api.namespaces.list(SCOPE, { functions: false })
  if (results.some((one) => one.name === NAMESPACE)) return
  await finished(api, await api.namespaces.create(SCOPE, { name: NAMESPACE }))
}

/** Deletes what the first try of a test may have made. */
export async function forgetFunction(api: Client, fn: FunctionName): Promise<void> {
  const known = await api.functions.list(SCOPE, fn.namespace, { search: fn.name })
  if (!known.results.some((one) => one.name === fn.name)) return
  await finished(api, await api.functions.delete(SCOPE, fn))
}

export function answering(text: string): string {
  return `exports.handler = () => '${text}'\n`
}

/** What callers get. */
export async function call(endpoint: string, key?: string): Promise<string> {
  const response = await fetch(endpoint, key === undefined ? {} : { headers: { 'x-api-key': key } })
  const text = await response.text()
  return response.ok ? text : String(response.status)
}

/** The text of a file, in its editor. */
export function editor(page: Page, file: string) {
  return page.getByRole('textbox', { name: file, exact: true })
}

/** As people do who know what they want: all of it is chosen and typed over. */
export async function typeOver(page: Page, file: string, text: string): Promise<void> {
  await editor(page, file).click()
  await page.keyboard.press('ControlOrMeta+a')
  // Text put over coloured text would have the browser try to style it, which the page's policy forbids.
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

/** The build that the page shows has ended so. */
export async function waitForBuild(page: Page, outcome: 'Succeeded' | 'Failed'): Promise<void> {
  await page.getByRole('status').filter({ hasText: outcome }).waitFor({ timeout: 120_000 })
}
