import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePast, timeSince } from '../../src/cli/expiry.ts'
import { filled } from '../../src/cli/usage-report.ts'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'
import { deliverUsage } from '../helpers/usage.ts'

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
  writeFileSync(join(cli.home, 'handler.js'), "module.exports = { handler: () => 'hello' }\n")
  await cli.run(['namespace', 'create', 'shop'])
  await cli.run(['function', 'create', 'shop/price', '--file', 'handler.js', '--no-wait'])
  await cli.run(['key', 'create', 'partner', '--function', 'shop/price'])
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

describe('what a key did, on the command line', () => {
  it('is nothing at first', async () => {
    expect((await cli.run(['key', 'get', 'partner'])).stdout).toMatch(/^last used: +never$/m)
    const { code, stdout, stderr } = await cli.run(['key', 'usage', 'partner'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/^partner was not used from \S+Z to \S+Z\.\n$/)
  })

  it('is a last use and a table by time, or by function', async () => {
    const { id: keyId } = JSON.parse((await cli.run(['key', 'get', 'partner', '--json'])).stdout)
    const fn = JSON.parse((await cli.run(['function', 'get', 'shop/price', '--json'])).stdout)
    const atMs = Date.parse('2026-08-22T11:20:58Z')
    const one = { keyId, functionId: fn.id, atMs }
    await deliverUsage(api.store, {
      lastUse: { ...one, address: '192.0.2.7' },
      rows: [
        {
          ...one,
          counts: {
            ...{ allowed: 10, expired: 1, disabled: 2, not_permitted: 3 },
            ...{ status_2xx: 8, status_4xx: 7, status_5xx: 1 },
            ...{ bytes_received: 100, bytes_sent: 2_048, latency_us: 25_000, latency_3: 16 },
          },
        },
      ],
    })
    expect((await cli.run(['key', 'get', 'partner'])).stdout).toMatch(
      /^last used: +2026-08-22T11:20:58Z \(\d+ days ago\) for shop\/price from 192\.0\.2\.7$/m,
    )
    const range = ['--since', '2026-08-01', '--until', '2026-09-01T00:00:00Z', '--step', 'day']
    expect((await cli.run(['key', 'usage', 'partner', ...range])).stdout).toBe(
      'TIME (UTC)        REQUESTS  REFUSED  4XX  5XX  P50     P95     IN     OUT      WHY\n' +
        '2026-08-22 00:00  16        6        1    1    3.0 ms  3.9 ms  100 B  2.05 kB  2 disabled, 1 expired, 3 method or path\n',
    )
    const split = await cli.run(['key', 'usage', 'partner', ...range, '--by-function'])
    expect(split.stdout).toMatch(/^2026-08-22 00:00 {2}shop\/price {2}16 /m)
    const ofFunction = await cli.run(['function', 'usage', 'shop/price', ...range, '--by-key'])
    expect(ofFunction.stdout).toMatch(/^2026-08-22 00:00 {2}partner {2}16 /m)
    const json = await cli.run(['key', 'usage', 'partner', ...range, '--json'])
    expect(JSON.parse(json.stdout).results).toMatchObject([{ requests: 16 }])
  })

  it('says what a moment may look like', async () => {
    const { code, stderr } = await cli.run(['key', 'usage', 'partner', '--since', 'yesterday'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/--since must be 90m, 12h, 30d or 2w ago/)
  })
})

describe('moments before now', () => {
  const nowMs = Date.parse('2026-08-22T11:21:00Z')

  it('are so long ago, a day or a moment', () => {
    expect(parsePast('90m', nowMs)).toBe(nowMs - 5_400_000)
    expect(parsePast('2026-08-01', nowMs)).toBe(Date.parse('2026-08-01T00:00:00Z'))
    expect(parsePast('2026-08-22T11:20:00Z', nowMs)).toBe(nowMs - 60_000)
    expect(parsePast('never', nowMs)).toBeUndefined()
  })

  it('are told in the largest unit that there are two of', () => {
    const since = (ms: number) => timeSince(nowMs - ms, nowMs)
    expect([0, 119_999, 120_000, 7_200_000, 172_800_000].map(since)).toEqual([
      ...['within 2 minutes', 'within 2 minutes', '2 minutes ago', '2 hours ago', '2 days ago'],
    ])
  })
})

describe('what is drawn', () => {
  const row = (time: string) => ({
    ...{ time, requests: 3, cold_starts: 0, bytes_received: 5, bytes_sent: 5, part: 'x' },
    verdicts: {
      ...{ allowed: 2, missing: 1, repeated: 0, malformed: 0, unknown: 0, expired: 0 },
      ...{ disabled: 0, not_yet: 0, not_granted: 0, not_permitted: 0, unjudged: 0 },
    },
    statuses: { success: 2, redirect: 0, client_error: 1, server_error: 0, none: 0 },
    latency_ms: { mean: 1, p50: 1, p95: 1, p99: 1 },
  })
  const report = (to: string) => ({
    ...{ step: 'hour' as const, from: '2026-08-22T08:00:00Z', to },
    results: [row('2026-08-22T09:00:00Z')],
  })

  it('has a line for each step, also where nothing happened', () => {
    const rows = filled(report('2026-08-22T11:00:00Z'))
    expect(rows.map(({ time, requests }) => [time.slice(11, 13), requests])).toEqual([
      ...[
        ['08', 0],
        ['09', 3],
        ['10', 0],
      ],
    ])
    expect(rows[0]).toMatchObject({ verdicts: { missing: 0 }, latency_ms: { p50: null } })
  })

  it('leaves them out where they would be hundreds', () => {
    expect(filled(report('2026-10-22T11:00:00Z'))).toHaveLength(1)
  })
})
