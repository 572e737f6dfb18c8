import { CALL_STATES, type CallState, hasEnded } from '../domain/calls.ts'

/** How many calls there are in which state, and of whom, without asking the disk. */
export class Tally {
  readonly #byState = new Map<CallState, number>(CALL_STATES.map((state) => [state, 0]))
  /** Of each function: those that have not ended. */
  readonly #unfinished = new Map<string, number>()
  /** Of each function: all that is kept of its calls. */
  readonly #bytesOf = new Map<string, number>()
  #unfinishedInAll = 0
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  get unfinished(): number {
    return this.#unfinishedInAll
  }

  unfinishedOf(functionId: string): number {
    return this.#unfinished.get(functionId) ?? 0
  }

  bytesOf(functionId: string): number {
    return this.#bytesOf.get(functionId) ?? 0
  }

  states(): Iterable<readonly [CallState, number]> {
    return this.#byState
  }

  add(functionId: string, state: CallState, bytes: number, count = 1): void {
    this.#byState.set(state, this.#byState.get(state)! + count)
    this.#bytes += bytes
    const ownBytes = this.bytesOf(functionId) + bytes
    if (ownBytes === 0) this.#bytesOf.delete(functionId)
    else this.#bytesOf.set(functionId, ownBytes)
    if (hasEnded(state)) return
    this.#unfinishedInAll += count
    const own = this.unfinishedOf(functionId) + count
    if (own === 0) this.#unfinished.delete(functionId)
    else this.#unfinished.set(functionId, own)
  }

  remove(functionId: string, state: CallState, bytes: number): void {
    this.add(functionId, state, -bytes, -1)
  }

  move(functionId: string, from: CallState, to: CallState): void {
    this.remove(functionId, from, 0)
    this.add(functionId, to, 0)
  }
}
