import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { FunctionSerializer } from '../../src/client/types.ts'
import { call, HELLO, NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { checkPage, openPortal, type PageOptions, type Portal } from './harness.ts'

const METRICS = `/portal/p/1/1/functions/${NAMESPACE}/orders/metrics`
const HOUR_MS = 3_600_000
const LAST_HOUR = /\d\d:\d\d\s*Allowed\s*5\s*No key\s*2$/
const PATIENCE = { timeout: 120_000, interval: 200 }

let portal: Portal
let fn: FunctionSerializer
let calledAtMs = 0

beforeAll(async () => {
  portal = await openPortal({ env: { LATCHKEY_IDLE_TIMEOUT_SECONDS: '1' } })
  if (portal.server === undefined) return
  const op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  fn = await op.makeFunction('orders', HELLO)
  const secret = await op.makeKey('partner', ['orders'])
  // So that the first call finds none.
  await vi.waitFor(async () => {
    const { status } = await portal.api.functions.get(SCOPE, {
      namespace: NAMESPACE,
      name: 'orders',
    })
    expect(status).toBe('idle')
  }, PATIENCE)
  calledAtMs = Date.now()
  for (let i = 0; i < 5; i++) expect(await call(fn.endpoint, secret)).toBe(200)
  for (let i = 0; i < 2; i++) expect(await call(fn.endpoint)).toBe(401)
  countInstances(portal.server.dataDir, 3)
})
afterAll(() => portal.close())

/** As control does, once a minute: nobody waits for that here. */
function countInstances(dataDir: string, count: number): void {
  const database = new Database(join(dataDir, 'latchkey.db'), { timeout: 60_000 })
  const atMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  for (const table of ['instance_minutes', 'instance_hours']) {
    const minuteMs = Math.floor(Date.now() / 60_000) * 60_000 - 120_000
    database
      .prepare(
        `insert or replace into ${table} (function_id, at_ms, highest, total) values (?, ?, ?, ?)`,
      )
      .run(fn.id, table === 'instance_hours' ? atMs : minuteMs, count, count)
  }
  database.close()
}

async function open(query = '', options: PageOptions = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto(METRICS + query)
  await page.getByRole('region', { name: 'Requests by verdict' }).waitFor()
  return page
}

const chart = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const plot = (page: Page, name: string) => chart(page, name).getByRole('application', { name })
/** 1 when an hour has begun after the calls. */
const hoursSince = () => Math.floor(Date.now() / HOUR_MS) - Math.floor(calledAtMs / HOUR_MS)
/** What is said of the step that is pointed at. */
const told = (page: Page, name: string) => chart(page, name).getByRole('status').innerText()

describe('the metrics of a function', () => {
  it('draw requests, verdicts, statuses, latency, instances and cold starts of the last hour', async () => {
    const page = await open()
    // What gateways have counted comes within seconds; Refresh has it looked for at once.
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Refresh' }).click()
          return chart(page, 'Requests by verdict').innerText()
        },
        { timeout: 30_000, interval: 500 },
      )
      .toMatch(/7 requests, most at .*\. 2 came without a good key\./)
    for (const [name, text] of [
      ['Requests by verdict', /Allowed\s*5\s*No key\s*2/],
      ['Answers by status', /2xx\s*5\s*4xx\s*2/],
      ['Latency', /95 of 100 requests took less than/],
      ['Instances', /At most 3 instances at a time\./],
      ['Cold starts', /1 request waited for an instance/],
    ] as const) {
      await expect.poll(() => chart(page, name).innerText()).toMatch(text)
    }
    await checkPage(page)
  })

  it('can be read as tables, with the keyboard alone', async () => {
    const page = await open()
    const one = chart(page, 'Requests by verdict')
    await one.getByRole('switch', { name: 'Requests by verdict as a table' }).focus()
    await page.keyboard.press('Space')
    await one.getByRole('columnheader', { name: 'No key' }).waitFor()
    expect(await one.getByRole('row').nth(1).innerText()).toMatch(/\d\d:\d\d/)
    await checkPage(page)
  })

  it('of a day and of a week are asked for in the address', async () => {
    const page = await open()
    await page.getByText('7 d', { exact: true }).click()
    await page.waitForURL(/range=7d/)
    await page.reload()
    await chart(page, 'Requests by verdict')
      .getByText(/^7 requests/)
      .waitFor()
    expect(await page.getByRole('radio', { name: '7 d' }).isChecked()).toBe(true)
    await page.getByText('24 h', { exact: true }).click()
    await page.waitForURL(/range=24h/)
    await chart(page, 'Requests by verdict')
      .getByText(/^7 requests/)
      .waitFor()
    await chart(page, 'Instances').getByText('At most 3 instances at a time.').waitFor()
  })

  it('show the values of the step that is pointed at', async () => {
    const page = await open('?range=24h')
    const drawn = plot(page, 'Requests by verdict')
    await drawn.waitFor()
    const box = (await drawn.boundingBox())!
    await expect
      .poll(async () => {
        const x = box.x + box.width - 16 - hoursSince() * (box.width / 25)
        await page.mouse.move(x, box.y + box.height / 2)
        return told(page, 'Requests by verdict')
      })
      .toMatch(LAST_HOUR)
    await checkPage(page)
    await page.mouse.move(0, 0)
    await chart(page, 'Requests by verdict').getByRole('status').waitFor({ state: 'hidden' })
  })

  it('tell the values of each step to those who go there with the arrow keys', async () => {
    const page = await open('?range=24h')
    await plot(page, 'Requests by verdict').focus()
    await expect.poll(() => told(page, 'Requests by verdict')).toMatch(/\d\d:\d\d\s*Nothing$/)
    const steps = 23 - hoursSince()
    for (let i = 0; i < steps; i++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => told(page, 'Requests by verdict')).toMatch(LAST_HOUR)
    await checkPage(page)
    await plot(page, 'Latency').focus()
    for (let i = 0; i < steps; i++) await page.keyboard.press('ArrowRight')
    await expect
      .poll(() => told(page, 'Latency'))
      .toMatch(/\d\d:\d\d\s*p50\s*[\d.]+ m?s\s*p95\s*[\d.]+ m?s\s*p99/)
  })

  it.each([{ width: 360 }, { dark: true }])('can be read: %o', async (options) => {
    const page = await open('', options)
    await checkPage(page)
  })
})
