import { backoffMs } from '../lib/backoff.ts'

const BOUNDS = { firstMs: 500, longestMs: 30_000 }

/** Holds back the next start of a version after starts that failed, longer each time. */
export class StartBackoff {
  #attempt = 0
  #retryAtMs = 0

  get retryAtMs(): number {
    return this.#retryAtMs
  }

  /** Several starts that fail together are one failure. */
  failed(nowMs: number): void {
    if (nowMs < this.#retryAtMs) return
    this.#retryAtMs = nowMs + backoffMs(this.#attempt, BOUNDS)
    this.#attempt += 1
  }

  /** An instance served: the next failure is a first one again. */
  succeeded(): void {
    this.#attempt = 0
  }

  /** Another version: nothing is known of it. */
  reset(): void {
    this.#attempt = 0
    this.#retryAtMs = 0
  }
}
