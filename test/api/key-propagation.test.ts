import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FUNCTIONS, KEYS, startApi, type TestApi } from './api-harness.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.createFunction('hello')
})
afterAll(() => api.close())

const hello = { name: 'hello', namespace: 'demo' }

async function create(name: string, functions: object[] = []): Promise<{ id: string }> {
  return (await api.call('POST', KEYS, { body: { name, functions } })).json
}

async function propagation(nameOrId: string) {
  return await api.call('GET', `${KEYS}/${nameOrId}/propagation`)
}

function revisionOf(answer: { headers: Record<string, unknown> }): number {
  return Number(/^revision=(\d+);/.exec(String(answer.headers['latchkey-propagation']))![1])
}

describe('where a key’s newest change is in force', () => {
  it('is told node by node', async () => {
    await create('told')
    const changed = await api.call('PATCH', `${KEYS}/told`, { body: { disabled: true } })
    const revision = revisionOf(changed)
    const well = {
      isConnected: true,
      counts: true,
      appliedRevision: revision,
      silentMs: 1_249,
      staleAfterMs: 0,
    }
    api.nodes.standings = [
      { name: 'a', ...well },
      { name: 'b', ...well, appliedRevision: revision - 1 },
      {
        name: 'c',
        isConnected: false,
        counts: true,
        appliedRevision: -1,
        silentMs: undefined,
        staleAfterMs: 0,
      },
    ]
    api.nodes.laggards = ['b', 'c']
    const { status, json } = await propagation('told')
    expect(status).toBe(200)
    const shown = { connected: true, counts: true, silent_for_seconds: 1.2 }
    expect(json).toEqual({
      key: 'told',
      key_id: expect.any(String),
      deleted: false,
      revision,
      state: 'lagging',
      nodes: [
        { name: 'a', ...shown, applied_revision: revision, applied: true },
        { name: 'b', ...shown, applied_revision: revision - 1, applied: false },
        {
          name: 'c',
          connected: false,
          counts: true,
          applied_revision: null,
          applied: false,
          silent_for_seconds: null,
        },
      ],
    })
    api.nodes.standings = []
    api.nodes.laggards = []
  })

  it('counts what changes it from elsewhere, and nothing else', async () => {
    await create('elsewhere', [hello])
    await create('other')
    const before = (await propagation('elsewhere')).json.revision
    await api.call('PATCH', `${KEYS}/other`, { body: { description: 'x' } })
    expect((await propagation('elsewhere')).json.revision).toBe(before)
    const changed = await api.call('PATCH', `${FUNCTIONS}/hello`, { body: { keys: [] } })
    expect((await propagation('elsewhere')).json.revision).toBe(revisionOf(changed))
  })

  it('is told of a deleted key by name, the newest of it, and by id', async () => {
    const first = await create('again')
    const firstDeletion = await api.call('DELETE', `${KEYS}/again`)
    const second = await create('again')
    expect((await propagation('again')).json).toMatchObject({ key_id: second.id, deleted: false })
    const secondDeletion = await api.call('DELETE', `${KEYS}/again?leaked=true`)
    expect((await propagation('again')).json).toMatchObject({
      key: 'again',
      key_id: second.id,
      deleted: true,
      revision: revisionOf(secondDeletion),
    })
    expect((await propagation(first.id)).json).toMatchObject({
      key: 'again',
      deleted: true,
      revision: revisionOf(firstDeletion),
    })
    expect((await propagation('never')).status).toBe(404)
  })
})
