/**
 * `npm run screenshots`: the pictures of docs/portal.md. A server of its own at the usual ports, an example in it, real
 * calls for some minutes so that charts have something to draw, then each page as a browser shows it.
 *
 *   npm run screenshots                    all of them
 *   npm run screenshots -- --only api-key  those whose names begin so
 *   npm run screenshots -- --minutes 0     without the wait
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { createClient } from '../src/client/client.ts'
import { cleanUp, startServer, TEST_TOKEN } from '../test/helpers/server.ts'
import { findChromium, LAUNCH_ARGS } from '../test/portal/chromium.ts'
import { buildPortal } from './build-portal.ts'
import { callFor, makeExample } from './portal/example.ts'
import { EMPTY_SHOTS, SHOTS, type Shot } from './portal/shots.ts'

const FOLDER = join(import.meta.dirname, '../docs/portal')
const PORTS = {
  LATCHKEY_API_PORT: '8080',
  LATCHKEY_GATEWAY_PORT: '8081',
  LATCHKEY_METRICS_PORT: '8082',
}
/** Whose session it is, in the list of those. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const HEIGHTS: Readonly<Record<number, number>> = { 1440: 900, 360: 740 }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, minutes: { type: 'string', default: '4' } },
  })
  await buildPortal()
  const place = mkdtempSync(join(tmpdir(), 'lk-shots-'))
  const server = await startServer({ env: PORTS })
  try {
    const found = await findChromium(place)
    if (found === null) throw new Error('no Chromium can be started here')
    const { path: executablePath, env } = found
    const options = { executablePath, args: LAUNCH_ARGS, env: { ...process.env, ...env } }
    const browser = await chromium.launch(options)
    const { apiUrl: baseUrl } = server
    const first = createClient({ baseUrl, token: TEST_TOKEN })
    // Its name is what pages show.
    const { token } = await first.tokens.create({ name: 'operations' })
    const client = createClient({ baseUrl, token })
    const site = { browser, url: baseUrl, cookie: await logIn(baseUrl, token) }
    mkdirSync(FOLDER, { recursive: true })
    await takeAll(site, wanted(EMPTY_SHOTS, values.only))
    const example = await makeExample(client)
    await callFor(client, example, Number(values.minutes) * 60_000)
    await takeAll(site, wanted(SHOTS, values.only))
    await browser.close()
  } finally {
    await cleanUp(server)
    rmSync(place, { recursive: true, force: true })
  }
}

async function logIn(url: string, token: string): Promise<Site['cookie']> {
  const headers = {
    ...{ 'content-type': 'application/json', 'x-latchkey-csrf': '1' },
    'user-agent': USER_AGENT,
  }
  const body = JSON.stringify({ token })
  const answer = await fetch(`${url}/iam/auth/login`, { method: 'POST', headers, body })
  const [name, value] = answer.headers.getSetCookie()[0]!.split(';', 1)[0]!.split('=', 2)
  return { name: name!, value: value!, url }
}

function wanted(shots: readonly Shot[], only: string): Shot[] {
  return shots.filter(({ name }) => name.startsWith(only))
}

interface Site {
  readonly browser: Browser
  readonly url: string
  /** Of one session for all, so that the audit has more to show than log-ins. */
  readonly cookie: { readonly name: string; readonly value: string; readonly url: string }
}

async function takeAll(site: Site, shots: readonly Shot[]): Promise<void> {
  for (const shot of shots) {
    await take(site, shot)
    console.log(`docs/portal/${shot.name}.png`)
  }
}

async function take({ browser, url, cookie }: Site, shot: Shot): Promise<void> {
  const { name, path, width = 1440, dark = false, steps, mask, whole = false } = shot
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: shot.height ?? HEIGHTS[width]! },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  })
  try {
    if (shot.signedIn !== false) await context.addCookies([cookie])
    const page = await context.newPage()
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    const busy = page.locator('[aria-busy=true]').filter({ visible: true })
    await busy.first().waitFor({ state: 'detached' })
    await steps?.(page)
    // What draws charts is fetched when the first is shown, and draws when it knows its place.
    const standIns = page.locator('.mantine-Skeleton-root').filter({ visible: true })
    await standIns.first().waitFor({ state: 'detached' })
    await page.waitForTimeout(600)
    if (whole) await page.evaluate('window.scrollTo(0, 0)')
    await page.screenshot({
      path: join(FOLDER, `${name}.png`),
      fullPage: whole,
      mask: mask?.(page) ?? [],
      maskColor: '#868e96',
    })
  } finally {
    await context.close()
  }
}

await main()
