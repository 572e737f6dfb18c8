import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { captureLines, LINE_CHARS_MAX, LineSplitter } from '../../src/engine/log-lines.ts'

function split(pieces: readonly (string | Uint8Array)[]) {
  const lines: { requestId: string | null; message: string }[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  for (const piece of pieces) splitter.push(Buffer.from(piece as string))
  splitter.end()
  return lines
}

const messages = (pieces: readonly (string | Uint8Array)[]) => split(pieces).map((l) => l.message)

describe('LineSplitter', () => {
  test('cuts at line breaks of either kind and keeps empty lines', () => {
    expect(messages(['a\nb\r\n\nc'])).toEqual(['a', 'b', '', 'c'])
    expect(messages(['a\n'])).toEqual(['a'])
    expect(messages([''])).toEqual([])
  })

  test('gives the same lines whatever the pieces', () => {
    const text = '\x1ereq_1\x1fgrüße 😀\nplain\n\nlast without an end'
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(text)), { maxLength: 10 }), (cuts) => {
        const bytes = Buffer.from(text)
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        expect(split(pieces)).toEqual(split([text]))
      }),
    )
  })

  test('reads the request id in front of a line', () => {
    expect(split(['\x1ereq_7\x1fhello\n\x1e\x1fno id\nplain\n'])).toEqual([
      { requestId: 'req_7', message: 'hello' },
      { requestId: null, message: '\x1e\x1fno id' },
      { requestId: null, message: 'plain' },
    ])
  })

  test('cuts a long line into pieces of the same request and loses nothing', () => {
    const long = '😀'.repeat(LINE_CHARS_MAX)
    for (const pieces of [[`\x1er\x1f${long}\nnext`], [`\x1er\x1f${long}`, '\n', 'next']]) {
      const lines = split(pieces)
      expect(lines.at(-1)).toEqual({ requestId: null, message: 'next' })
      const cut = lines.slice(0, -1)
      expect(cut.map((line) => line.message).join('')).toBe(long)
      expect(cut.every((line) => line.requestId === 'r')).toBe(true)
      expect(cut.every((line) => line.message.length <= LINE_CHARS_MAX)).toBe(true)
    }
  })
})

test('a stream that floods is made to wait, and loses nothing', async () => {
  const stream = new PassThrough()
  let count = 0
  const capture = captureLines(stream, () => {
    count += 1
  })
  const closed = new Promise((resolve) => stream.once('close', resolve))
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 4096; i++) stream.write(line)
  stream.end()
  await new Promise((resolve) => setImmediate(resolve))
  expect(count).toBeLessThan(4096)
  capture.release()
  await closed
  expect(count).toBe(4096)
})
