import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { makeCertificate, pairOf } from '../helpers/certificates.ts'
import { GatewayUnderTest, type RunningInstance, until } from './harness.ts'

const MIB = 1024 * 1024
/** Two of them are too many to be gathered at a time. */
const BODY_MAX = 40 * MIB
const SLOTS = 2

let gateway: GatewayUnderTest
let session: ClientHttp2Session
let route: Route
let instance: RunningInstance
beforeAll(async () => {
  const made = await makeCertificate(['localhost'])
  const pairs = [pairOf(made, ['localhost'])]
  gateway = await GatewayUnderTest.start({
    tls: { pairs, minVersion: 'TLSv1.2', ticketKeys: Buffer.alloc(48, 1) },
    limits: { repeatBytesMax: BODY_MAX, headersTimeoutMs: 5000, requestTimeoutMs: 8000 },
  })
  route = await gateway.addRoute()
  const code = "module.exports.handler = ({ data }) => 'got ' + data.length"
  instance = await gateway.startInstance(route, { 'handler.js': code }, SLOTS)
  // Node's client resets an answer that comes while more than ten megabytes of its own wait to be sent.
  const maxSessionMemory = (4 * BODY_MAX) / MIB
  session = connect(`https://localhost:${gateway.port}`, { ca: made.cert, maxSessionMemory })
})
afterAll(async () => {
  session.destroy()
  await gateway[Symbol.asyncDispose]()
})

/** A stream whose body is waited for. */
async function begin(bytes: number): Promise<ClientHttp2Stream> {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${route.label}`,
    'content-type': 'text/plain',
    'content-length': String(bytes),
    expect: '100-continue',
  })
  stream.on('error', () => {
    // Being reset is what some tests do.
  })
  await once(stream, 'continue')
  return stream
}

async function answerOf(stream: ClientHttp2Stream): Promise<string> {
  const [headers] = (await once(stream, 'response')) as [{ ':status'?: number }]
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return `${headers[':status']} ${text}`
}

describe('while a small body is on its way', () => {
  test('its stream holds no slot, however many they are', async () => {
    const slow = await Promise.all(Array.from({ length: 20 * SLOTS }, () => begin(8)))
    for (const stream of slow) stream.write('half')
    const other = session.request({ ':path': `/${route.label}` })
    expect(await answerOf(other)).toBe('200 got undefined')
    expect(gateway.slots.inFlight(instance.slot)).toBe(0)
    const answers = slow.map(answerOf)
    for (const stream of slow) stream.end('+end')
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['200 got 8']))
  })

  test('the function hears nothing of one that is left, or too slow', async () => {
    const before = instance.shim.begunId()
    const left = await begin(8)
    left.write('half')
    left.close()
    const slow = await begin(8)
    slow.write('half')
    expect(await answerOf(slow)).toMatch(/^408 .*"request_timeout"/)
    expect(instance.shim.begunId()).toBe(before)
  })
})

test('bodies that are too many to be gathered are sent on as they come', async () => {
  const first = await begin(BODY_MAX)
  const second = await begin(BODY_MAX)
  first.write(Buffer.alloc(BODY_MAX - 1))
  second.write(Buffer.alloc(BODY_MAX - 1))
  await gateway.inFlight(instance, 1)
  const answers = [answerOf(first), answerOf(second)]
  second.end('a')
  first.end('a')
  expect(await Promise.all(answers)).toEqual(Array(2).fill(`200 got ${BODY_MAX}`))
  await until(() => gateway.slots.inFlight(instance.slot) === 0)
})
