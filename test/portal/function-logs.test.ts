import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NAMESPACE, type Operator, operator } from '../helpers/operator.ts'
import { checkPage, freshName, openPortal, type Portal } from './harness.ts'

const CODE = `exports.handler = async (event) => {
  const { query } = event.extensions.request
  if (query.say) console.log(query.say)
  if (query.complain) console.error(query.complain)
  for (let i = 0; i < Number(query.lines ?? 0); i++) {
    console.log('line', i)
    if (i % 1000 === 999) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return 'done'
}`
const WAIT = { timeout: 60_000, interval: 100 }

let portal: Portal
let op: Operator
let logs: string
let endpoint: string

beforeAll(async () => {
  portal = await openPortal({ env: { LATCHKEY_LOG_BYTES_MAX: '50000000' } })
  if (portal.server === undefined) return
  op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
})
afterAll(() => portal.close())
// Another one for each try of a test: what others have had it say would be told too.
beforeEach(async () => {
  if (portal.server === undefined) return
  const name = freshName('talker')
  const more = { enable_api_key: false, timeout: 120 }
  endpoint = (await op.makeFunction(name, CODE, more)).endpoint
  logs = `/portal/p/1/1/functions/${NAMESPACE}/${name}/logs`
})

async function say(query: Record<string, string>): Promise<string> {
  const answer = await fetch(`${endpoint}?${new URLSearchParams(query)}`)
  await answer.text()
  expect(answer.status).toBe(200)
  return answer.headers.get('x-request-id')!
}

async function openLogs(query = '', options: Parameters<Portal['newPage']>[0] = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto(logs + query)
  await page.getByText('Live', { exact: true }).waitFor()
  return page
}

const log = (page: Page) => page.getByRole('log')

describe('the log of a function', () => {
  it('shows what was written and what is, without what terminals and browsers would make of it', async () => {
    await say({ say: 'before' })
    const page = await openLogs()
    await log(page).getByText('before').waitFor()
    await say({ say: '\u001b[31mred\u001b[0m <img src=x onerror=alert(1)>', complain: 'a fault' })
    await log(page).getByText('red <img src=x onerror=alert(1)>').waitFor()
    await log(page).getByText('a fault').waitFor()
    expect(await log(page).getByRole('img').count()).toBe(0)
    await log(page).getByText('ERR').first().waitFor()
    await checkPage(page)
  })

  it('is narrowed by what stands in the address, and to a request by a click', async () => {
    const requestId = await say({ say: 'wanted', complain: 'wanted too' })
    await say({ say: 'another' })
    const page = await openLogs('?stream=stderr')
    await log(page).getByText('wanted too').waitFor()
    expect(await log(page).getByText('another').count()).toBe(0)
    await log(page)
      .getByRole('button', { name: `${requestId.slice(-10)}: only lines of this request` })
      .first()
      .click()
    await page.getByLabel('Stream').selectOption('')
    await log(page).getByText('wanted', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('request_id')).toBe(requestId)
    expect(await log(page).getByText('another').count()).toBe(0)
    await page.getByRole('searchbox', { name: 'Search in the lines' }).fill('TOO')
    await expect.poll(() => log(page).getByText('wanted', { exact: true }).count()).toBe(0)
    await log(page).getByText('wanted too').waitFor()
    await page.getByRole('searchbox', { name: 'Search in the lines' }).fill('nowhere')
    await page.getByRole('heading', { name: 'No line is like that' }).waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Show all lines' }).click()
    await log(page).getByText('another').waitFor()
  })

  it('collects while it is paused, and goes on at the newest', async () => {
    const page = await openLogs('', { dark: true })
    await page.getByRole('button', { name: 'Pause' }).click()
    await say({ say: 'while paused' })
    await page.getByRole('button', { name: /^Go on \([1-9]\d* new\)$/ }).waitFor()
    expect(await log(page).getByText('while paused').count()).toBe(0)
    await checkPage(page)
    await page.getByRole('button', { name: /^Go on/ }).click()
    await log(page).getByText('while paused').waitFor()
  })

  it('goes on after a restart of the server, without a line lost or told twice', async () => {
    const page = await openLogs()
    await say({ say: 'before the restart' })
    await log(page).getByText('before the restart').waitFor()
    await portal.server.restart()
    await say({ say: 'after the restart' })
    await log(page).getByText('after the restart').waitFor({ timeout: 60_000 })
    expect(await log(page).getByText('before the restart').count()).toBe(1)
    expect(await log(page).getByText('after the restart').count()).toBe(1)
    await checkPage(page, { ignoring: /ERR_|Failed to load resource/ })
  })

  it('stays usable with more lines than are kept, and says what was dropped', async () => {
    const page = await openLogs('?stream=stdout')
    for (let i = 0; i < 6; i++) await say({ lines: '10000' })
    await say({ say: 'the last of many' })
    await expect
      .poll(() => page.getByText(/were dropped here to save memory/).innerText(), WAIT)
      .toMatch(/^5\d,\d{3} lines/)
    await log(page).getByText('the last of many').waitFor({ timeout: 60_000 })
    // What is out of sight is not drawn.
    expect(await log(page).getByRole('button').count()).toBeLessThan(200)
    await log(page).focus()
    await page.keyboard.press('Control+Home')
    await expect.poll(() => log(page).getByText('the last of many').count(), WAIT).toBe(0)
    await page.getByRole('button', { name: 'To the newest' }).click()
    await log(page).getByText('the last of many').waitFor()
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    expect((await saving).suggestedFilename()).toBe('lines.log')
  })

  it('is read where it is narrow, wrapped or not', async () => {
    await say({ say: 'x'.repeat(300) })
    const page = await openLogs('', { width: 360 })
    await log(page).getByText('xxxxxx').first().waitFor()
    await checkPage(page)
    await page.getByRole('switch', { name: 'Wrap' }).click()
    await checkPage(page)
  })
})
