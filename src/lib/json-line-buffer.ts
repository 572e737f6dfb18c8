const QUOTE = 34
const BACKSLASH = 92
const POINT = 46
const DIGIT_0 = 48
const LETTER_U = 117
const LETTER_A = 97
/** Bytes of what one character can become at most: `\u001f`. */
export const ESCAPED_BYTES_MAX = 6

/** Printable ASCII as bytes, for parts that are written again and again. */
export function asciiBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** The text as a JSON string in printable ASCII. */
export function asciiJson(text: string): string {
  return JSON.stringify(text).replace(NOT_PRINTABLE, unicodeEscape)
}

const NOT_PRINTABLE = /[^ -~]/g

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * JSON in printable ASCII, put together as bytes: to make strings first would cost three times as much,
 * and leave them for the collector. Whoever writes sees to it that there is room.
 */
export class JsonLineBuffer {
  #bytes: Buffer<ArrayBuffer>
  #length = 0

  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes)
  }

  get length(): number {
    return this.#length
  }

  get room(): number {
    return this.#bytes.length - this.#length
  }

  /** What has been written; good until the next `reset`. */
  written(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Begins anew, in other memory when `bytes` are given. */
  reset(bytes?: number): void {
    this.#length = 0
    if (bytes !== undefined) this.#bytes = Buffer.allocUnsafeSlow(bytes)
  }

  /** JSON in printable ASCII, as it is. */
  raw(part: Uint8Array): void {
    this.#bytes.set(part, this.#length)
    this.#length += part.length
  }

  /** Printable ASCII that needs no escaping. */
  plain(text: string): void {
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
  }

  /** What stands between the quotes of a JSON string, of the characters before `end`. */
  escaped(text: string, end = text.length): void {
    const bytes = this.#bytes
    let at = this.#length
    for (let i = 0; i < end; i++) {
      const code = text.charCodeAt(i)
      if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
        at = writeEscape(bytes, at, code)
      } else bytes[at++] = code
    }
    this.#length = at
  }

  /** A whole number from 0 on. */
  integer(value: number): void {
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits += 1
    this.digits(value, digits)
  }

  /** Puts a number below 1000 in the place of three digits, so many bytes before the end. */
  patchThousandths(value: number, before: number): void {
    const at = this.#length - before
    const tenths = Math.floor(value / 10)
    const whole = Math.floor(value / 100)
    this.#bytes[at] = DIGIT_0 + whole
    this.#bytes[at + 1] = DIGIT_0 + tenths - whole * 10
    this.#bytes[at + 2] = DIGIT_0 + value - tenths * 10
  }

  /** The last so many digits of a whole number. */
  digits(value: number, count: number): void {
    let rest = value
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const shorter = Math.floor(rest / 10)
      this.#bytes[at] = DIGIT_0 + (rest - shorter * 10)
      rest = shorter
    }
    this.#length += count
  }

  /** A number from 0 on with three decimals. */
  thousandths(value: number): void {
    const all = value > 0 ? Math.round(value * 1000) : 0
    const whole = Math.floor(all / 1000)
    this.integer(whole)
    this.#bytes[this.#length++] = POINT
    this.digits(all - whole * 1000, 3)
  }
}

function writeEscape(bytes: Uint8Array, at: number, code: number): number {
  bytes[at] = BACKSLASH
  if (code === QUOTE || code === BACKSLASH) {
    bytes[at + 1] = code
    return at + 2
  }
  bytes[at + 1] = LETTER_U
  for (let i = 0; i < 4; i++) {
    const nibble = (code >> (12 - 4 * i)) & 15
    bytes[at + 2 + i] = nibble < 10 ? DIGIT_0 + nibble : LETTER_A + nibble - 10
  }
  return at + 6
}
