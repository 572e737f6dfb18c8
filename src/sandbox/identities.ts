import { readFileSync } from 'node:fs'
import type { Identity } from './bubblewrap.ts'

/** Above all ranges that distributions and containers take user ids from, see systemd's UIDS-GIDS. */
const FIRST_ID = 1_900_000_000
const IDS = 100_000
/** For a container whose own range is the usual 65,536. */
const FIRST_SMALL_ID = 40_000
const SMALL_IDS = 20_000
/** In a user namespace, where it is the only one. */
export const NAMESPACE_ID = 1000

/** Gives every process a user of its own. */
export class Identities {
  readonly #first: number
  readonly #count: number
  readonly asRoot: boolean
  #next = 1

  constructor(asRoot: boolean, uidMap = readUidMap()) {
    this.asRoot = asRoot
    const hasLarge = maps(uidMap, FIRST_ID + IDS)
    this.#first = hasLarge ? FIRST_ID : FIRST_SMALL_ID
    this.#count = hasLarge ? IDS : SMALL_IDS
    // Processes of an earlier start may not have ended yet.
    this.#next = 1 + Math.floor(Math.random() * (this.#count - 1))
  }

  /** Always the same: what builds keep between them belongs to it. */
  get ofBuilds(): Identity {
    return this.asRoot
      ? { kind: 'own-user', id: this.#first }
      : { kind: 'namespace', id: NAMESPACE_ID }
  }

  next(): Identity {
    if (!this.asRoot) return { kind: 'namespace', id: NAMESPACE_ID }
    const id = this.#first + this.#next
    this.#next = (this.#next % (this.#count - 1)) + 1
    return { kind: 'own-user', id }
  }
}

function readUidMap(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8')
  } catch {
    // No /proc, so no sandbox either.
    return ''
  }
}

/** Lines of: first id inside, first id outside, how many. */
function maps(uidMap: string, id: number): boolean {
  return uidMap.split('\n').some((line) => {
    const [inside, , count] = line.trim().split(/\s+/).map(Number)
    return inside !== undefined && count !== undefined && id >= inside && id < inside + count
  })
}
