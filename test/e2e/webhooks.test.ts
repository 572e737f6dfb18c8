import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'
import {
  answerOk,
  hang,
  startReceiver,
  verified,
  type WebhookReceiver,
} from '../helpers/webhook-receiver.ts'

const WAIT = { timeout: 60_000, interval: 50 }
const ENV = { LATCHKEY_WEBHOOK_HOSTS: '127.0.0.1' }

let server: TestServer
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await startReceiver()
  server = await startServer({ env: ENV })
})
afterAll(async () => {
  await receiver.close()
  await cleanUp(server)
})

describe('a webhook', () => {
  it('is told again of what was sent when the server was killed before it knew the answer', async () => {
    const { webhooks } = operator(server).client
    const { id, secret } = await webhooks.create(1, { url: receiver.url, events: ['key.created'] })
    receiver.answer = hang
    await operator(server).client.keys.create(SCOPE, { name: 'shop', functions: [] })
    await receiver.count(1)
    await server.kill()
    receiver.answer = answerOk
    server = await startServer({ dataDir: server.dataDir, env: ENV })
    await receiver.count(2)
    const [first, second] = receiver.received
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id'])
    expect(second!.body).toBe(first!.body)
    expect(verified(secret, second!)).toMatchObject({
      type: 'key.created',
      data: { key: { name: 'shop' } },
    })
    const log = async () => (await operator(server).client.webhooks.deliveries(1, id)).results
    await expect
      .poll(async () => (await log()).map(({ state }) => state), WAIT)
      .toEqual(['delivered'])
    expect((await log())[0]!.attempts).toMatchObject([
      { number: 1, status: null, duration_ms: null },
      { number: 2, status: 200 },
    ])
  })
})
