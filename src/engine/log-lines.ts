import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { NO_MASK, type SecretMask } from './secret-mask.ts'

/** A longer line becomes several, so that nothing of it is lost. */
export const LINE_CHARS_MAX = 16 * 1024

export interface CapturedLine {
  readonly requestId: string | null
  readonly message: string
}

/** `\x1e<request id>\x1f` in front of a line that was written during a request. */
const REQUEST_PREFIX = /^\x1e([\x21-\x7e]{1,128})\x1f/

/** Cuts text into lines, whatever the pieces it comes in. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onLine: (line: CapturedLine) => void
  readonly #mask: SecretMask
  #rest = ''
  /** The request of the long line whose first pieces are gone; undefined at the start of a line. */
  #continued: { readonly requestId: string | null } | undefined

  constructor(onLine: (line: CapturedLine) => void, mask = NO_MASK) {
    this.#onLine = onLine
    this.#mask = mask
  }

  push(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#endLine(line)
    this.#rest = this.#cut(this.#rest)
  }

  /** The last line need not end in a line break. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#endLine(rest)
  }

  #endLine(line: string): void {
    const last = this.#cut(line.endsWith('\r') ? line.slice(0, -1) : line, true)
    if (last !== '' || this.#continued === undefined) this.#emit(last)
    this.#continued = undefined
  }

  /**
   * Hides secrets, emits full pieces and returns what is left. So much stays that a secret across the end
   * of a piece is whole before the piece is cut.
   */
  #cut(text: string, isWhole = false): string {
    let rest = this.#mask.hide(text)
    const keptChars = isWhole ? 0 : this.#mask.charsMax
    while (rest.length > LINE_CHARS_MAX + keptChars) {
      const splitsPair = /[\ud800-\udbff]/.test(rest[LINE_CHARS_MAX - 1]!)
      const end = splitsPair ? LINE_CHARS_MAX - 1 : LINE_CHARS_MAX
      this.#continued = { requestId: this.#emit(rest.slice(0, end)) }
      rest = rest.slice(end)
    }
    return rest
  }

  #emit(text: string): string | null {
    const prefix = this.#continued === undefined ? REQUEST_PREFIX.exec(text) : null
    const requestId = this.#continued?.requestId ?? prefix?.[1] ?? null
    this.#onLine({ requestId, message: prefix === null ? text : text.slice(prefix[0].length) })
    return requestId
  }
}

/** About 2.5 MB a second: the thread that reads the logs also brings revocations. */
const BURST_BYTES = 256 * 1024
const BURST_MS = 100

/**
 * Reads a stream's lines. A stream that writes without end is made to wait, by way of the full pipe,
 * and loses nothing. `release` ends the waiting: the writer has ended and what is in the pipe is all.
 */
export function captureLines(
  stream: Readable,
  onLine: (line: CapturedLine) => void,
  onBytes: (bytes: Buffer) => void = () => {},
  mask = NO_MASK,
): { release(): void } {
  const splitter = new LineSplitter(onLine, mask)
  let bytesLeft = BURST_BYTES
  let timer: NodeJS.Timeout | undefined
  let released = false
  const resume = (): void => {
    timer = undefined
    bytesLeft = BURST_BYTES
    stream.resume()
  }
  stream.on('data', (bytes: Buffer) => {
    splitter.push(bytes)
    onBytes(bytes)
    bytesLeft -= bytes.length
    timer ??= released ? undefined : setTimeout(resume, BURST_MS)
    if (bytesLeft <= 0 && !released) stream.pause()
  })
  // 'close' also comes when the stream is destroyed with something that holds the pipe open.
  stream.on('close', () => {
    clearTimeout(timer)
    splitter.end()
  })
  stream.on('error', () => {
    // The pipe broke with its process; 'close' follows.
  })
  return {
    release() {
      released = true
      clearTimeout(timer)
      stream.resume()
    },
  }
}
