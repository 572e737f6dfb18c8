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

const NO_NUMBERS = ['Infinity', '-Infinity', '1e999', '0x1', '1e0', '1.0', '%201', '%2B1', '']

it.each([...NO_NUMBERS.map((text) => [text, text]), ['400 digits', '9'.repeat(400)]])(
  'refuses %s wherever a query holds an integer',
  async (_title, text) => {
    const queries = await numbersInQueries()
    expect(queries.length).toBeGreaterThan(20)
    for (const { name, method, url, query } of queries) {
      const { status, json } = await api.call(method, `${url}?${query}=${text}`)
      expect([name, query, status, json.code]).toEqual([name, query, 400, 'invalid_parameter'])
      // Of a list, the first one.
      expect([query, `${query}.0`], name).toContain(json.errors[0].field)
      expect(json.errors[0].message, name).toBe('must be an integer')
    }
  },
)

it('takes no such number for a part of a path', async () => {
  for (const url of ['/cloud/v1/users/Infinity', '/cloud/v1/tokens/1e999', '/cloud/v1/users/0x1']) {
    const { status } = await api.call('DELETE', url)
    expect([url, status]).toEqual([url, 400])
  }
})
