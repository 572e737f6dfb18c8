import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCESS } from '../../src/api/access.ts'
import { startApi, type TestApi } from './api-harness.ts'
import { document } from './contract-check.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId }]) => ({ path, method, operationId })),
)

describe('the table of access', () => {
  it('has a line for every route below /cloud and /iam, and no other', async () => {
    const served = (await api.app.inject('/openapi.json')).json().paths as typeof document.paths
    const ids = Object.entries(served)
      .filter(([path]) => /^\/(cloud|iam)\//.test(path))
      .flatMap(([, item]) => Object.values(item).map(({ operationId }) => operationId!))
    expect(ids.sort()).toEqual(Object.keys(ACCESS).sort())
  })

  it('asks for a role on the project wherever the path names one', () => {
    for (const { path, operationId } of operations) {
      if (!path.includes('{project_id}')) continue
      expect(ACCESS[operationId!], path).toMatch(/^project:/)
    }
  })

  it('asks for more than reading of whoever changes something in a project', () => {
    for (const { path, method, operationId } of operations) {
      if (!path.includes('{project_id}') || method === 'get') continue
      expect(ACCESS[operationId!], `${method} ${path}`).toMatch(/^project:(editor|owner)$/)
    }
  })
})
