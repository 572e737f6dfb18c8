import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WINDOW_BYTES } from '../../src/wire/constants.ts'
import { FakeInstance, RecordingSink } from './fake-instance.ts'

const word = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** What the code in an instance may write to its socket, which is not ours to trust. */
const VIOLATIONS: readonly [what: string, act: (fake: FakeInstance) => void][] = [
  ['a type that does not exist', (fake) => fake.raw(Buffer.from('00000000ff0001000000', 'hex'))],
  ['a type of the other direction', (fake) => fake.send('REQUEST', 1, word(0))],
  ['a type of the control channel', (fake) => fake.send('READY', 0, Buffer.from('{}'))],
  ['a payload over the limit', (fake) => fake.raw(Buffer.from('01000400040001000000', 'hex'))],
  ['the longest length', (fake) => fake.raw(Buffer.from('ffffffff040001000000', 'hex'))],
  ['a response without a head', (fake) => fake.send('RESPONSE', 1)],
  ['a head longer than its frame', (fake) => fake.send('RESPONSE', 1, word(9))],
  ['a head of nothing', (fake) => fake.respond(1, '')],
  ['a status that is none', (fake) => fake.respond(1, '99')],
  ['a header split in the head', (fake) => fake.respond(1, '200\nx-a\nb\r\nx-c: d')],
  [
    'a second head',
    (fake) => {
      fake.respond(1, '200', '', false)
      fake.respond(1, '200', '', false)
    },
  ],
  ['data before the head', (fake) => fake.send('DATA', 1, Buffer.from('x'))],
  [
    'more data than its credit',
    (fake) => {
      fake.respond(1, '200', '', false)
      for (let i = 0; i < 4; i++) fake.send('DATA', 1, Buffer.alloc(WINDOW_BYTES / 4))
      fake.send('DATA', 1, Buffer.of(1))
    },
  ],
  ['more credit than the window', (fake) => fake.credit(1, 1)],
  ['credit to overflow a counter', (fake) => fake.credit(1, 0xffff_ffff)],
  ['credit that is no number', (fake) => fake.send('CREDIT', 1, Buffer.alloc(3))],
  ['a failure without a kind', (fake) => fake.send('FAILURE', 1)],
  ['a failure of a kind that does not exist', (fake) => fake.send('FAILURE', 1, Buffer.of(9))],
]

describe('an instance that sends', () => {
  test.each(VIOLATIONS)('%s loses its connection, and nothing else happens', async (_what, act) => {
    await using fake = await FakeInstance.open()
    const sinks = [new RecordingSink(), new RecordingSink()]
    for (const sink of sinks) fake.connection.request('GET\n/', undefined, true, sink)
    await fake.next('REQUEST')
    act(fake)
    expect(await fake.closed).toContain('the instance sent')
    for (const sink of sinks) expect(sink.events.at(-1)).toBe('lost end')
  })

  test('frames of ids that nobody knows is heard out', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    fake.connection.request('GET\n/', undefined, true, sink)
    fake.respond(77, '200')
    fake.respond(78, 'not even a status')
    fake.send('DATA', 79, Buffer.from('x'))
    fake.send('FAILURE', 80, Buffer.of(1))
    fake.credit(81, 5)
    fake.send('PONG', 0)
    fake.respond(1, '200')
    await sink.ended
    expect(sink.events).toEqual(['head 200 end'])
  })

  test.each([
    ['longer', 'GET', '200\ncontent-length\n3', 'four'],
    ['shorter', 'GET', '200\ncontent-length\n5', 'four'],
    ['with bytes for HEAD', 'HEAD', '200\ncontent-length\n4', 'four'],
    ['with bytes under 204', 'GET', '204', 'four'],
    ['with bytes under 304', 'GET', '304', 'four'],
  ])(
    'a body that is %s than its head says fails that request alone',
    async (_what, method, head, body) => {
      await using fake = await FakeInstance.open()
      const [bad, good] = [new RecordingSink(), new RecordingSink()]
      fake.connection.request(`${method}\n/`, undefined, true, bad)
      fake.connection.request('GET\n/', undefined, true, good)
      fake.respond(1, head, body)
      fake.respond(2, '200')
      await good.ended
      expect(bad.events).toEqual(['failure handler-error end'])
    },
  )

  test('a streamed body that ends too soon or goes on too long is broken off', async () => {
    await using fake = await FakeInstance.open()
    const [short, long] = [new RecordingSink(), new RecordingSink()]
    fake.connection.request('GET\n/', undefined, true, short)
    fake.connection.request('GET\n/', undefined, true, long)
    for (const id of [1, 2]) fake.respond(id, '200\ncontent-length\n4', 'ab', false)
    fake.send('DATA', 1, Buffer.from('c'), true)
    fake.send('DATA', 2, Buffer.from('cde'))
    await Promise.all([short.ended, long.ended])
    for (const sink of [short, long]) expect(sink.events.at(-1)).toBe('failure broken-off end')
  })

  test('a HEAD answer with a length and no body is fine', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    fake.connection.request('HEAD\n/', undefined, true, sink)
    fake.respond(1, '200\ncontent-length\n1000')
    await sink.ended
    expect(sink.events).toEqual(['head 200 content-length 1000 end'])
  })

  test('bytes at random never reach the gateway as more than a loss', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        await using fake = await FakeInstance.open()
        const sink = new RecordingSink()
        fake.connection.request('GET\n/', undefined, true, sink)
        fake.raw(bytes)
        fake.die()
        await fake.closed
        expect(sink.events.at(-1)).toMatch(/ end$/)
      }),
      { numRuns: 60 },
    )
  })
})
