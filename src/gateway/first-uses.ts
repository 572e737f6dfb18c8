import type { FirstUse } from '../domain/key-rotation.ts'
import { keySecretDigest } from '../domain/key-secret.ts'
import type { Clock } from '../lib/clock.ts'

/** Control may have lost what it was told; once it knows, the secret is not waited for any more. */
const TELL_AGAIN_MS = 1_000
/** Secrets whose first use this thread has told of. One that is forgotten is told of again. */
const SECRETS_MAX = 1_000

/** Tells at once when a secret that a rotation waits for has opened a function. */
export class FirstUses {
  readonly #clock: Clock
  readonly #tell: (use: FirstUse) => void
  /** By digest, when it was told last; the oldest first. */
  readonly #told = new Map<string, number>()

  constructor(clock: Clock, tell: (use: FirstUse) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** The secret as it was presented, or its digest. */
  saw(keyId: string, presented: { readonly secret: string } | { readonly digest: string }): void {
    const atMs = this.#clock.now()
    const digest = 'digest' in presented ? presented.digest : keySecretDigest(presented.secret)
    const toldAtMs = this.#told.get(digest)
    // A clock that was put back does not silence it.
    if (toldAtMs !== undefined && Math.abs(atMs - toldAtMs) < TELL_AGAIN_MS) return
    this.#told.delete(digest)
    if (this.#told.size >= SECRETS_MAX) this.#told.delete(this.#told.keys().next().value!)
    this.#told.set(digest, atMs)
    this.#tell({ keyId, digest, atMs })
  }
}
