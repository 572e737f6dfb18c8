/**
 * Until when routes and keys may be trusted, in memory that the main thread writes and every gateway thread reads:
 * a thread that was stopped for a while knows it with its first request.
 */
export class Trust {
  readonly buffer: SharedArrayBuffer
  readonly #untilMs: Float64Array

  constructor(buffer = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer
    this.#untilMs = new Float64Array(buffer)
  }

  /** Without end, unless told otherwise. */
  static create(): Trust {
    const trust = new Trust()
    trust.until(Number.POSITIVE_INFINITY)
    return trust
  }

  /** Milliseconds since the epoch. */
  until(ms: number): void {
    this.#untilMs[0] = ms
  }

  hasEnded(nowMs: number): boolean {
    return nowMs >= this.#untilMs[0]!
  }
}
