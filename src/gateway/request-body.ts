import type { RequestStream } from '../wire/connection.ts'
import type { CallerRequest } from './caller.ts'

export interface BodyLimits {
  readonly bodyBytesMax: number
  readonly repeatBytesMax: number
}

/** The body of one request on its way to an instance: counted, held back when the instance is slow. */
export class RequestBody {
  readonly #req: CallerRequest
  readonly #limits: BodyLimits
  readonly #onTooLarge: () => void
  /** All of the body so far, as long as it is small enough to be sent again. */
  #kept: Buffer[] | undefined = []
  #bytes = 0
  #bytesMax: number
  #isComplete = false
  #isListening = false
  #stream: RequestStream | undefined

  constructor(req: CallerRequest, limits: BodyLimits, onTooLarge: () => void) {
    this.#req = req
    this.#limits = limits
    this.#bytesMax = limits.bodyBytesMax
    this.#onTooLarge = onTooLarge
  }

  /** How much of it has come, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  /** Whether nothing of what was read is lost when an instance is. */
  get isRepeatable(): boolean {
    return this.#kept !== undefined
  }

  /** No more than this, from now on. */
  limitTo(bytesMax: number): void {
    this.#bytesMax = bytesMax
  }

  /** What was read before this try, to be sent first. */
  readSoFar(): Buffer | undefined {
    if (this.#kept === undefined || this.#kept.length === 0) return undefined
    return this.#kept.length === 1 ? this.#kept[0] : Buffer.concat(this.#kept)
  }

  /** From here on what arrives goes to `stream`. */
  sendTo(stream: RequestStream): void {
    this.#stream = stream
    if (this.#isComplete) return
    if (this.#isListening) {
      this.#req.resume()
      return
    }
    this.#isListening = true
    this.#req.on('data', (chunk: Buffer) => this.#onChunk(chunk))
    this.#req.on('end', () => this.#onEnd())
  }

  /** The instance has credit again. */
  resume(): void {
    if (!this.#isComplete) this.#req.resume()
  }

  /** The instance is lost: nothing is read until there is another one. */
  hold(): void {
    this.#stream = undefined
    if (this.#isListening) this.#req.pause()
  }

  forgetKept(): void {
    this.#kept = undefined
  }

  /** The request is answered: what still arrives is thrown away, up to the limit. */
  discard(): void {
    this.#stream = undefined
    this.#kept = undefined
    if (this.#isListening) this.#req.resume()
  }

  #onChunk(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#bytesMax) {
      this.#onTooLarge()
      return
    }
    if (this.#bytes > this.#limits.repeatBytesMax) this.#kept = undefined
    this.#kept?.push(chunk)
    if (this.#stream !== undefined && !this.#stream.write(chunk)) this.#req.pause()
  }

  #onEnd(): void {
    this.#isComplete = true
    this.#stream?.end()
  }
}
