import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameDecoder } from '../../src/wire/decode.ts'
import { encodeFrame } from '../../src/wire/encode.ts'

const shim = await import(new URL('../../runtimes/node/frames.mjs', import.meta.url).href)

type Seen = [type: number, flags: number, id: number, payload: string]

const LIMIT = 1000

describe.each([
  ['gateway', FrameDecoder],
  ['node shim', shim.FrameDecoder as typeof FrameDecoder],
])('decoder of the %s', (_side, Decoder) => {
  function collector() {
    const seen: Seen[] = []
    const decoder = new Decoder(LIMIT, (type, flags, id, bytes, start, end) => {
      seen.push([type, flags, id, bytes.toString('latin1', start, end)])
      return true
    })
    return { seen, decoder }
  }

  const frames: Seen[] = [
    [3, 1, 1, 'hello'],
    [4, 0, 2, ''],
    [4, 0, 0xffffffff, 'x'.repeat(37)],
    [9, 0, 0, ''],
    [5, 0, 7, '\x00\x01\x00\x00'],
  ]
  const stream = Buffer.concat(
    frames.map(([type, flags, id, text]) =>
      encodeFrame(type, flags, id, Buffer.from(text, 'latin1')),
    ),
  )

  test('gives the same frames wherever the stream is cut in two', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const { seen, decoder } = collector()
      expect(decoder.push(stream.subarray(0, cut))).toBe('ok')
      expect(decoder.push(stream.subarray(cut))).toBe('ok')
      expect(seen).toEqual(frames)
    }
  })

  test('gives the same frames wherever the stream is cut in three', () => {
    for (let first = 0; first <= stream.length; first++) {
      for (let second = first; second <= stream.length; second++) {
        const { seen, decoder } = collector()
        decoder.push(stream.subarray(0, first))
        decoder.push(stream.subarray(first, second))
        decoder.push(stream.subarray(second))
        if (seen.length !== frames.length) expect(seen).toEqual(frames)
      }
    }
  })

  test('gives the same frames byte by byte', () => {
    const { seen, decoder } = collector()
    for (const byte of stream) decoder.push(Buffer.of(byte))
    expect(seen).toEqual(frames)
  })

  test('any frames in any pieces come out as they went in', () => {
    const frame = fc.record({
      type: fc.integer({ min: 0, max: 255 }),
      flags: fc.integer({ min: 0, max: 255 }),
      id: fc.integer({ min: 0, max: 0xffffffff }),
      payload: fc.uint8Array({ maxLength: 200 }),
    })
    const cuts = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), cuts, (sent, sizes) => {
        const { seen, decoder } = collector()
        const bytes = Buffer.concat(
          sent.map((one) => encodeFrame(one.type, one.flags, one.id, one.payload)),
        )
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!
          // A copy that is overwritten afterwards: nothing may be kept of what was pushed.
          const chunk = Buffer.from(bytes.subarray(at, at + size))
          expect(decoder.push(chunk)).toBe('ok')
          chunk.fill(0xee)
          at += size
        }
        expect(seen).toEqual(
          sent.map(({ type, flags, id, payload }) => [
            type,
            flags,
            id,
            Buffer.from(payload).toString('latin1'),
          ]),
        )
      }),
    )
  })

  test('takes a payload of exactly the limit', () => {
    const { seen, decoder } = collector()
    expect(decoder.push(encodeFrame(4, 0, 1, Buffer.alloc(LIMIT)))).toBe('ok')
    expect(seen).toHaveLength(1)
  })

  test('refuses a longer one as soon as its length is there, however it is cut', () => {
    const header = encodeFrame(4, 0, 1, Buffer.alloc(LIMIT + 1)).subarray(0, 10)
    for (let cut = 0; cut <= header.length; cut++) {
      const { seen, decoder } = collector()
      const outcomes = [
        decoder.push(header.subarray(0, cut)),
        ...(cut < header.length ? [decoder.push(header.subarray(cut))] : []),
      ]
      expect(outcomes.at(-1)).toBe('too-long')
      expect(seen).toEqual([])
    }
  })

  test('stops at a frame that is refused', () => {
    let count = 0
    const decoder = new Decoder(LIMIT, () => ++count < 2)
    expect(decoder.push(stream)).toBe('refused')
    expect(count).toBe(2)
  })

  test('hands on a whole frame where it lies, and a cut one in a buffer of its own', () => {
    const buffers: Buffer[] = []
    const decoder = new Decoder(LIMIT, (_type, _flags, _id, bytes) => {
      buffers.push(bytes)
      return true
    })
    const whole = encodeFrame(4, 0, 1, Buffer.from('whole'))
    decoder.push(whole)
    decoder.push(whole.subarray(0, 12))
    const rest = whole.subarray(12)
    decoder.push(rest)
    expect(buffers[0]).toBe(whole)
    expect(buffers[1]!.toString()).toBe('whole')
    expect(buffers[1]).not.toBe(rest)
  })
})
