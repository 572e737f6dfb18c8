import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, startApi, type TestApi } from './api-harness.ts'
import { cloudRoutes } from './route-list.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('without a valid token', () => {
  it.each(cloudRoutes)('$name is 401', async ({ method, url }) => {
    const answer = await api.call(method, url, { authorization: null })
    expect(answer.json).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(answer.headers['www-authenticate']).toMatch(/^apikey\b/)
  })

  it.each([
    '',
    'apikey',
    'apikey ',
    'apikey 1',
    'apikey $',
    'apikey 1$',
    'apikey 1$wrong',
    'apikey 999999$wrong',
    'apikey 99999999999999999999$wrong',
    'Bearer 1$wrong',
    'apikey one$wrong',
    "apikey 1' OR '1'='1",
    `apikey 1$${'x'.repeat(5000)}`,
  ])('%j is 401', async (authorization) => {
    expect((await api.call('GET', KEYS, { authorization })).status).toBe(401)
  })

  it('a token that lacks or gains a character is 401, in either spelling it is 200', async () => {
    const { token } = api
    for (const wrong of [token.slice(0, -1), `${token}x`, token.replace(/^\d+/, '2')]) {
      expect((await api.call('GET', KEYS, { authorization: `apikey ${wrong}` })).status).toBe(401)
    }
    for (const right of [token, token.replace('$', '_')]) {
      for (const scheme of ['apikey', 'APIKey', 'ApiKey ']) {
        const authorization = `${scheme} ${right}`
        expect((await api.call('GET', KEYS, { authorization })).status).toBe(200)
      }
    }
  })

  it('the log holds neither tokens nor key secrets', async () => {
    const made = await api.call('POST', KEYS, { body: { name: 'canary' } })
    const log = api.logLines.join('\n')
    expect(log).toContain('"path":"/cloud/v1/faas/keys/1/1"')
    expect(log).not.toContain(api.token.split('$')[1])
    expect(log).not.toContain(made.json.secret)
  })
})
