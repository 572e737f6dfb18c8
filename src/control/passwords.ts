import { PublicError } from '../domain/errors.ts'
import { normalizedPassword } from '../domain/user.ts'
import {
  HASH_PARAMETERS,
  type HashParameters,
  hashPassword,
  isOutdated,
  verifyPassword,
} from '../lib/password-hash.ts'

/** Each takes memory, and one of the few threads that files are read on too. */
const PARALLEL = 2
const WAITING_MAX = 32
const BUSY_RETRY_SECONDS = 5

/** Hashes passwords, a few at a time. */
export class Passwords {
  readonly #parameters: HashParameters
  readonly #waiting: (() => void)[] = []
  #running = 0
  /** Compared with where there is no account, so that it takes as long as where there is one. */
  #nobodys: Promise<string> | undefined

  constructor(parameters: HashParameters = HASH_PARAMETERS) {
    this.#parameters = parameters
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(normalizedPassword(password), this.#parameters))
  }

  /** @param hashed - Undefined for an account that does not exist: the same work, and false. */
  async verify(password: string, hashed: string | undefined): Promise<boolean> {
    this.#nobodys ??= hashPassword('', this.#parameters)
    const stored = hashed ?? (await this.#nobodys)
    const isRight = await this.#inTurn(() => verifyPassword(normalizedPassword(password), stored))
    return isRight && hashed !== undefined
  }

  isOutdated(hashed: string): boolean {
    return isOutdated(hashed, this.#parameters)
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= PARALLEL) await this.#turn()
    else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) {
      throw new PublicError(
        'too_many_log_ins',
        'Too many passwords are being looked at; try again in a few seconds.',
        [],
        BUSY_RETRY_SECONDS,
      )
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }
}
