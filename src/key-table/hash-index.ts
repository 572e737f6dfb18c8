import type { Arena } from './arena.ts'
import {
  DIRECTORY_DEPTH,
  DIRECTORY_ENTRIES,
  EMPTY,
  entryOf,
  GONE,
  REF_MASK,
  SEGMENT_DEPTH,
  SEGMENT_LIVE,
  SEGMENT_SLOTS,
  SEGMENT_USED,
  SEGMENT_USED_MAX,
  SEGMENT_WORDS,
  SLOT_MASK,
  SLOTS,
  tagOf,
  UNIT_WORDS,
} from './layout.ts'

/** Two words of what is looked up: the first chooses the segment, the second the slot. */
export interface Hash {
  high: number
  low: number
}

const DEPTH_MAX = 24
const NOT_FOUND = -1
/** How full the segments of a table are that is made for a known number of keys. */
const FILLED_AT_FIRST = 0.6

/**
 * The writer's side of an extendible hash table: each segment grows by itself, so a change does a
 * bounded amount of work however many keys there are, and no second table is ever filled meanwhile.
 */
export class HashIndex {
  readonly #arena: Arena
  readonly #headerWord: number
  /** Writes the hash of a record. */
  readonly #hashOf: (ref: number, into: Hash) => void
  readonly #hash: Hash = { high: 0, low: 0 }

  constructor(
    arena: Arena,
    headerWord: number,
    hashOf: (ref: number, into: Hash) => void,
    expectedKeys: number,
  ) {
    this.#arena = arena
    this.#headerWord = headerWord
    this.#hashOf = hashOf
    const segments = expectedKeys / (SEGMENT_USED_MAX * FILLED_AT_FIRST)
    const depth = Math.min(DEPTH_MAX, Math.max(0, Math.ceil(Math.log2(segments))))
    const directory = arena.allocate(DIRECTORY_ENTRIES + 2 ** depth)
    arena.words[directory * UNIT_WORDS + DIRECTORY_DEPTH] = depth
    for (let i = 0; i < 2 ** depth; i++) {
      const segment = this.#emptySegment(depth)
      arena.words[directory * UNIT_WORDS + DIRECTORY_ENTRIES + i] = segment
    }
    Atomics.store(arena.words, headerWord, directory)
  }

  /** The place of the slot whose record `matches`; -1 for none. */
  locate(hash: Hash, matches: (ref: number) => boolean): number {
    const { words } = this.#arena
    const slots = this.#segmentOf(hash.high) + SEGMENT_SLOTS
    const tag = tagOf(hash.low)
    for (let i = 0; i < SLOTS; i++) {
      const place = slots + ((hash.low + i) & SLOT_MASK)
      const slot = words[place]!
      if (slot === EMPTY) return NOT_FOUND
      const ref = slot & REF_MASK
      if (tagOf(slot) === tag && ref !== 0 && matches(ref)) return place
    }
    return NOT_FOUND
  }

  refAt(place: number): number {
    return this.#arena.words[place]! & REF_MASK
  }

  /** Another record with the same hash in the place of one. */
  replace(place: number, ref: number): void {
    const { words } = this.#arena
    Atomics.store(words, place, tagOf(words[place]!) | ref)
  }

  /** Adds a record that has no slot yet. */
  insert(hash: Hash, ref: number): void {
    while (this.#used(hash.high) >= SEGMENT_USED_MAX) this.#rewrite(hash.high)
    const { words } = this.#arena
    this.#putInto(words, this.#segmentOf(hash.high), hash.low, ref)
  }

  /** Empties a slot. */
  clear(hash: Hash, place: number): void {
    const { words } = this.#arena
    const segment = this.#segmentOf(hash.high)
    const slots = segment + SEGMENT_SLOTS
    words[segment + SEGMENT_LIVE]! -= 1
    let at = place - slots
    if (words[slots + ((at + 1) & SLOT_MASK)] !== EMPTY) {
      Atomics.store(words, place, GONE)
      return
    }
    // Nothing is probed for beyond an empty slot, so what was only passed through may be empty too.
    Atomics.store(words, place, EMPTY)
    words[segment + SEGMENT_USED]! -= 1
    for (at = (at - 1) & SLOT_MASK; words[slots + at] === GONE; at = (at - 1) & SLOT_MASK) {
      Atomics.store(words, slots + at, EMPTY)
      words[segment + SEGMENT_USED]! -= 1
    }
  }

  /**
   * The records whose hash begins as `from` says, and where the next ones begin; undefined after the
   * last. Keys may come and go between two slices: the others are in exactly one of them.
   */
  slice(from: number): { refs: number[]; next: number | undefined } {
    const { words } = this.#arena
    const segment = this.#segmentOf(from | 0)
    const refs: number[] = []
    for (let i = 0; i < SLOTS; i++) {
      const ref = words[segment + SEGMENT_SLOTS + i]! & REF_MASK
      if (ref !== 0) refs.push(ref)
    }
    const width = 2 ** (32 - words[segment + SEGMENT_DEPTH]!)
    const next = Math.floor(from / width) * width + width
    return { refs, next: next < 2 ** 32 ? next : undefined }
  }

  #directory(): number {
    return this.#arena.words[this.#headerWord]! * UNIT_WORDS
  }

  /** In words. */
  #segmentOf(high: number): number {
    const { words } = this.#arena
    const directory = this.#directory()
    const entry = entryOf(high, words[directory + DIRECTORY_DEPTH]!)
    return words[directory + DIRECTORY_ENTRIES + entry]! * UNIT_WORDS
  }

  #used(high: number): number {
    return this.#arena.words[this.#segmentOf(high) + SEGMENT_USED]!
  }

  #putInto(words: Int32Array, segment: number, low: number, ref: number): void {
    const slots = segment + SEGMENT_SLOTS
    for (let i = 0; i < SLOTS; i++) {
      const place = slots + ((low + i) & SLOT_MASK)
      const slot = words[place]!
      if ((slot & REF_MASK) !== 0) continue
      if (slot === EMPTY) words[segment + SEGMENT_USED]! += 1
      words[segment + SEGMENT_LIVE]! += 1
      Atomics.store(words, place, tagOf(low) | ref)
      return
    }
    throw new Error('a segment of the key table has no slot left')
  }

  /** A full segment anew: without its gone slots, or as two when there is more than that to it. */
  #rewrite(high: number): void {
    const arena = this.#arena
    const old = this.#segmentOf(high)
    const depth = arena.words[old + SEGMENT_DEPTH]!
    const splits = arena.words[old + SEGMENT_LIVE]! > SEGMENT_USED_MAX / 2
    if (splits && depth === DEPTH_MAX) throw new Error('too many keys have hashes that begin alike')
    if (splits && depth === arena.words[this.#directory() + DIRECTORY_DEPTH]) this.#deepen()
    const newDepth = splits ? depth + 1 : depth
    const first = this.#emptySegment(newDepth)
    const second = splits ? this.#emptySegment(newDepth) : first
    const { words } = arena
    for (let i = 0; i < SLOTS; i++) {
      const ref = words[old + SEGMENT_SLOTS + i]! & REF_MASK
      if (ref === 0) continue
      this.#hashOf(ref, this.#hash)
      const isSecond = splits && ((this.#hash.high >>> (31 - depth)) & 1) === 1
      this.#putInto(words, (isSecond ? second : first) * UNIT_WORDS, this.#hash.low, ref)
    }
    this.#publish(high, depth, first, second)
    arena.retire(old / UNIT_WORDS)
  }

  /** Both halves of the directory's entries that a segment of this depth had. */
  #publish(high: number, depth: number, first: number, second: number): void {
    const { words } = this.#arena
    const directory = this.#directory()
    const width = 2 ** (words[directory + DIRECTORY_DEPTH]! - depth)
    const begin = directory + DIRECTORY_ENTRIES + entryOf(high, depth) * width
    for (let i = 0; i < width; i++) {
      Atomics.store(words, begin + i, i < width / 2 ? first : second)
    }
  }

  /** A directory with two entries for each of the old one's. */
  #deepen(): void {
    const arena = this.#arena
    const oldRef = this.#directory() / UNIT_WORDS
    const depth = arena.words[this.#directory() + DIRECTORY_DEPTH]!
    const ref = arena.allocate(DIRECTORY_ENTRIES + 2 ** (depth + 1))
    const { words } = arena
    const from = oldRef * UNIT_WORDS + DIRECTORY_ENTRIES
    const to = ref * UNIT_WORDS + DIRECTORY_ENTRIES
    words[ref * UNIT_WORDS + DIRECTORY_DEPTH] = depth + 1
    for (let i = 0; i < 2 ** (depth + 1); i++) words[to + i] = words[from + (i >>> 1)]!
    Atomics.store(words, this.#headerWord, ref)
    arena.retire(oldRef)
  }

  #emptySegment(depth: number): number {
    const ref = this.#arena.allocate(SEGMENT_WORDS)
    const { words } = this.#arena
    const begin = ref * UNIT_WORDS
    words.fill(0, begin + SEGMENT_DEPTH, begin + SEGMENT_WORDS)
    words[begin + SEGMENT_DEPTH] = depth
    return ref
  }
}
