import { SpareKind, type SpareKindOptions } from './spare-kind.ts'
import type { ShimCommand, StartedShim } from './spawn.ts'

export interface SparePoolOptions extends Omit<SpareKindOptions, 'mayStart'> {
  /** How many spares are kept of each program; 0 for none. */
  readonly size: number
}

/**
 * Shims that were started before anyone needs them, so that a start need not wait until the language
 * is there: some for each program (Node, Python, ...) that functions were started with. All of one
 * program are of one start command, the one that was asked for last: the memory limit is part of it,
 * and V8 takes no other after its start. A function with variables that its language reads at its
 * own start never gets one.
 */
export class SparePool {
  readonly #options: SparePoolOptions
  readonly #kinds = new Map<string, SpareKind>()
  #startsUnderWay = 0
  #closed = false

  constructor(options: SparePoolOptions) {
    this.#options = options
  }

  /** How many wait. */
  get count(): number {
    let sum = 0
    for (const kind of this.#kinds.values()) sum += kind.count
    return sum
  }

  /** What a start is likely to ask for, as long as none has. */
  expect(command: ShimCommand): void {
    this.#kindOf(command)?.expect(command)
  }

  /** A spare that was started just so, if there is one; it is the caller's from here on. */
  take(command: ShimCommand): StartedShim | undefined {
    return this.#kindOf(command)?.take(command)
  }

  /** No spare is started before this start has settled, and then one for each that is missing. */
  async hold(start: Promise<unknown>): Promise<void> {
    this.#startsUnderWay += 1
    await start
    this.#startsUnderWay -= 1
    for (const kind of this.#kinds.values()) kind.refillSoon()
  }

  /** Ends all spares and keeps none from now on. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#kinds.values()].map((kind) => kind.close()))
  }

  /** Undefined when no spare is kept of it. */
  #kindOf(command: ShimCommand): SpareKind | undefined {
    if (this.#closed || this.#options.size === 0 || !command.isReusable) return undefined
    // Functions without a network are few: not for them to end the spares of all others.
    if (command.network === 'none') return undefined
    const existing = this.#kinds.get(command.command)
    if (existing !== undefined) return existing
    const mayStart = () => this.#startsUnderWay === 0
    const kind = new SpareKind({ ...this.#options, mayStart })
    this.#kinds.set(command.command, kind)
    return kind
  }
}
