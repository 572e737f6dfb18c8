import { unreachable } from '../lib/assert.ts'
import { type AuditLine, auditHash, FIRST_PREVIOUS_HASH } from './audit-line.ts'

/** The newest row of a chain, as it can be noted elsewhere: `<sequence>:<hash>`. */
export interface ChainHead {
  readonly sequence: number
  readonly hash: string
}

export const CHAIN_FAULTS = ['hash', 'link', 'gap', 'order', 'head', 'cut', 'forged'] as const
export type ChainFaultReason = (typeof CHAIN_FAULTS)[number]

/** The first row that is not as it was written, or not there. */
export interface ChainFault {
  readonly sequence: number
  readonly reason: ChainFaultReason
}

export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: FIRST_PREVIOUS_HASH }

/** Follows a chain row by row, holding one head and no rows. */
export class ChainWalk {
  readonly #noted: ChainHead | undefined
  #last: ChainHead | undefined
  #first: number | undefined
  #rows = 0

  /**
   * @param after - The row before the first; undefined when that is not known, as in an export of a range.
   * @param noted - A head that the chain must still have.
   */
  constructor(after: ChainHead | undefined, noted?: ChainHead) {
    this.#last = after
    this.#noted = noted
  }

  get rows(): number {
    return this.#rows
  }

  /** The sequence of the first row. */
  get first(): number | undefined {
    return this.#first
  }

  /** The last row that was pushed, or what came before the first. */
  get head(): ChainHead | undefined {
    return this.#last
  }

  push(line: AuditLine): ChainFault | undefined {
    const { sequence, hash, previous_hash: previous } = line
    const before = this.#last ?? (sequence === 1 ? EMPTY_CHAIN : undefined)
    if (before !== undefined && sequence !== before.sequence + 1) {
      if (sequence <= before.sequence) return { sequence, reason: 'order' }
      return { sequence: before.sequence + 1, reason: 'gap' }
    }
    if (auditHash(line) !== hash) return { sequence, reason: 'hash' }
    // This row is as it was written, so it is the one before that was written anew, hash and all.
    if (before !== undefined && previous !== before.hash) {
      return { sequence: Math.max(before.sequence, 1), reason: 'link' }
    }
    if (sequence === this.#noted?.sequence && hash !== this.#noted.hash) {
      return { sequence, reason: 'head' }
    }
    this.#last = { sequence, hash }
    this.#first ??= sequence
    this.#rows += 1
    return undefined
  }

  /** After the last row: what should be there and is not. */
  end(): ChainFault | undefined {
    const last = this.#last?.sequence ?? 0
    if (this.#noted === undefined || this.#noted.sequence <= last) return undefined
    return { sequence: last + 1, reason: 'cut' }
  }
}

/** A sentence for people. */
export function chainFaultText({ sequence, reason }: ChainFault): string {
  switch (reason) {
    case 'hash':
      return `Row ${sequence} is not as it was written: its members do not give its hash.`
    case 'link':
      return `Row ${sequence} was replaced: the row after it was chained to another one.`
    case 'gap':
      return `Row ${sequence} is missing.`
    case 'order':
      return `Row ${sequence} is out of order: a row with this number or a later one came before it.`
    case 'head':
      return `Row ${sequence} is not the one that was noted: the log was written anew up to here or further.`
    case 'cut':
      return `Row ${sequence} is missing, and all after it: the end of the log was cut off.`
    case 'forged':
      return `Row ${sequence} was not written by the server: its own count of rows ends before it.`
    default:
      return unreachable(reason)
  }
}

const HEAD = /^([1-9]\d{0,15}):([0-9a-f]{64})$/

/** Undefined for a text that is no head. */
export function parseChainHead(text: string): ChainHead | undefined {
  const [, sequence, hash] = HEAD.exec(text) ?? []
  return hash === undefined ? undefined : { sequence: Number(sequence), hash }
}

export function formatChainHead({ sequence, hash }: ChainHead): string {
  return `${sequence}:${hash}`
}
