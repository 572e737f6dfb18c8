import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAMESPACES, startApi, type TestApi } from './api-harness.ts'

const NAMES = '/cloud/v1/faas/function_names/1/1'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.call('POST', NAMESPACES, { body: { name: 'empty' } })
  await api.createDemo()
  for (const name of ['hello', 'bye']) await api.createFunction(name)
})
afterAll(() => api.close())

describe('the names of functions over the API', () => {
  it('are told by namespace, and of no function more than its name', async () => {
    expect((await api.call('GET', NAMES)).json).toEqual({
      count: 2,
      results: [
        { name: 'demo', functions: ['bye', 'hello'] },
        { name: 'empty', functions: [] },
      ],
    })
  })

  it('are paged by namespace', async () => {
    expect((await api.call('GET', `${NAMES}?limit=1&offset=1`)).json).toEqual({
      count: 2,
      results: [{ name: 'empty', functions: [] }],
    })
    expect((await api.call('GET', `${NAMES}?offset=7`)).json).toEqual({ count: 2, results: [] })
  })

  it('are those of a region that there is', async () => {
    expect((await api.call('GET', NAMES.replace('/1/1', '/1/9'))).status).toBe(404)
  })
})
