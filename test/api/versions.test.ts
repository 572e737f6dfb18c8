import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FUNCTIONS, startApi, type TestApi } from './api-harness.ts'

const HELLO = `${FUNCTIONS}/hello`
let api: TestApi
beforeEach(async () => {
  api = await startApi()
  await api.createDemo()
  await api.taskEnd(await api.createFunction('hello', { envs: { A: '1' } }))
})
afterEach(() => api.close())

const patch = async (body: object) => api.taskEnd(await api.call('PATCH', HELLO, { body }))
const NEWER = "module.exports.handler = () => 'newer'"

describe('versions', () => {
  it('are listed, read, compared and brought back', async () => {
    await patch({ code_text: NEWER })
    const { json: list } = await api.call('GET', `${HELLO}/versions?limit=1`)
    expect(list).toMatchObject({ count: 2, results: [{ number: 2, is_current: true }] })
    expect(list.results[0].token_name).not.toBe('')
    const { json: first } = await api.call('GET', `${HELLO}/versions/1`)
    expect(first).toMatchObject({ number: 1, is_current: false, envs: { A: '1' } })
    const { json: diff } = await api.call('GET', `${HELLO}/versions/2/diff?with=1`)
    expect(diff.parts[0].diff).toContain(`+${NEWER}`)
    const back = await api.call('POST', `${HELLO}/versions/1/rollback`)
    expect(back.headers['latchkey-propagation']).toMatch(/applied$/)
    expect(await api.taskEnd(back)).toMatchObject({ state: 'FINISHED' })
    const { json: fn } = await api.call('GET', HELLO)
    expect(fn).toMatchObject({ code_text: first.code_text, build_status: 'succeeded' })
    const { json: after } = await api.call('GET', `${HELLO}/versions/3`)
    expect(after).toMatchObject({ is_current: true, rolled_back_to: 1 })
  })

  it('that do not exist are not found, and numbers that are none are refused', async () => {
    for (const path of ['versions/7', 'versions/7/diff', 'versions/1/diff?with=7']) {
      expect((await api.call('GET', `${HELLO}/${path}`)).status, path).toBe(404)
    }
    expect((await api.call('POST', `${HELLO}/versions/7/rollback`)).status).toBe(404)
    for (const path of ['versions/0', 'versions/x', 'versions/1/diff?with=0', 'versions?limit=0']) {
      expect((await api.call('GET', `${HELLO}/${path}`)).status, path).toBe(400)
    }
  })

  it('come back once for one idempotency key', async () => {
    await patch({ code_text: NEWER })
    const headers = { 'idempotency-key': 'once' }
    const first = await api.call('POST', `${HELLO}/versions/1/rollback`, { headers })
    await api.taskEnd(first)
    const again = await api.call('POST', `${HELLO}/versions/1/rollback`, { headers })
    expect(again.json).toEqual(first.json)
    expect((await api.call('GET', `${HELLO}/versions`)).json.count).toBe(3)
  })
})

describe('the newest build', () => {
  it('is told as JSON', async () => {
    const { json } = await api.call('GET', `${HELLO}/build`)
    expect(json).toMatchObject({ status: 'succeeded', started_at: expect.any(String) })
    expect(json.message).toContain('Built handler.js')
  })

  it('is told as events to those who ask for them', async () => {
    const response = await stream()
    expect(response.headers['content-type']).toBe('text/event-stream')
    expect(response.headers['cache-control']).toBe('no-store')
    const body = await text(response)
    expect(body).toMatch(
      /^retry: \d+\n\nevent: status\ndata: succeeded\n\nevent: line\nid: 1-1\ndata: Built handler\.js/,
    )
    expect(body).toMatch(/event: end\ndata: \{"status":"succeeded"\}\n\n$/)
    expect(await text(await stream({ 'last-event-id': '1-1' }))).not.toContain('event: line')
  })

  it('is told while it goes on, and the stream ends when the server stops', async () => {
    // The build waits for its turn: nothing ends it.
    await api.control.stop()
    await api.call('PATCH', HELLO, { body: { code_text: NEWER } })
    const response = await stream()
    const [first] = await once(response, 'data')
    expect(String(first)).toContain('retry:')
    const closed = api.app.close()
    await text(response)
    await closed
  })
})

async function stream(headers: Record<string, string> = {}): Promise<IncomingMessage> {
  if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.address() as AddressInfo
  const authorization = `apikey ${api.token}`
  const accept = 'text/event-stream'
  const sent = request({
    host: '127.0.0.1',
    port,
    path: `${HELLO}/build`,
    headers: { accept, authorization, ...headers },
  })
  const [response] = (await once(sent.end(), 'response')) as [IncomingMessage]
  return response
}
