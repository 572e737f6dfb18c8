import type { Change, KeyEntry } from '../domain/routes.ts'
import { Arena } from './arena.ts'
import { oldRecordId } from './entry-parts.ts'
import { type FunctionNumberNews, FunctionNumbers } from './function-numbers.ts'
import { type Hash, HashIndex } from './hash-index.ts'
import {
  BLOCK_UNITS,
  HEADER_DIGESTS,
  HEADER_IDS,
  HEADER_KEYS,
  TABLE_BYTES_MAX,
  UNIT_WORDS,
} from './layout.ts'
import { Records } from './records.ts'

/** What a thread needs to read a table. */
export interface KeyTableShare {
  readonly buffer: SharedArrayBuffer
  readonly functionNumbers: ReadonlyMap<string, number>
}

export interface KeyTableWriterOptions {
  /** Room is made for so many at once. */
  readonly expectedKeys?: number
  readonly bytesMax?: number
}

/** Less than this is not worth a table made anew. */
const WASTE_BYTES_MIN = 16 * 1024 * 1024

/**
 * All keys and grants of a node, held once: written by the main thread, read by every gateway thread
 * from the same memory. What a call changes, every thread finds from then on. Each key costs a bounded
 * amount of work, whatever the table's size.
 */
export class KeyTableWriter {
  readonly #arena: Arena
  readonly #numbers = new FunctionNumbers()
  readonly #records: Records
  readonly #digests: HashIndex
  readonly #ids: HashIndex
  readonly #hash: Hash = { high: 0, low: 0 }
  #keys = 0
  #recordBytes = 0
  #grants = 0
  /** Records of old secrets. */
  #olds = 0

  /** Throws `KeyTableFullError` from every method that adds, once `bytesMax` is not enough. */
  constructor({ expectedKeys = 0, bytesMax = TABLE_BYTES_MAX }: KeyTableWriterOptions = {}) {
    this.#arena = new Arena(bytesMax)
    this.#records = new Records(this.#arena, this.#numbers)
    const { digestHash, idHash } = this.#records
    this.#digests = new HashIndex(this.#arena, HEADER_DIGESTS, digestHash, expectedKeys)
    this.#ids = new HashIndex(this.#arena, HEADER_IDS, idHash, expectedKeys)
  }

  /** One for each secret. */
  get size(): number {
    return this.#keys
  }

  /** Pairs of a key and a function or namespace that it opens whole. */
  get grants(): number {
    return this.#grants
  }

  /** The memory that the table takes. */
  get bytes(): number {
    return this.#arena.topBytes
  }

  /** Whether half of its memory is of no use, so that the same keys in a new table would take less. */
  get isWasteful(): boolean {
    return this.bytes > WASTE_BYTES_MIN + 2 * this.#recordBytes
  }

  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void {
    for (const id of change.removedKeyIds) this.remove(id)
    for (const key of change.keys) this.put(key)
  }

  /**
   * Adds a key, or puts it in the place of the one with its id. The entry of an old secret stands beside
   * the key's own, and is forgotten with the first own one that does not speak of it. What a digest opened
   * before and opens after, it opens all the time, an entry for an old secret being put before the key's own.
   */
  put(entry: KeyEntry): void {
    const ref = this.#records.write(entry)
    this.#counted(ref, 1)
    this.#take(ref, entry.isOld === true ? oldRecordId(entry.keyId) : entry.keyId)
    const hasNoOld = entry.isOld !== true && entry.hasOld !== true
    if (hasNoOld && this.#olds > 0) this.#forget(oldRecordId(entry.keyId))
  }

  /** Adds a key whose id and digest are new to this table. Faster than `put`. */
  add(entry: KeyEntry): void {
    this.#insert(this.#records.write(entry))
  }

  /** With its old secret. False when there is no such key. */
  remove(keyId: string): boolean {
    const wasThere = this.#forget(keyId)
    if (this.#olds > 0) this.#forget(oldRecordId(keyId))
    return wasThere
  }

  /**
   * Adds a key as another table's slice or a file has it; its id and its digest must be new to this table.
   * Returns how many words it took.
   */
  copy(words: Int32Array, at: number, functionId: (number: number) => string): number {
    this.#insert(this.#records.copy(words, at, functionId))
    return words[at + BLOCK_UNITS]! * UNIT_WORDS
  }

  /**
   * Some hundred keys as they lie in memory, and where the next slice begins; the first is 0. The table
   * may change between slices: a key that does not is in exactly one of them.
   */
  slice(from: number): { records: Int32Array[]; next: number | undefined } {
    const { refs, next } = this.#ids.slice(from)
    return { records: refs.map((ref) => this.#records.raw(ref)), next }
  }

  /** The same slice as plain values. */
  entriesFrom(from: number): { keys: KeyEntry[]; next: number | undefined } {
    const { refs, next } = this.#ids.slice(from)
    return { keys: refs.map((ref) => this.#records.read(ref)), next }
  }

  *entries(): Generator<KeyEntry> {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { keys, next } = this.entriesFrom(from)
      yield* keys
      from = next
    }
  }

  /** What the numbers in slices mean that are not smaller than `least`, and the least that is not given yet. */
  functionNumbersSince(least: number): { added: [number, string][]; next: number } {
    return this.#numbers.since(least)
  }

  /** For a thread that begins to read. From now on replaced records wait for {@link publish}. */
  share(): KeyTableShare {
    return { buffer: this.#arena.share(), functionNumbers: this.#numbers.all() }
  }

  /**
   * `tell` gives the news to every thread, and resolves when each has taken it in: then none can still be
   * looking at what was replaced before, and its memory is used again.
   */
  async publish(tell: (news: FunctionNumberNews) => Promise<unknown>): Promise<void> {
    const retired = this.#arena.takeRetired()
    await tell(this.#numbers.takeNews())
    for (const ref of retired) this.#arena.free(ref)
  }

  /** Puts a record in the place of the one with its id, if there is one. */
  #take(ref: number, recordId: string): void {
    const place = this.#ids.locate(this.#hash, this.#records.lookUpId(recordId, this.#hash))
    if (place < 0) {
      this.#putDigest(ref)
      this.#records.idHash(ref, this.#hash)
      this.#ids.insert(this.#hash, ref)
      this.#count(1)
      return
    }
    const before = this.#ids.refAt(place)
    if (!this.#records.sameDigest(before, ref)) this.#clearDigest(before)
    this.#putDigest(ref)
    this.#ids.replace(place, ref)
    this.#retire(before)
  }

  #forget(recordId: string): boolean {
    const place = this.#ids.locate(this.#hash, this.#records.lookUpId(recordId, this.#hash))
    if (place < 0) return false
    const ref = this.#ids.refAt(place)
    this.#clearDigest(ref)
    this.#records.idHash(ref, this.#hash)
    this.#ids.clear(this.#hash, place)
    this.#count(-1)
    this.#retire(ref)
    return true
  }

  /** A record whose id and digest no other has. */
  #insert(ref: number): void {
    this.#counted(ref, 1)
    this.#records.digestHash(ref, this.#hash)
    this.#digests.insert(this.#hash, ref)
    this.#records.idHash(ref, this.#hash)
    this.#ids.insert(this.#hash, ref)
    this.#count(1)
  }

  #putDigest(ref: number): void {
    this.#records.digestHash(ref, this.#hash)
    const same = (other: number) => this.#records.sameDigest(other, ref)
    const place = this.#digests.locate(this.#hash, same)
    if (place < 0) this.#digests.insert(this.#hash, ref)
    else this.#digests.replace(place, ref)
  }

  #clearDigest(ref: number): void {
    this.#records.digestHash(ref, this.#hash)
    const place = this.#digests.locate(this.#hash, (other) => other === ref)
    if (place >= 0) this.#digests.clear(this.#hash, place)
  }

  #retire(ref: number): void {
    this.#records.releaseGrants(ref)
    this.#counted(ref, -1)
    this.#arena.retire(ref)
  }

  #counted(ref: number, step: 1 | -1): void {
    this.#recordBytes += step * this.#records.bytesOf(ref)
    this.#grants += step * this.#records.grantsOf(ref)
    if (this.#records.isOld(ref)) this.#olds += step
  }

  #count(step: 1 | -1): void {
    this.#keys += step
    Atomics.store(this.#arena.words, HEADER_KEYS, this.#keys)
  }
}
