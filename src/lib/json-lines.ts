const NEWLINE = 10

/**
 * Splits a byte stream into JSON values, one a line. A chunk is never taken for a line; what is left
 * of an unfinished line stays until its end arrives.
 */
export class JsonLines {
  readonly #lineBytesMax: number
  #rest: Buffer[] = []
  #restBytes = 0

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax
  }

  /** The values of the lines that end in this chunk. Throws on a line that is too long or not JSON. */
  *push(chunk: Buffer): Generator<unknown> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end))
      start = end + 1
      const line = Buffer.concat(this.#rest).toString()
      this.#rest = []
      this.#restBytes = 0
      if (line !== '') yield JSON.parse(line)
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
  }

  #keep(part: Buffer): void {
    this.#restBytes += part.length
    if (this.#restBytes > this.#lineBytesMax) {
      throw new Error(`a line is longer than ${this.#lineBytesMax} bytes`)
    }
    this.#rest.push(part)
  }
}
