import { afterAll, beforeAll, expect, it } from 'vitest'
import { startApi, type TestApi } from './api-harness.ts'
import { routes } from './route-list.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema: { readonly type?: string; readonly items?: { readonly type?: string } }
}

/** As the document in force has them. */
async function numbersInQueries() {
  const served = (await api.app.inject('/openapi.json')).json().paths
  return routes.flatMap(({ name, method, path, url }) => {
    const parameters: readonly Parameter[] = served[path][method.toLowerCase()].parameters ?? []
    return parameters
      .filter(({ in: place, schema }) => {
        return place === 'query' && [schema.type, schema.items?.type].includes('integer')
      })
      .map((parameter) => ({ name, method, url, query: parameter.name }))
  })
}

it.each(['Infinity', '-Infinity', '1e999'])(
  'refuses %s wherever a query holds a number',
  async (number) => {
    const queries = await numbersInQueries()
    expect(queries.length).toBeGreaterThan(20)
    for (const { name, method, url, query } of queries) {
      const { status, json } = await api.call(method, `${url}?${query}=${number}`)
      expect([name, query, status, json.code]).toEqual([name, query, 400, 'invalid_parameter'])
      expect(json.errors, name).toContainEqual({ field: query, message: 'must be an integer' })
    }
  },
)

it('takes no endless number for a part of a path', async () => {
  for (const url of ['/cloud/v1/users/Infinity', '/cloud/v1/tokens/1e999']) {
    const { status } = await api.call('DELETE', url)
    expect([url, status]).toEqual([url, 400])
  }
})
