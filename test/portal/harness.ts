import { rmSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { afterEach, beforeEach, expect, inject, vi } from 'vitest'
import { type Client, createClient } from '../../src/client/client.ts'
import { startServer, TEST_TOKEN, type TestServer, tempDataDir } from '../helpers/server.ts'
import { checkPage, watchPages } from './check-page.ts'
import { LAUNCH_ARGS } from './chromium.ts'

export { checkPage }

/** A browser, a server and a build, on a machine that others load. */
const PATIENCE_MS = 240_000
/** For each step in the browser. */
const STEP_MS = 60_000
const HEIGHT = { 360: 740 } as Readonly<Record<number, number>>

const found = inject('chromium')
// Data of servers and profiles of browsers: who cannot remove them leaves them to the run.
if (found !== null) process.env.TMPDIR = inject('portalFolder')

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS })
// For every test of the file that imports this; the run has said why.
beforeEach(({ skip }) => skip(found === null, 'there is no Chromium'))

/** What the running test has opened: left open, its pages would go on asking the server beside later tests. */
const opened = new Set<BrowserContext>()
beforeEach(() => opened.clear())
afterEach(async () => {
  for (const context of opened) await context.close()
})

export interface PortalServer {
  /** Of the API and of the portal, without a slash at the end. */
  readonly url: string
  readonly gatewayUrl: string
  /** Of an owner of everything. */
  readonly token: string
  readonly dataDir: string
  /** The process, which is another one after a restart. */
  readonly process: TestServer
  /** Kills it, and starts it again with the same data at the same ports. */
  restart(): Promise<void>
  /** Kills it; `restart` starts it again. */
  kill(): Promise<void>
}

export interface PageOptions {
  /** 1440 unless told. */
  readonly width?: number
  readonly dark?: boolean
  readonly signedIn?: boolean
  /** Of somebody else than the owner of everything. */
  readonly token?: string
  /** `Europe/Berlin` unless told. */
  readonly zone?: string
  /** Shares cookies and storage with this page, as another tab does. */
  readonly besides?: Page
}

export interface Portal {
  readonly server: PortalServer
  /** With the server's token. */
  readonly api: Client
  newPage(options?: PageOptions): Promise<Page>
  /** Ends browser and server, and removes what they had. */
  close(): Promise<void>
}

/** A real server with the built portal, and a real browser to look at it. */
export async function openPortal(
  options: { readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Portal> {
  // Every test is skipped; only `close` is called.
  if (found === null) return { close: async () => {} } as unknown as Portal
  const server = await startPortalServer(options.env ?? {})
  let browser: Browser
  try {
    browser = await chromium.launch({
      executablePath: found.path,
      args: LAUNCH_ARGS,
      env: { ...process.env, ...found.env },
    })
  } catch (error) {
    await server.close()
    throw error
  }
  return {
    server,
    api: createClient({ baseUrl: server.url, token: TEST_TOKEN }),
    newPage: (wanted = {}) => newPage(browser, server.url, wanted),
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

async function newPage(browser: Browser, url: string, options: PageOptions): Promise<Page> {
  const { besides, signedIn = true, token = TEST_TOKEN } = options
  if (besides !== undefined) return besides.context().newPage()
  const context = await newContext(browser, url, options)
  if (signedIn) await signIn(context, token)
  return context.newPage()
}

async function newContext(
  browser: Browser,
  url: string,
  { width = 1440, dark = false, zone = 'Europe/Berlin' }: PageOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: HEIGHT[width] ?? 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: zone,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  opened.add(context)
  context.setDefaultTimeout(STEP_MS)
  await watchPages(context, url)
  return context
}

let given = 0

/** Another one for each try of a test: what the first try has made may still be there. */
export function freshName(name: string): string {
  given += 1
  return `${name}-${given}`
}

/** Resolves when the keyboard is in it: dialogs and menus are there a moment before. */
export async function hasKeyboard(part: Locator): Promise<void> {
  await expect
    .poll(() => part.evaluate((element) => element.contains(document.activeElement)))
    .toBe(true)
}

/** What is copied when this is done, which ends before the browser has written it. */
export async function copiedBy(page: Page, act: () => Promise<void>): Promise<string> {
  const nothing = 'nothing was copied'
  await page.evaluate((text) => navigator.clipboard.writeText(text), nothing)
  await act()
  const read = () => page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(read).not.toBe(nothing)
  return read()
}

/** As the page for it does, whose own tests use that page. */
async function signIn(context: BrowserContext, token: string): Promise<void> {
  const answer = await context.request.post('/iam/auth/login', {
    headers: { 'x-latchkey-csrf': '1' },
    data: { token },
  })
  if (!answer.ok()) throw new Error(`logging in answered ${answer.status()}`)
}

async function startPortalServer(
  env: Readonly<Record<string, string | undefined>>,
): Promise<PortalServer & { close(): Promise<void> }> {
  const dataDir = tempDataDir()
  let running = await startServer({ dataDir, env })
  const { apiUrl, gatewayUrl } = running
  const ports = {
    LATCHKEY_API_PORT: new URL(apiUrl).port,
    LATCHKEY_GATEWAY_PORT: new URL(gatewayUrl).port,
  }
  return {
    url: apiUrl,
    gatewayUrl,
    token: TEST_TOKEN,
    dataDir,
    get process() {
      return running
    },
    async restart() {
      await kill(running)
      running = await startServer({ dataDir, env: { ...env, ...ports } })
    },
    kill: () => kill(running),
    async close() {
      if (isAlive(running)) await running.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function kill(server: TestServer): Promise<void> {
  if (isAlive(server)) await server.kill()
}

function isAlive({ process: child }: TestServer): boolean {
  return child.exitCode === null && child.signalCode === null
}
