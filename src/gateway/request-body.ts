import type { RequestStream } from '../wire/connection.ts'
import type { CallerRequest } from './caller.ts'
import type { Gathering } from './gathering.ts'

export interface BodyLimits {
  readonly bodyBytesMax: number
  readonly repeatBytesMax: number
}

/** Pieces that are made into one, so that a body of single bytes costs little more memory than another one. */
const PIECES_JOINED = 64

/** The body of one request on its way to an instance: counted, held back when the instance is slow. */
export class RequestBody {
  readonly #req: CallerRequest
  readonly #onTooLarge: () => void
  /** All of the body so far, as long as it is small enough to be sent again. */
  #kept: Buffer[] | undefined = []
  /** How many of these are made of several. */
  #joined = 0
  #bytes = 0
  #bytesMax: number
  #keptBytesMax: number
  #isComplete = false
  #isListening = false
  /** While it is gathered: how long it is, where its bytes are counted, who is told of the end. */
  #gathering: { bytes: number | undefined; all: Gathering; onGathered: () => void } | undefined
  #stream: RequestStream | undefined

  constructor(req: CallerRequest, limits: BodyLimits, onTooLarge: () => void) {
    this.#req = req
    this.#bytesMax = limits.bodyBytesMax
    this.#keptBytesMax = limits.repeatBytesMax
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

  /**
   * Reads it without an instance to send it to. `onGathered` is called when all of its `bytes` are here, or when
   * there is no room for more of them: then nothing is read on.
   */
  gather(bytes: number | undefined, all: Gathering, onGathered: () => void): void {
    this.#gathering = { bytes, all, onGathered }
    this.#read()
  }

  /** The same for a body of any length, undefined where it is not known, that is kept whole. */
  gatherWhole(bytes: number | undefined, all: Gathering, onGathered: () => void): void {
    this.#keptBytesMax = Number.POSITIVE_INFINITY
    this.gather(bytes, all, onGathered)
  }

  /** From here on what arrives goes to `stream`. */
  sendTo(stream: RequestStream): void {
    this.#stream = stream
    if (!this.#isComplete) this.#read()
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
    this.#gathering = undefined
    this.#stream = undefined
    this.#kept = undefined
    if (this.#isListening) this.#req.resume()
  }

  #read(): void {
    if (this.#isListening) {
      this.#req.resume()
      return
    }
    this.#isListening = true
    this.#req.on('data', (chunk: Buffer) => this.#onChunk(chunk))
    this.#req.on('end', () => this.#onEnd())
  }

  #onChunk(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#bytesMax) {
      this.#onTooLarge()
      return
    }
    if (this.#bytes > this.#keptBytesMax) this.#kept = undefined
    if (this.#kept !== undefined) this.#keep(this.#kept, chunk)
    const gathering = this.#gathering
    if (gathering !== undefined) {
      if (gathering.all.take(chunk.length)) return
      this.hold()
      this.#endGathering(gathering)
    } else if (this.#stream?.write(chunk) === false) this.#req.pause()
  }

  #keep(kept: Buffer[], chunk: Buffer): void {
    kept.push(chunk)
    if (kept.length - this.#joined < PIECES_JOINED) return
    kept.push(Buffer.concat(kept.splice(this.#joined)))
    this.#joined += 1
  }

  #onEnd(): void {
    const gathering = this.#gathering
    // Of a stream that is ended in the middle of its body; its caller is told otherwise.
    if (gathering?.bytes !== undefined && this.#bytes !== gathering.bytes) return
    this.#isComplete = true
    if (gathering !== undefined) this.#endGathering(gathering)
    else this.#stream?.end()
  }

  #endGathering(gathering: { onGathered: () => void }): void {
    this.#gathering = undefined
    gathering.onGathered()
  }
}
