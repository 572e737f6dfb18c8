import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, call, makeFunction } from './function-helpers.ts'
import { openPortal, type Portal } from './harness.ts'

const HOUR_MS = 3_600_000

let portal: Portal

beforeAll(async () => {
  portal = await openPortal()
})
afterAll(() => portal.close())

describe('the metrics of a function, where the clock of the browser is wrong', () => {
  it.each([2, -2])('by %i hours, are those of the last hour', async (hours) => {
    const fn = await makeFunction(portal.api, hours > 0 ? 'ahead' : 'behind')
    await call(fn.endpoint)
    const page = await portal.newPage()
    await page.clock.install({ time: Date.now() + hours * HOUR_MS })
    const asked = page.waitForRequest(/\/functions\/\w+\/usage\?/)
    await page.goto(addressOf(fn, 'metrics'))
    const from = new URL((await asked).url()).searchParams.get('from')!
    expect(Math.abs(Date.now() - HOUR_MS - Date.parse(from))).toBeLessThan(HOUR_MS / 2)
    await page.getByRole('region', { name: 'Requests by verdict' }).waitFor()
  })
})
