import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { START_MS, startApi, type TestApi } from './api-harness.ts'
import { tokenWith } from './operators.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi({ deps: { about: { version: '1.2.3', databaseBytes: () => 4096 } } })
})
afterAll(() => api.close())

const NODES = '/cloud/v1/nodes'

describe('the nodes', () => {
  it('are told with what they have applied and what works there, and control with them', async () => {
    const well = { isConnected: true, counts: true, appliedRevision: 1, silentMs: 1_249 }
    api.nodes.standings = [
      { name: 'a', ...well, staleAfterMs: 90_000 },
      {
        ...{ name: 'b', isConnected: false, counts: true, appliedRevision: -1 },
        ...{ silentMs: undefined, staleAfterMs: 0 },
      },
    ]
    api.nodes.counts = new Map([
      ['f1', { total: 3, ready: 2 }],
      ['f2', { total: 0, ready: 0 }],
    ])
    const { status, json } = await api.call('GET', NODES)
    expect(status).toBe(200)
    expect(json).toEqual({
      control: {
        version: '1.2.3',
        started_at: '2026-08-22T11:21:00Z',
        revision: expect.any(Number),
        database_bytes: 4096,
      },
      results: [
        {
          ...{ name: 'a', connected: true, counts: true, applied_revision: 1 },
          ...{ silent_for_seconds: 1.2, stale_after_seconds: 90 },
          ...{ instances: { total: 3, ready: 2 }, functions: 1 },
        },
        {
          ...{ name: 'b', connected: false, counts: true, applied_revision: null },
          ...{ silent_for_seconds: null, stale_after_seconds: null },
          ...{ instances: null, functions: null },
        },
      ],
    })
    expect(Date.parse(json.control.started_at)).toBe(START_MS)
  })

  it('are shown to those who may see all projects', async () => {
    const asked = async (name: string, projectId: number | null) => {
      const token = await tokenWith(api, name, [{ projectId, role: 'viewer' }])
      return (await api.call('GET', NODES, { authorization: `apikey ${token}` })).status
    }
    expect(await asked('of all', null)).toBe(200)
    expect(await asked('of one', 1)).toBe(403)
  })
})
