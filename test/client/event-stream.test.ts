import { expect, it } from 'vitest'
import { readEvents, type StreamEvent } from '../../src/client/event-stream.ts'

function bodyOf(chunks: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)))
}

async function eventsOf(...chunks: string[]) {
  return await all(readEvents(bodyOf(chunks)))
}

async function all(events: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const read: StreamEvent[] = []
  for await (const event of events) read.push(event)
  return read
}

it('reads events with names, ids and several lines, and leaves comments out', async () => {
  expect(
    await eventsOf(
      'retry: 100\n\n: nothing new\n\nevent: line\nid: 1-1\ndata: one\n\n',
      'data:two\ndata: more\n\nevent: end\ndata: {}\n\n',
    ),
  ).toEqual([
    { event: 'line', id: '1-1', data: 'one' },
    { event: 'message', id: '1-1', data: 'two\nmore' },
    { event: 'end', id: '1-1', data: '{}' },
  ])
})

it('reads them however the bytes are cut, and leaves out one that is not whole', async () => {
  const text = 'event: line\r\ndata: täxt\r\n\r\nevent: line\rdata: b\r\rdata: half'
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 2, 3, 7, 1000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    const events = await all(readEvents(ReadableStream.from(chunks)))
    expect(events.map(({ data }) => data)).toEqual(['täxt', 'b'])
  }
})

it('gives up on a body that holds no events', async () => {
  const chunks = Array.from({ length: 30 }, () => 'x'.repeat(65_536))
  await expect(eventsOf(...chunks)).rejects.toThrow('holds no events')
})
