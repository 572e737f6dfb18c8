import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FUNCTIONS, startApi, type TestApi } from './api-harness.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  await api.createDemo()
})
afterEach(() => api.close())

const value = 'correct horse battery'

describe('secret_envs', () => {
  it('are taken, changed one by one, and never shown', async () => {
    const made = await api.createFunction('hello', { secret_envs: { B: value, A: 'x' } })
    expect(await api.taskEnd(made)).toMatchObject({ state: 'FINISHED' })
    const url = `${FUNCTIONS}/hello`
    const names = async () => (await api.call('GET', url)).json.secret_env_names
    expect(await names()).toEqual(['A', 'B'])
    await api.taskEnd(await api.call('PATCH', url, { body: { secret_envs: { A: null, C: 'y' } } }))
    expect(await names()).toEqual(['B', 'C'])
    await api.taskEnd(await api.call('PATCH', url, { body: { envs: null, secret_envs: null } }))
    expect(await names()).toEqual(['B', 'C'])
    for (const path of [url, FUNCTIONS, `${url}/versions/1`, '/cloud/v1/tasks']) {
      expect((await api.call('GET', path)).text).not.toContain(value)
    }
    expect(api.logLines.join('')).not.toContain(value)
  })

  it('are refused by name and not by value', async () => {
    for (const secret_envs of [
      { 'no name': value },
      { A: 7 },
      { A: '' },
      { A: 'x'.repeat(8193) },
    ]) {
      const { status, text, json } = await api.createFunction('hello', { secret_envs })
      expect(status).toBe(400)
      expect(json.errors[0].field).toMatch(/^secret_envs\.(A|no name)$/)
      expect(text).not.toContain(value)
    }
    const { json } = await api.createFunction('hello', { secret_envs: { A: null } })
    expect(json.errors[0]).toEqual({ field: 'secret_envs.A', message: 'must be a string' })
  })

  it('are part of what a repeated request repeats', async () => {
    const post = (secret: string) =>
      api.call('POST', '/cloud/v1/faas/namespaces/1/1', {
        body: { name: 'sealed', secret_envs: { A: secret } },
        headers: { 'idempotency-key': 'once' },
      })
    const first = await post(value)
    expect(first.status).toBe(200)
    const again = await post(value)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json).toEqual(first.json)
    expect((await post('another')).status).toBe(422)
  })
})
