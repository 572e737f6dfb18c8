import type { LookupAddress, lookup } from 'node:dns'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostRule } from '../../src/domain/webhook-hosts.ts'
import { sendWebhook } from '../../src/notify/webhook-sender.ts'
import { signatureHeaders } from '../../src/notify/webhook-signature.ts'
import { makeCertificate } from '../helpers/certificates.ts'
import {
  answerWith,
  hang,
  startReceiver,
  verified,
  type WebhookReceiver,
} from '../helpers/webhook-receiver.ts'

const NOW_MS = Date.parse('2026-08-22T11:21:00Z')
const SECRETS = [
  `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
]
const LOOPBACK = hostRule(['external', '127.0.0.1'])

let receiver: WebhookReceiver

beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

function send(url: string, options: Partial<Parameters<typeof sendWebhook>[1]> = {}) {
  return sendWebhook(
    { url, headers: { 'webhook-id': 'msg_1' }, body: '{"a":"ü"}' },
    { rule: LOOPBACK, timeoutMs: 20_000, nowMs: NOW_MS, ...options },
  )
}

/** Answers with the next of these addresses each time that a name is looked up. */
function names(...answers: string[][]): typeof lookup {
  const find = (
    _name: string,
    _options: object,
    callback: (error: null, found: LookupAddress[]) => void,
  ) => {
    const addresses = answers.shift() ?? []
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    )
  }
  return find as unknown as typeof lookup
}

describe('a webhook', () => {
  it('is signed as the verifier of the standard wants it, with each of its secrets', async () => {
    const body = '{"type":"key.created","data":"ü"}'
    const headers = signatureHeaders({ id: 'msg_1', atMs: Date.now(), body }, SECRETS)
    await sendWebhook(
      { url: receiver.url, headers, body },
      { rule: LOOPBACK, timeoutMs: 20_000, nowMs: NOW_MS },
    )
    const [one] = receiver.received
    expect(one!.headers['content-type']).toBe('application/json')
    for (const secret of SECRETS) {
      expect(verified(secret, one!)).toEqual({ type: 'key.created', data: 'ü' })
    }
    const wrong = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
    expect(() => verified(wrong, one!)).toThrow('No matching signature found')
  })

  it('is posted with path, query and credentials of its URL', async () => {
    const url = new URL(`${receiver.url}/in/here?token=abc`)
    url.username = 'user'
    url.password = 'p%40ss'
    expect(await send(url.href)).toEqual({
      kind: 'answered',
      status: 200,
      answer: 'taken',
      retryAfterMs: null,
    })
    const [one] = receiver.received
    expect(one).toMatchObject({ method: 'POST', url: '/in/here?token=abc', body: '{"a":"ü"}' })
    expect(one!.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`)
  })

  it('follows no redirect', async () => {
    receiver.answer = answerWith(302, { location: `${receiver.url}/elsewhere` }, '')
    expect(await send(receiver.url)).toMatchObject({ kind: 'answered', status: 302 })
    expect(receiver.received).toHaveLength(1)
  })

  it('is given up when no answer comes in time, and not when only the body does not end', async () => {
    receiver.answer = hang
    expect(await send(receiver.url, { timeoutMs: 100 })).toEqual({
      kind: 'unanswered',
      error: 'There was no answer within 0.1 s.',
    })
    receiver.answer = (_request, response) => void response.writeHead(202).write('a beginning')
    expect(await send(receiver.url, { timeoutMs: 1_000 })).toMatchObject({
      kind: 'answered',
      status: 202,
      answer: 'a beginning',
    })
  })

  it('reads no more of an answer than it keeps', async () => {
    receiver.answer = (_request, response) => {
      response.writeHead(500)
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      }
      response.on('drain', more)
      more()
    }
    expect(await send(receiver.url)).toMatchObject({ status: 500, answer: 'x'.repeat(1024) })
  })

  it.each([
    ['120', 120_000],
    ['Sat, 22 Aug 2026 11:22:00 GMT', 60_000],
    ['Sat, 22 Aug 2026 11:00:00 GMT', 0],
    ['soon', null],
  ])('reads Retry-After: %s', async (header, ms) => {
    receiver.answer = answerWith(503, { 'retry-after': header })
    expect(await send(receiver.url)).toMatchObject({ status: 503, retryAfterMs: ms })
  })

  it('says why there is no connection, without credentials and query', async () => {
    await receiver.close()
    const url = receiver.url.replace('http://', 'http://user:hidden1@')
    const answer = await send(`${url}/?token=hidden2`)
    expect(answer).toMatchObject({
      kind: 'unanswered',
      error: expect.stringMatching('ECONNREFUSED'),
    })
    expect(JSON.stringify(answer)).not.toMatch(/hidden/)
    receiver = await startReceiver()
  })
})

describe('an https URL', () => {
  it('is not called when its certificate is not trusted', async () => {
    const server = createServer(await makeCertificate(['localhost']), () => {
      throw new Error('it must not come to a request')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await send(`https://127.0.0.1:${port}/`)).toEqual({
      kind: 'unanswered',
      error: expect.stringMatching(/self.signed/),
    })
    server.close()
  })
})

describe('hosts that are not allowed', () => {
  const rule = hostRule(['external'])

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '[::1]'])(
    'are not connected to, however %s is written',
    async (host) => {
      const url = new URL(receiver.url)
      url.hostname = host
      expect(await send(url.href, { rule })).toEqual({
        kind: 'unanswered',
        error: expect.stringMatching(/LATCHKEY_WEBHOOK_HOSTS does not allow\.$/),
      })
      expect(receiver.received).toHaveLength(0)
    },
  )

  it('are found at the address that a name has when it is connected to', async () => {
    const { port } = new URL(receiver.url)
    const url = `http://rebinding.example:${port}/`
    const options = { lookup: names(['127.0.0.1'], ['10.0.0.1'], ['169.254.169.254', '10.0.0.2']) }
    expect(await send(url, options)).toMatchObject({ kind: 'answered', status: 200 })
    for (const _ of [1, 2]) {
      expect(await send(url, options)).toMatchObject({ error: expect.stringMatching(/not allow/) })
    }
    expect(receiver.received).toHaveLength(1)
  })

  it('are left out where a name has others too', async () => {
    const { port } = new URL(receiver.url)
    const options = { lookup: names(['10.0.0.1', '127.0.0.1']) }
    expect(await send(`http://two.example:${port}/`, options)).toMatchObject({ status: 200 })
  })

  it('are allowed by name, whatever the address is', async () => {
    const url = receiver.url.replace('127.0.0.1', 'localhost')
    expect(await send(url, { rule: hostRule(['localhost']) })).toMatchObject({ status: 200 })
    expect(await send(url, { rule: hostRule(['all']) })).toMatchObject({ status: 200 })
  })
})
