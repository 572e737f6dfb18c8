import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { checkPage, copiedBy, hasKeyboard, openPortal, type Portal } from './harness.ts'
import { tokenOf } from './people.ts'

const CODE = `exports.handler = async (event) => {
  const request = event.extensions.request
  if (request.path === '/slow') await new Promise((resolve) => setTimeout(resolve, 8000))
  if (request.path === '/throw') throw new Error('as told')
  if (request.path === '/picture') return Buffer.from('89504e470d0a1a0a', 'hex')
  if (request.path === '/echo') return new Response(event.data, { headers: { 'content-type': request.get('content-type') } })
  if (request.path === '/page') return new Response('<script>document.title = "run"</script>', { headers: { 'content-type': 'text/html' } })
  if (request.path === '/text') return '<b>no markup</b>'
  return { key: request.get('latchkey-key-name') ?? null, mine: request.get('x-mine') ?? null, body: event.data, large: 1 }
}`
/** One pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const TEST = `/portal/p/1/1/functions/${NAMESPACE}/tried/test`

let portal: Portal
let op: ReturnType<typeof operator>

beforeAll(async () => {
  portal = await openPortal()
  if (portal.server === undefined) return
  op = operator({ apiUrl: portal.server.url })
  await op.makeNamespace()
  await op.makeFunction('tried', CODE)
  await op.makeKey('caller', ['tried'])
  await op.makeKey('stranger', [])
  await op.client.keys.create(SCOPE, {
    name: 'limited',
    expire: null,
    functions: [{ name: 'tried', namespace: NAMESPACE, methods: ['POST'], paths: [] }],
  })
})
afterAll(() => portal.close())

async function openTest(options: Parameters<Portal['newPage']>[0] = {}): Promise<Page> {
  const page = await portal.newPage(options)
  await page.goto(TEST)
  await page.getByRole('button', { name: 'Send' }).waitFor()
  return page
}

async function chooseKey(page: Page, name: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Key' })
  await field.click()
  await field.fill(name)
  await page.getByRole('option', { name, exact: true }).click()
}

async function chooseFile(
  page: Page,
  name: string,
  mimeType: string,
  buffer: Buffer,
): Promise<void> {
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'File' }).click()
  await (await choosing).setFiles({ name, mimeType, buffer })
}

const answer = (page: Page) => page.getByRole('region', { name: 'Answer', exact: true })
const body = (page: Page) => page.getByRole('region', { name: 'Body of the answer' })

async function send(page: Page, status: string): Promise<void> {
  await page.getByRole('button', { name: 'Send' }).click()
  await page
    .getByRole('status')
    .filter({ hasText: `Answered ${status}` })
    .waitFor()
}

describe('the test of a function', () => {
  it('says why the gateway refuses, and where that is mended', async () => {
    const page = await openTest()
    await send(page, '401')
    await answer(page).getByText('The function wants a key, and none was sent').waitFor()
    await chooseKey(page, 'stranger')
    await send(page, '401')
    await answer(page).getByText('The key does not open this function').waitFor()
    const mend = answer(page).getByRole('link', { name: 'To what the key opens' })
    expect(await mend.getAttribute('href')).toBe('/portal/p/1/1/api-keys/stranger/edit/access')
    await chooseKey(page, 'limited')
    await send(page, '403')
    await answer(page).getByText('The key does not open this method and path').waitFor()
    await checkPage(page)
  })

  it('calls it as the key, with what was written, by the keyboard alone', async () => {
    const page = await openTest()
    await chooseKey(page, 'caller')
    await page.getByLabel('Method').selectOption('POST')
    await page.getByLabel('Path and query').fill('/a?b=1')
    await page.getByRole('button', { name: 'Add header' }).focus()
    await page.keyboard.press('Enter')
    await hasKeyboard(page.getByLabel('Name of header 1'))
    await page.keyboard.type('x-mine')
    await page.keyboard.press('Tab')
    await page.keyboard.type('yes')
    await page.getByRole('textbox', { name: 'Body' }).fill('{"sent":12345678901234567890}')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').filter({ hasText: 'Answered 200' }).waitFor()
    await expect.poll(() => body(page).innerText()).toContain('"key": "caller"')
    await expect.poll(() => body(page).innerText()).toContain('"mine": "yes"')
    await answer(page)
      .getByText(/cold start|An instance was ready/)
      .waitFor()
    await page.getByRole('tab', { name: /Headers/ }).click()
    await answer(page).getByText('x-request-id').waitFor()
    const copy = answer(page).getByRole('button', { name: 'Copy as curl' })
    const curl = await copiedBy(page, () => copy.click())
    expect(curl).toContain(`-H "X-API-Key: $LATCHKEY_API_KEY"`)
    expect(curl).toContain("-H 'x-mine: yes'")
    expect(curl).toContain("/a?b=1'")
  })

  it('puts refusals of what was written at their fields', async () => {
    const page = await openTest()
    await page.getByRole('button', { name: 'Add header' }).click()
    await page.getByLabel('Name of header 1').fill('X-API-Key')
    await page.getByLabel('Value of header 1').fill('x')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Is set by choosing a key: no secret is needed here.').waitFor()
    await checkPage(page)
    await page.getByRole('button', { name: 'Remove header 1' }).click()
    await send(page, '401')
  })

  it('shows text as text, saves what is none, and leads to the log of what failed', async () => {
    const page = await openTest({ dark: true })
    await chooseKey(page, 'caller')
    await page.getByLabel('Path and query').fill('/text')
    await send(page, '200')
    await expect.poll(() => body(page).innerText()).toBe('<b>no markup</b>')
    await page.getByLabel('Path and query').fill('/picture')
    await send(page, '200')
    await answer(page).getByText('It is no text.').waitFor()
    const saving = page.waitForEvent('download')
    await answer(page).getByRole('button', { name: 'Download' }).click()
    expect((await saving).suggestedFilename()).toBe('answer.bin')
    await page.getByLabel('Path and query').fill('/throw')
    await send(page, '500')
    await answer(page).getByText('The function threw an error').waitFor()
    await checkPage(page)
    await answer(page).getByRole('link', { name: 'Its lines in the log' }).click()
    await page.getByRole('log').getByText('Error: as told').waitFor()
    expect(new URL(page.url()).searchParams.get('request_id')).toMatch(/^req_/)
  })

  it('sends a file as the body, says what is too large, and shows a picture that comes back', async () => {
    const page = await openTest({ width: 360 })
    await chooseKey(page, 'caller')
    await page.getByLabel('Method').selectOption('POST')
    await page.getByLabel('Path and query').fill('/echo')
    await page.getByRole('radio', { name: 'Text' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByText('5.00 MB at most', { exact: false }).waitFor()
    await chooseFile(page, 'large.bin', 'application/octet-stream', Buffer.alloc(5_000_001))
    await page.getByText('5.00 MB at most can be sent from here.').waitFor()
    await chooseFile(page, "it's.png", 'image/png', PICTURE)
    await expect.poll(() => page.getByLabel('Content type').inputValue()).toBe('image/png')
    await checkPage(page)
    await send(page, '200')
    const picture = answer(page).getByRole('img', {
      name: 'The picture that the function answered',
    })
    await picture.waitFor()
    const width = () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)
    await expect.poll(width).toBe(1)
    await answer(page).getByText(`image/png, ${PICTURE.length} bytes`).waitFor()
    await checkPage(page)
    const copy = answer(page).getByRole('button', { name: 'Copy as curl' })
    const curl = await copiedBy(page, () => copy.click())
    expect(curl).toContain("--data-binary '@it'\\''s.png'")
    const saving = page.waitForEvent('download')
    await answer(page).getByRole('button', { name: 'Download' }).click()
    expect(await readFile(await (await saving).path())).toEqual(PICTURE)
    await page.getByRole('radio', { name: 'File' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('textbox', { name: 'Body' }).fill('{"again":1}')
    await page.getByLabel('Path and query').fill('/')
    await send(page, '200')
    await expect.poll(() => body(page).innerText()).toContain('"again": 1')
  })

  it('shows a page that the function answers as text, and runs nothing of it', async () => {
    const page = await openTest()
    await chooseKey(page, 'caller')
    await page.getByLabel('Path and query').fill('/page')
    await send(page, '200')
    const text = '<script>document.title = "run"</script>'
    await expect.poll(() => body(page).innerText()).toBe(text)
    await answer(page).getByText('text/html, 39 bytes').waitFor()
    expect(await page.title()).toMatch(/^Test: .*tried/)
    await checkPage(page)
  })

  it('keeps the tries of the page, and fills the form with one', async () => {
    const page = await openTest({ width: 360 })
    await page.getByLabel('Path and query').fill('/first')
    await send(page, '401')
    await chooseKey(page, 'caller')
    await page.getByLabel('Path and query').fill('/second')
    await send(page, '200')
    const tries = page.getByRole('table', { name: 'Tries since this page was opened' })
    await tries.getByRole('button', { name: 'GET /first' }).click()
    await answer(page).getByText('The function wants a key').waitFor()
    await checkPage(page)
    await tries
      .getByRole('button', { name: /^Actions for the try/ })
      .last()
      .click()
    await page.getByRole('menuitem', { name: 'Fill the form with it' }).click()
    await expect.poll(() => page.getByLabel('Path and query').inputValue()).toBe('/first')
    expect(await page.getByRole('combobox', { name: 'Key' }).inputValue()).not.toBe('caller')
    await page.reload()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(await tries.count()).toBe(0)
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
    expect(stored).not.toContain('/second')
  })

  it('is broken off when it takes too long for who waits', async () => {
    const page = await openTest()
    await chooseKey(page, 'caller')
    await page.getByLabel('Path and query').fill('/slow')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Waiting for the answer…').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('The answer stands here.').waitFor()
    await page.getByLabel('Path and query').fill('/')
    await send(page, '200')
  })

  it('is not for those whose role does not allow it', async () => {
    const page = await portal.newPage({ token: await tokenOf(portal.api, 'viewer') })
    await page.goto(TEST)
    await page.getByRole('heading', { name: 'Your role does not show this' }).waitFor()
    await checkPage(page)
  })
})
