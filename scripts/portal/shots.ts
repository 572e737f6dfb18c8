import type { Locator, Page } from 'playwright-core'

/** One picture. */
export interface Shot {
  readonly name: string
  readonly path: string
  readonly width?: 1440 | 360
  readonly height?: number
  readonly dark?: boolean
  readonly signedIn?: boolean
  /** Down to the end of the page. */
  readonly whole?: boolean
  /** What is done before it is taken. */
  readonly steps?: (page: Page) => Promise<unknown>
  /** Painted over: secrets, even of a server that is gone. */
  readonly mask?: (page: Page) => Locator[]
}

const SCOPED = '/portal/p/1/1'
const PRICE = `${SCOPED}/functions/shop/price`
const DAILY = `${SCOPED}/functions/reports/daily`

/** Before anything was made. */
export const EMPTY_SHOTS: readonly Shot[] = [
  { name: 'sign-in', path: '/portal/sign-in', signedIn: false, height: 640 },
  { name: 'api-keys-empty', path: `${SCOPED}/api-keys`, height: 640 },
]

export const SHOTS: readonly Shot[] = [
  { name: 'api-keys', path: `${SCOPED}/api-keys` },
  { name: 'api-keys-dark', path: `${SCOPED}/api-keys`, dark: true },
  { name: 'api-keys-narrow', path: `${SCOPED}/api-keys`, width: 360 },
  { name: 'api-key-menu', path: `${SCOPED}/api-keys`, height: 640, steps: openMenu },
  { name: 'new-api-key', path: `${SCOPED}/new-api-key`, whole: true, steps: fillNewKey },
  {
    name: 'new-api-key-secret',
    path: `${SCOPED}/new-api-key`,
    steps: createKey,
    mask: (page) => [page.getByRole('dialog').getByText(/lk_\w{20,}/)],
  },
  { name: 'edit-api-key-general', path: `${SCOPED}/api-keys/web-shop/edit/general` },
  { name: 'edit-api-key', path: `${SCOPED}/api-keys/web-shop/edit/access` },
  {
    name: 'edit-api-key-expiration',
    path: `${SCOPED}/api-keys/web-shop/edit/expiration`,
    height: 480,
  },
  { name: 'delete-api-key', path: `${SCOPED}/api-keys`, height: 640, steps: askToDelete },
  { name: 'api-key', path: `${SCOPED}/api-keys/web-shop`, steps: lastHour },
  { name: 'api-key-rotation', path: `${SCOPED}/api-keys/till` },
  { name: 'deleted-api-keys', path: `${SCOPED}/deleted-api-keys`, height: 480 },
  { name: 'api-key-review', path: `${SCOPED}/api-key-review`, height: 640 },
  { name: 'bell', path: `${SCOPED}/functions`, height: 640, steps: openBell },
  { name: 'notifications', path: `${SCOPED}/notifications` },
  { name: 'account', path: '/portal/account' },
  { name: 'functions', path: `${SCOPED}/functions`, height: 640 },
  { name: 'functions-narrow', path: `${SCOPED}/functions`, width: 360 },
  { name: 'new-function', path: `${SCOPED}/new-function` },
  { name: 'function', path: PRICE },
  { name: 'function-code', path: `${PRICE}/code` },
  { name: 'function-code-dark', path: `${PRICE}/code`, dark: true },
  { name: 'function-test', path: `${PRICE}/test`, steps: sendTest },
  { name: 'function-logs', path: `${PRICE}/logs` },
  { name: 'function-metrics', path: `${PRICE}/metrics` },
  { name: 'function-metrics-dark', path: `${PRICE}/metrics`, dark: true },
  { name: 'function-configuration', path: `${PRICE}/configuration` },
  { name: 'function-versions', path: `${PRICE}/versions`, height: 640 },
  { name: 'function-keys', path: `${PRICE}/keys` },
  { name: 'function-triggers', path: `${DAILY}/triggers`, height: 480 },
  { name: 'function-calls', path: `${PRICE}/calls`, height: 640 },
  { name: 'namespaces', path: `${SCOPED}/namespaces`, height: 480 },
  { name: 'namespace', path: `${SCOPED}/namespaces/shop`, whole: true },
  { name: 'members', path: `${SCOPED}/members`, height: 480 },
  { name: 'create-project', path: `${SCOPED}/members`, height: 640, steps: openCreateProject },
  { name: 'users', path: '/portal/users', height: 480 },
  { name: 'tokens', path: '/portal/tokens', height: 480 },
  { name: 'audit', path: '/portal/audit' },
  { name: 'settings', path: `${SCOPED}/settings/keys`, height: 640 },
  { name: 'settings-notices', path: `${SCOPED}/settings/notices`, height: 640 },
  { name: 'settings-webhooks', path: `${SCOPED}/settings/webhooks`, height: 480 },
  { name: 'settings-mail', path: `${SCOPED}/settings/mail`, height: 640 },
  { name: 'nodes', path: '/portal/nodes' },
  { name: 'search', path: `${SCOPED}/functions`, height: 640, steps: openSearch },
]

async function openMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Actions for web-shop' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor()
}

async function fillNewKey(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill('mobile-app')
  await page.getByRole('textbox', { name: 'Description' }).fill('The app in the stores')
  await page.getByRole('treeitem', { name: 'price' }).click()
}

async function createKey(page: Page): Promise<void> {
  await fillNewKey(page)
  await page.getByText('Never expire', { exact: true }).click()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('dialog').getByText(/lk_/).first().waitFor()
}

async function askToDelete(page: Page): Promise<void> {
  await openMenu(page)
  await page.getByRole('menuitem', { name: /Delete/ }).click()
  await page.getByRole('dialog').waitFor()
}

async function openBell(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Notifications/ }).click()
  await page.getByRole('link', { name: 'All notifications' }).waitFor()
}

async function openCreateProject(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create project' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('staging')
  await dialog.getByRole('textbox', { name: 'Description' }).fill('What is tried before it is sold')
}

async function lastHour(page: Page): Promise<void> {
  await page.getByText('1 h', { exact: true }).first().click()
}

async function sendTest(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Key' }).click()
  await page.getByRole('option', { name: /web-shop/ }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(/\d ms/).first().waitFor()
}

async function openSearch(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('key')
}
