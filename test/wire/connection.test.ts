import { describe, expect, test } from 'vitest'
import { InstanceConnection } from '../../src/wire/connection.ts'
import { FRAME_TYPES, WINDOW_BYTES } from '../../src/wire/constants.ts'
import { FakeInstance, RecordingSink } from './fake-instance.ts'

const GET = 'GET\n/'

describe('a connection', () => {
  test('greets with its thread and the version', async () => {
    await using fake = await FakeInstance.open(7)
    const hello = await fake.next()
    expect(hello).toMatchObject({ type: FRAME_TYPES.HELLO, id: 0 })
    expect(hello.payload.toString('hex')).toBe('0700000001000000')
  })

  test('rejects when nobody listens', async () => {
    await expect(InstanceConnection.open('/nowhere/i.sock', 0, () => {})).rejects.toThrow('ENOENT')
  })

  test('gives each request the next id and its own answer, in any order', async () => {
    await using fake = await FakeInstance.open()
    const sinks = [new RecordingSink(), new RecordingSink(), new RecordingSink()]
    const ids = sinks.map((sink) => fake.connection.request(GET, undefined, true, sink).id)
    expect(ids).toEqual([1, 2, 3])
    for (const id of [2, 3, 1]) fake.respond(id, `200\nx-id\n${id}`, `body ${id}`)
    await Promise.all(sinks.map((sink) => sink.ended))
    expect(sinks.map((sink) => sink.events)).toEqual(
      ids.map((id) => [`head 200 x-id ${id} +body ${id} end`]),
    )
  })

  test('wraps its ids at 32 bits, past 0 and past those in flight', async () => {
    await using fake = await FakeInstance.open(0, 0xffff_fffe)
    const request = () => fake.connection.request(GET, undefined, true, new RecordingSink()).id
    expect([request(), request(), request()]).toEqual([0xffff_ffff, 1, 2])
    await using other = await FakeInstance.open(0, 0)
    const first = other.connection.request(GET, undefined, true, new RecordingSink())
    expect(first.id).toBe(1)
  })

  test('sends a small request with its body as one frame', async () => {
    await using fake = await FakeInstance.open()
    fake.connection.request('POST\n/a', Buffer.from('body'), true, new RecordingSink())
    const frame = await fake.next('REQUEST')
    expect(frame.end).toBe(true)
    expect(frame.payload.toString('latin1')).toBe('\x07\0\0\0POST\n/abody')
  })

  test('answers pings in order and rejects them when it closes', async () => {
    await using fake = await FakeInstance.open()
    await fake.settled()
    const pong = fake.connection.ping()
    await fake.next('PING')
    fake.die()
    await expect(pong).rejects.toThrow()
    await expect(fake.connection.ping()).rejects.toThrow()
  })

  test('loses its requests when the instance dies, and says so once', async () => {
    await using fake = await FakeInstance.open()
    const [before, after] = [new RecordingSink(), new RecordingSink()]
    const stream = fake.connection.request(GET, undefined, false, before)
    fake.connection.request(GET, undefined, true, after)
    fake.respond(2, '200', 'begun', false)
    await fake.settled()
    fake.die()
    await fake.closed
    expect(before.events).toEqual(['lost end'])
    expect(after.events).toEqual(['head 200 +begun', 'lost end'])
    expect(stream.write(Buffer.from('x'))).toBe(true)
    stream.cancel('timeout')
    expect(fake.closeCount).toBe(1)
  })

  test('delivers what an instance wrote before it died', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    fake.connection.request(GET, undefined, true, sink)
    await fake.next('REQUEST')
    fake.respond(1, '200', 'last words')
    fake.die()
    await sink.ended
    expect(sink.body).toBe('last words')
  })

  test('loses a request that comes after its end', async () => {
    await using fake = await FakeInstance.open()
    fake.connection.close()
    const [lost, cancelled] = [new RecordingSink(), new RecordingSink()]
    fake.connection.request(GET, undefined, true, lost)
    fake.connection.request(GET, undefined, true, cancelled).cancel('timeout')
    await fake.closed
    expect(lost.events).toEqual(['lost end'])
    expect(cancelled.events).toEqual([])
  })

  test('can be closed by a sink while it reads', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    const other = new RecordingSink()
    fake.connection.request(GET, undefined, true, {
      onHead: () => fake.connection.close(),
      onData: sink.onData,
      onWritable: sink.onWritable,
      onFailure: sink.onFailure,
      onLost: sink.onLost,
    })
    fake.connection.request(GET, undefined, true, other)
    await fake.next('REQUEST')
    fake.respond(1, '200')
    fake.respond(2, '200')
    await fake.closed
    expect(other.events).toEqual(['lost end'])
  })
})

describe('a failure', () => {
  test.each([
    [1, 'handler-error'],
    [2, 'invalid-json'],
  ] as const)('of kind %i before the head is %s', async (kind, name) => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    fake.connection.request(GET, undefined, true, sink)
    fake.send('FAILURE', 1, Buffer.of(kind))
    await sink.ended
    expect(sink.events).toEqual([`failure ${name} end`])
  })

  test('after the head is a response broken off, whatever its kind', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    fake.connection.request(GET, undefined, true, sink)
    fake.respond(1, '200', '', false)
    fake.send('FAILURE', 1, Buffer.of(1))
    await sink.ended
    expect(sink.events).toEqual(['head 200', 'failure broken-off end'])
  })
})

describe('a cancel', () => {
  test.each([
    ['timeout', 1],
    ['caller-gone', 2],
  ] as const)('for %s is a frame, and nothing comes after it', async (reason, number) => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    const stream = fake.connection.request(GET, undefined, false, sink)
    stream.cancel(reason)
    stream.cancel(reason)
    stream.write(Buffer.from('late'))
    stream.end()
    stream.consumed(WINDOW_BYTES)
    const cancel = await fake.next('CANCEL')
    expect([...cancel.payload]).toEqual([number])
    fake.respond(1, '200')
    fake.send('DATA', 1, Buffer.from('x'), true)
    fake.send('FAILURE', 1, Buffer.of(1))
    await fake.settled()
    expect(sink.events).toEqual([])
    expect(fake.frames.at(-1)?.type).toBe(FRAME_TYPES.PING)
    expect(fake.frames.filter((frame) => frame.type === FRAME_TYPES.CANCEL)).toHaveLength(1)
  })
})

describe('credit', () => {
  test('bounds what is sent, and more of it sends the rest and says so', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    const stream = fake.connection.request('POST\n/', Buffer.alloc(1000), false, sink)
    expect(stream.write(Buffer.alloc(WINDOW_BYTES - 2000))).toBe(true)
    expect(stream.write(Buffer.alloc(5000))).toBe(false)
    await fake.settled()
    expect(bodyBytes(fake)).toBe(WINDOW_BYTES)
    fake.credit(1, 2000)
    await fake.settled()
    expect(bodyBytes(fake)).toBe(WINDOW_BYTES + 2000)
    expect(sink.events).toEqual([])
    fake.credit(1, 2001)
    await fake.settled()
    expect(bodyBytes(fake)).toBe(WINDOW_BYTES + 4000)
    expect(sink.events).toEqual(['writable'])
  })

  test('of nothing left answers false even when all was sent', async () => {
    await using fake = await FakeInstance.open()
    const sink = new RecordingSink()
    const stream = fake.connection.request('POST\n/', undefined, false, sink)
    expect(stream.write(Buffer.alloc(WINDOW_BYTES))).toBe(false)
    fake.credit(1, 1)
    await fake.settled()
    expect(sink.events).toEqual(['writable'])
  })

  test('holds back the end until the rest has left', async () => {
    await using fake = await FakeInstance.open()
    const stream = fake.connection.request('POST\n/', undefined, false, new RecordingSink())
    stream.write(Buffer.alloc(WINDOW_BYTES + 1))
    stream.end()
    await fake.settled()
    expect(fake.frames.some((frame) => frame.end)).toBe(false)
    fake.credit(1, WINDOW_BYTES)
    await fake.settled()
    expect(bodyBytes(fake)).toBe(WINDOW_BYTES + 1)
    expect(fake.frames.filter((frame) => frame.end)).toHaveLength(1)
  })

  test('cuts a body that is given at once to the window and its frames to 64 KiB', async () => {
    await using fake = await FakeInstance.open()
    fake.connection.request('POST\n/', Buffer.alloc(3 * WINDOW_BYTES), true, new RecordingSink())
    await fake.settled()
    expect(bodyBytes(fake)).toBe(WINDOW_BYTES)
    const sizes = fake.frames.filter(({ type }) => type === FRAME_TYPES.DATA)
    expect(Math.max(...sizes.map(({ payload }) => payload.length))).toBe(65_536)
  })

  test('is granted once half of the window was handed on', async () => {
    await using fake = await FakeInstance.open()
    const stream = fake.connection.request(GET, undefined, true, new RecordingSink())
    fake.respond(1, '200', '', false)
    fake.send('DATA', 1, Buffer.alloc(WINDOW_BYTES / 2))
    await fake.settled()
    stream.consumed(WINDOW_BYTES / 2 - 1)
    await fake.settled()
    expect(fake.frames.filter(({ type }) => type === FRAME_TYPES.CREDIT)).toEqual([])
    stream.consumed(1)
    const credit = await fake.next('CREDIT')
    expect(credit.payload.readUInt32LE()).toBe(WINDOW_BYTES / 2)
  })

  test('of one request is not that of another', async () => {
    await using fake = await FakeInstance.open()
    const [full, free] = [new RecordingSink(), new RecordingSink()]
    fake.connection.request('POST\n/', Buffer.alloc(2 * WINDOW_BYTES), true, full)
    const stream = fake.connection.request('POST\n/', undefined, false, free)
    expect(stream.write(Buffer.alloc(1000))).toBe(true)
  })
})

function bodyBytes(fake: FakeInstance): number {
  let bytes = 0
  for (const { type, payload } of fake.frames) {
    if (type === FRAME_TYPES.DATA) bytes += payload.length
    if (type === FRAME_TYPES.REQUEST) bytes += payload.length - 4 - payload.readUInt32LE(0)
  }
  return bytes
}
