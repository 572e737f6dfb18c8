/** What is known of the waiting calls of one function without asking the disk. */
interface Lane {
  running: number
  /** Not later than the first of its calls is due; infinite when none waits. */
  dueMs: number
}

export interface LaneBounds {
  readonly parallelMax: number
  readonly parallelPerFunctionMax: number
}

/** Whose turn it is: the functions take turns, so that one with a long queue holds up no other. */
export class Lanes {
  readonly #bounds: LaneBounds
  /** Who was served last stands last. */
  readonly #lanes = new Map<string, Lane>()
  #running = 0

  constructor(bounds: LaneBounds) {
    this.#bounds = bounds
  }

  get running(): number {
    return this.#running
  }

  /** One more waits. */
  waits(functionId: string, dueMs: number): void {
    const lane = this.#lane(functionId)
    lane.dueMs = Math.min(lane.dueMs, dueMs)
  }

  /** What the disk says: when the first of those that wait is due; infinite for none. */
  learn(functionId: string, dueMs: number): void {
    this.#lane(functionId).dueMs = dueMs
    this.#forgetIfIdle(functionId)
  }

  begun(functionId: string): void {
    this.#lane(functionId).running += 1
    this.#running += 1
  }

  ended(functionId: string): void {
    this.#lane(functionId).running -= 1
    this.#running -= 1
    this.#forgetIfIdle(functionId)
  }

  /** How many calls of which function may begin now. */
  next(nowMs: number): { functionId: string; room: number } | undefined {
    const left = this.#bounds.parallelMax - this.#running
    if (left <= 0) return undefined
    for (const [functionId, lane] of this.#lanes) {
      if (lane.dueMs > nowMs || this.#roomIn(lane) <= 0) continue
      this.#lanes.delete(functionId)
      this.#lanes.set(functionId, lane)
      // One at a time where others wait too.
      return { functionId, room: this.#lanes.size > 1 ? 1 : Math.min(left, this.#roomIn(lane)) }
    }
    return undefined
  }

  /** When there is something to do next, as far as time decides it; infinite for never. */
  nextDueMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const lane of this.#lanes.values()) {
      if (this.#roomIn(lane) > 0) next = Math.min(next, lane.dueMs)
    }
    return next
  }

  #roomIn({ running }: Lane): number {
    return this.#bounds.parallelPerFunctionMax - running
  }

  #lane(functionId: string): Lane {
    const known = this.#lanes.get(functionId)
    if (known !== undefined) return known
    const lane = { running: 0, dueMs: Number.POSITIVE_INFINITY }
    this.#lanes.set(functionId, lane)
    return lane
  }

  #forgetIfIdle(functionId: string): void {
    const lane = this.#lanes.get(functionId)
    if (lane?.running === 0 && lane.dueMs === Number.POSITIVE_INFINITY) {
      this.#lanes.delete(functionId)
    }
  }
}
