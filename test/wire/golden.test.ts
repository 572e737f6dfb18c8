import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as constants from '../../src/wire/constants.ts'
import { FrameDecoder } from '../../src/wire/decode.ts'
import { encodeFrame, encodeHeadPayload, encodeHelloPayload } from '../../src/wire/encode.ts'
import { decodeJsonObject, encodeHead, encodeJson, headOf } from '../../src/wire/messages.ts'

interface GoldenFrame {
  title: string
  type: constants.FrameTypeName
  id: number
  end: boolean
  hex: string
  head?: string[]
  bodyHex?: string
  payloadHex?: string
  json?: Record<string, unknown>
}

const url = (path: string) => new URL(`../../runtimes/${path}`, import.meta.url)
const golden: {
  frames: GoldenFrame[]
  refused: { title: string; hex: string; outcome: string }[]
} = JSON.parse(readFileSync(url('conformance/golden.json'), 'utf8'))
const shim = await import(url('node/frames.mjs').href)

/** The two implementations that must agree on every byte. */
const sides = [
  ['gateway', { FrameDecoder, encodeFrame, encodeHeadPayload, FRAME_TYPES: constants.FRAME_TYPES }],
  ['node shim', shim],
] as const

describe.each(sides)('golden frames: %s', (_side, wire) => {
  test.each(golden.frames)('writes $title', (frame) => {
    const flags = frame.end ? constants.FLAG_END : 0
    const made = wire.encodeFrame(wire.FRAME_TYPES[frame.type], flags, frame.id, payloadOf(frame))
    expect(made.toString('hex')).toBe(frame.hex)
  })

  test.each(golden.frames)('reads $title', (frame) => {
    const seen: unknown[] = []
    const decoder = new wire.FrameDecoder(
      constants.PAYLOAD_BYTES_MAX,
      (
        ...[type, flags, id, bytes, start, end]: [number, number, number, Buffer, number, number]
      ) => {
        seen.push([type, flags, id, bytes.subarray(start, end).toString('hex')])
        return true
      },
    )
    expect(decoder.push(Buffer.from(frame.hex, 'hex'))).toBe('ok')
    const flags = frame.end ? constants.FLAG_END : 0
    const payload = payloadOf(frame).toString('hex')
    expect(seen).toEqual([[wire.FRAME_TYPES[frame.type], flags, frame.id, payload]])
  })

  test.each(golden.refused)('refuses $title', ({ hex, outcome }) => {
    const decoder = new wire.FrameDecoder(constants.PAYLOAD_BYTES_MAX, () => true)
    expect(decoder.push(Buffer.from(hex, 'hex'))).toBe(outcome)
  })

  function payloadOf(frame: GoldenFrame): Buffer {
    if (frame.head !== undefined) {
      return wire.encodeHeadPayload(encodeHead(frame.head), Buffer.from(frame.bodyHex!, 'hex'))
    }
    return frame.json === undefined ? Buffer.from(frame.payloadHex!, 'hex') : encodeJson(frame.json)
  }
})

test('heads and JSON are read back from the golden payloads', () => {
  for (const frame of golden.frames) {
    const payload = Buffer.from(frame.hex, 'hex').subarray(constants.HEADER_BYTES)
    if (frame.head) expect(headOf(payload, 0, payload.length)?.split('\n')).toEqual(frame.head)
    if (frame.json) expect(decodeJsonObject(payload)).toEqual(frame.json)
  }
})

test('HELLO carries the thread and the version', () => {
  expect(encodeHelloPayload(7).toString('hex')).toBe(golden.frames[1]!.payloadHex)
})

describe('the page', () => {
  const page = readFileSync(url('PROTOCOL.md'), 'utf8')

  test('lists every type with its number', () => {
    const rows = [...page.matchAll(/^\| ([A-Z]+) \| (\d+) \|/gm)].map(([, name, number]) => [
      name,
      Number(number),
    ])
    expect(Object.fromEntries(rows)).toEqual(constants.FRAME_TYPES)
    expect(shim.FRAME_TYPES).toEqual(constants.FRAME_TYPES)
  })

  test.each([
    constants.PAYLOAD_BYTES_MAX,
    constants.CONTROL_PAYLOAD_BYTES_MAX,
    constants.HEAD_BYTES_MAX,
    constants.DATA_BYTES_MAX,
    constants.WINDOW_BYTES,
    constants.GRANT_BYTES,
  ])('names the limit %i', (limit) => {
    expect(page).toContain(String(limit))
  })

  test('names every field of the connection, and the shim has the same limits', () => {
    for (const name of constants.HOP_BY_HOP_HEADERS) expect(page).toContain(`\`${name}\``)
    for (const [name, value] of Object.entries(constants)) {
      if (typeof value === 'number' && name in shim) expect(shim[name], name).toBe(value)
    }
  })
})
