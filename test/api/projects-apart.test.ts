import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FUNCTIONS, KEYS, startApi, type TestApi } from './api-harness.ts'
import { tokenWith } from './operators.ts'

let api: TestApi
let other: { readonly authorization: string }
const ids = { deletedKey: '', webhook: '', task: '' }

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  const task = await api.createFunction('hello')
  ids.task = task.json.tasks[0]
  await api.taskEnd(task)
  await api.call('POST', '/cloud/v1/projects', { body: { name: 'another' } })
  const token = await tokenWith(api, 'owner of 2', [{ projectId: 2, role: 'owner' }])
  other = { authorization: `apikey ${token}` }
  const key = await api.call('POST', KEYS, { body: { name: 'gone' } })
  ids.deletedKey = key.json.id
  await api.call('DELETE', `${KEYS}/gone`)
  await api.call('POST', KEYS, { body: { name: 'kept' } })
  const webhook = await api.call('POST', '/cloud/v1/faas/webhooks/1', {
    body: { url: 'https://hooks.example.com/x', enabled: false },
  })
  ids.webhook = webhook.json.id ?? ''
})
afterAll(() => api.close())

describe('an owner of another project, with ids of this one in the paths of the other', () => {
  it.each([
    ['GET', () => `${KEYS}/kept`.replace('/1/1', '/2/1')],
    ['PATCH', () => `${KEYS}/kept`.replace('/1/1', '/2/1')],
    ['DELETE', () => `${KEYS}/kept`.replace('/1/1', '/2/1')],
    ['GET', () => `${KEYS}/kept/usage`.replace('/1/1', '/2/1')],
    ['GET', () => `${FUNCTIONS}/hello`.replace('/1/1', '/2/1')],
    ['GET', () => `${FUNCTIONS}/hello/logs`.replace('/1/1', '/2/1')],
    ['GET', () => `${FUNCTIONS}/hello/versions/1`.replace('/1/1', '/2/1')],
    ['DELETE', () => `${FUNCTIONS}/hello`.replace('/1/1', '/2/1')],
    ['POST', () => `/cloud/v1/faas/deleted_keys/2/1/${ids.deletedKey}/restore`],
    ['DELETE', () => `/cloud/v1/faas/deleted_keys/2/1/${ids.deletedKey}`],
    ['GET', () => `/cloud/v1/faas/webhooks/2/${ids.webhook}`],
    ['PATCH', () => `/cloud/v1/faas/webhooks/2/${ids.webhook}`],
    ['DELETE', () => `/cloud/v1/faas/webhooks/2/${ids.webhook}`],
    ['POST', () => `/cloud/v1/faas/webhooks/2/${ids.webhook}/rotate_secret`],
    ['POST', () => `/cloud/v1/faas/webhooks/2/${ids.webhook}/test`],
    ['GET', () => `/cloud/v1/faas/webhooks/2/${ids.webhook}/deliveries`],
    ['GET', () => `/cloud/v1/tasks/${ids.task}`],
  ])('%s finds nothing', async (method, url) => {
    for (const id of Object.values(ids)) expect(id).not.toBe('')
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
    const answer = await api.call(method, url(), { ...other, ...body })
    expect(answer.json, url()).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('sees nothing of this one in lists, and finds all of it untouched', async () => {
    for (const url of [
      '/cloud/v1/tasks',
      '/cloud/v1/notifications',
      '/cloud/v1/faas/webhooks/2',
      '/cloud/v1/faas/keys/2/1',
      '/cloud/v1/faas/deleted_keys/2/1',
    ]) {
      expect((await api.call('GET', url, other)).json, url).toMatchObject({ count: 0, results: [] })
    }
    for (const url of ['/cloud/v1/audit', '/cloud/v1/audit?project_id=1']) {
      const { text } = await api.call('GET', url, other)
      expect(text, url).not.toMatch(/kept|gone|hello/)
    }
    const asked = await api.call('GET', '/cloud/v1/notifications?project_id=1', other)
    expect(asked.json.results).toEqual([])
    expect((await api.call('GET', `${KEYS}/kept`)).status).toBe(200)
    const deleted = await api.call('GET', '/cloud/v1/faas/deleted_keys/1/1')
    expect(deleted.json.count).toBe(1)
  })

  it.each(['%201', '01', '1e0', '0x1', '%2B1', '1.0', '1%20'])(
    'does not get in by writing the number as %j',
    async (written) => {
      const url = `/cloud/v1/faas/keys/${written}/1`
      const answer = await api.call('GET', url, other)
      expect(answer.json.code, url).toBe('not_found')
    },
  )
})
