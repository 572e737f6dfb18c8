import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENT_TYPES, eventBody } from '../../src/domain/events.ts'
import { noticeEvent } from '../../src/domain/notices.ts'
import { KEYS, startApi, type TestApi } from '../api/api-harness.ts'

const PAGE = readFileSync(new URL('../../docs/notices.md', import.meta.url), 'utf8')
const DAY_MS = 86_400_000

/** What the page's table says of each type: its `data`, as an example. */
const DOCUMENTED = new Map(
  [...PAGE.matchAll(/^\| `(key\.[a-z-]+)` \| .* \| (.*) \|$/gm)].map(([, type, data]) => [
    type!,
    data!,
  ]),
)

function dataOf(type: string): Record<string, unknown> {
  const text = DOCUMENTED.get(type)!
  const like = /^as for `(.*)`$/.exec(text)
  return like === null ? JSON.parse(text.slice(1, -1)) : dataOf(like[1]!)
}

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('docs/notices.md', () => {
  it('has every type', () => {
    expect([...DOCUMENTED.keys()].sort()).toEqual([...EVENT_TYPES].sort())
  })

  it('names what is in the data of each', async () => {
    const { json: key } = await api.call('POST', KEYS, { body: { name: 'partner' } })
    for (const disabled of [true, false]) {
      await api.call('PATCH', `${KEYS}/partner`, { body: { disabled } })
    }
    await api.call('POST', `${KEYS}/partner/rotate`, { body: {} })
    await api.call('DELETE', `${KEYS}/partner`)
    await api.call('POST', `/cloud/v1/faas/deleted_keys/1/1/${key.id}/restore`, { body: {} })
    await api.call('DELETE', `${KEYS}/partner?leaked=true`)
    const { json } = await api.call('GET', '/cloud/v1/notifications')
    expect(json.count).toBe(7)
    for (const { type, data } of json.results) {
      expect([type, ...Object.keys(data).sort()]).toEqual([
        type,
        ...Object.keys(dataOf(type)).sort(),
      ])
    }
  })

  it('has an event as it is sent', () => {
    const [, example] = /## The types.*?```json\n(.*?)```/s.exec(PAGE)!
    const body = JSON.parse(example!)
    const expireMs = Date.parse(body.data.expires_at)
    const of = {
      id: body.data.key.id,
      name: 'partner',
      scope: { projectId: 1, regionId: 1 },
      key: {
        createdAtMs: 0,
        notBeforeMs: null,
        expireMs,
        disabledAtMs: null,
        lastUsedAtMs: null,
      },
    }
    const event = noticeEvent(of, { kind: 'expiring', days: 7, expireMs })
    expect(eventBody({ ...event, id: 41, atMs: expireMs - 7 * DAY_MS })).toEqual(body)
    expect(event.data).toEqual(dataOf('key.expiring'))
    for (const notice of [
      { kind: 'expired', expireMs },
      { kind: 'unused', days: 90, sinceMs: 0 },
    ] as const) {
      const told = noticeEvent(of, notice)
      expect(told.data).toEqual(dataOf(told.type))
    }
  })
})
