import type { CallerRequest, CallerResponse } from './caller.ts'

/** What is kept of an answer that is longer than may be kept. */
export type KeptOfLonger = 'its-start' | 'nothing'

/** The answer of a call behind which there is no connection: it is kept, up to a bound. */
export abstract class KeptAnswer implements CallerResponse {
  readonly req: CallerRequest
  statusCode = 0
  headersSent = false
  writableEnded = false
  readonly #bytesMax: number
  readonly #keptOfLonger: KeptOfLonger
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(req: CallerRequest, bytesMax: number, keptOfLonger: KeptOfLonger) {
    this.req = req
    this.#bytesMax = bytesMax
    this.#keptOfLonger = keptOfLonger
  }

  abstract on(event: 'close', listener: () => void): void
  abstract once(event: 'close' | 'drain', listener: () => void): void
  /** The head has come. */
  protected abstract onHead(fields: readonly string[]): void

  /** Of all that came. */
  protected get bytes(): number {
    return this.#bytes
  }

  protected get isLonger(): boolean {
    return this.#bytes > this.#bytesMax
  }

  protected get keptBody(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  get writableFinished(): boolean {
    return this.writableEnded
  }

  writeContinue(): void {
    // Its body is here.
  }

  writeHead(status: number, fields: string[]): void {
    this.statusCode = status
    this.headersSent = true
    this.onHead(fields)
  }

  flushHeaders(): void {
    // Nobody waits for them.
  }

  write(chunk: Buffer | string): boolean {
    this.#keep(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    return true
  }

  end(chunk?: Buffer | string, encoding?: BufferEncoding): void {
    if (chunk !== undefined) {
      this.#keep(typeof chunk === 'string' ? Buffer.from(chunk, encoding ?? 'utf8') : chunk)
    }
    this.writableEnded = true
  }

  #keep(chunk: Buffer): void {
    const room = this.#bytesMax - this.#bytes
    this.#bytes += chunk.length
    if (this.isLonger && this.#keptOfLonger === 'nothing') this.#pieces = []
    // A copy: the rest of the memory that it lies in belongs to others.
    else if (room > 0) this.#pieces.push(Buffer.from(chunk.subarray(0, room)))
  }
}

/** In lower case, without those whose name is like `leftOut`. */
export function* fieldsWithout(
  leftOut: RegExp,
  fields: readonly string[],
): Generator<[name: string, value: string]> {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase()
    if (!leftOut.test(name)) yield [name, fields[i + 1]!]
  }
}
