import { once } from 'node:events'
import { connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { CallDesk, NewCall } from '../../src/domain/calls.ts'
import { makeCertificate, pairOf } from '../helpers/certificates.ts'
import { GatewayUnderTest } from './harness.ts'

test('a stream of HTTP/2 may leave its call behind as well', async () => {
  const kept: NewCall[] = []
  const desk: CallDesk = {
    async accept(call) {
      kept.push(call)
      return { kind: 'accepted', id: 'call_000000000000000000000000001' }
    },
    view: () => undefined,
    find: () => undefined,
    cancel: async () => 'unknown',
  }
  const made = await makeCertificate(['localhost'])
  const pairs = [pairOf(made, ['localhost'])]
  await using gateway = await GatewayUnderTest.start({
    tls: { pairs, minVersion: 'TLSv1.2', ticketKeys: Buffer.alloc(48, 1) },
    asyncCalls: {
      desk,
      bodyBytesMax: 200_000,
      answerBytesMax: 1,
      publicUrl: 'https://example.org',
    },
  })
  const route = await gateway.addRoute()
  const session = connect(`https://localhost:${gateway.port}`, { ca: made.cert })
  const send = async (bytes: number) => {
    const head = { ':method': 'POST', ':path': `/${route.label}/x`, prefer: 'respond-async' }
    const stream = session.request(head)
    stream.end(Buffer.alloc(bytes, 'x'))
    const [headers] = await once(stream, 'response')
    return { headers, body: JSON.parse(await text(stream)) }
  }
  const accepted = await send(150_000)
  expect(accepted.headers).toMatchObject({
    ':status': 202,
    location: `/-/calls/${accepted.body.id}`,
  })
  expect(kept[0]!.body!.byteLength).toBe(150_000)
  expect(kept[0]!.request).toMatchObject({ proto: 'https', target: '/x' })
  expect((await send(200_001)).headers).toMatchObject({ ':status': 413 })
  session.destroy()
})
