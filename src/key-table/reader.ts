import type { KeyOpening, KeyUse } from '../domain/key-verdict.ts'
import { keyIdOf } from './entry-parts.ts'
import { extrasOfText, ReadExtras, readExtrasText } from './extras.ts'
import type { FunctionNumberNews } from './function-numbers.ts'
import { Kept } from './kept.ts'
import {
  BLOCK_UNITS,
  DIGEST_WORDS,
  DIRECTORY_DEPTH,
  DIRECTORY_ENTRIES,
  EMPTY,
  entryOf,
  FLAG_ASCII,
  FLAG_AWAITED,
  FLAG_DISABLED,
  FLAG_EXTRAS,
  HEADER_DIGESTS,
  HEADER_KEYS,
  NAMESPACE_ID_BEGIN,
  paddedBytes,
  RECORD_DIGEST,
  RECORD_EXPIRY,
  RECORD_FLAGS,
  RECORD_GRANTS,
  RECORD_ID_BYTES,
  RECORD_TEXT_BYTES,
  RECORD_WORDS,
  REF_MASK,
  SEGMENT_SLOTS,
  SEGMENT_WORDS,
  SLOT_MASK,
  SLOTS,
  tagOf,
  UNIT_WORDS,
} from './layout.ts'
import type { KeyTableShare } from './writer.ts'

const NOT_FOUND = -1
/** Up to so many grants looking at each is the fastest. */
const SCANNED_GRANTS_MAX = 8
/** A key can have hundreds of thousands of characters of limits. */
const EXTRAS_CHARS_MAX = 8 * 1024 * 1024

export interface SharedKeyIdentity {
  readonly id: string
  readonly name: string
  /** Of the secret; null for never. */
  readonly expireMs: number | null
  readonly isAwaited: boolean
}

/**
 * A thread's view of the table that the main thread writes. Nothing is allocated but what `identity` gives,
 * and what the few keys have that are limited or whose time is still to come: both once for each record.
 */
export class SharedKeyTable {
  #buffer!: SharedArrayBuffer
  #words!: Int32Array<SharedArrayBuffer>
  #doubles!: Float64Array<SharedArrayBuffer>
  #bytes!: Buffer<SharedArrayBuffer>
  readonly #functionNumbers = new Map<string, number>()
  readonly #namespaceNumbers = new Map<string, number>()
  readonly #identities = new Kept((key) => this.#readIdentity(key))
  #extras = this.#noExtras()
  /** Of those that were read since the last time that none were kept. */
  #extrasChars = 0

  constructor(share: KeyTableShare) {
    this.adopt(share)
  }

  get size(): number {
    return Atomics.load(this.#words, HEADER_KEYS)
  }

  /** Reads another table from now on. */
  adopt(share: KeyTableShare): void {
    this.#buffer = share.buffer
    this.#functionNumbers.clear()
    this.#namespaceNumbers.clear()
    this.#see()
    this.takeNews(share.functionNumbers)
  }

  /** Must be called before the main thread is told that this one has taken the news in. */
  takeNews(news: FunctionNumberNews): void {
    for (const [id, number] of news) {
      const isNamespace = id.startsWith(NAMESPACE_ID_BEGIN)
      const numbers = isNamespace ? this.#namespaceNumbers : this.#functionNumbers
      const ownId = isNamespace ? id.slice(NAMESPACE_ID_BEGIN.length) : id
      if (number === null) numbers.delete(ownId)
      else numbers.set(ownId, number)
    }
    // From now on a record's place may be given to another key.
    this.#identities.clear()
    this.#extras.clear()
  }

  /** `digest` as `readKeySecretDigest` writes it. */
  find(digest: Int32Array): number {
    const low = digest[1]!
    const tag = tagOf(low)
    const slots = this.#segmentOf(digest[0]!) + SEGMENT_SLOTS
    for (let i = 0; i < SLOTS; i++) {
      const place = slots + ((low + i) & SLOT_MASK)
      const seen = this.#words[place]!
      if (seen === EMPTY) return NOT_FOUND
      if (tagOf(seen) !== tag) continue
      // Read again, so that what the writer put into the record before is seen too.
      const ref = Atomics.load(this.#words, place) & REF_MASK
      if (ref !== 0 && this.#hasDigest(ref, digest)) return ref
    }
    return NOT_FOUND
  }

  expireMs(key: number): number | null {
    const expireMs = this.#doubles[(key * UNIT_WORDS + RECORD_EXPIRY) / 2]!
    return expireMs === Number.POSITIVE_INFINITY ? null : expireMs
  }

  isDisabled(key: number): boolean {
    return (this.#flags(key) & FLAG_DISABLED) !== 0
  }

  notBeforeMs(key: number): number | null {
    return (this.#flags(key) & FLAG_EXTRAS) === 0 ? null : this.#extras.of(key).notBeforeMs
  }

  opens(key: number, use: KeyUse): KeyOpening {
    if (this.#hasGrant(key, this.#functionNumbers.get(use.functionId))) return 'allowed'
    if (this.#hasGrant(key, this.#namespaceNumbers.get(use.namespaceId))) return 'allowed'
    return (this.#flags(key) & FLAG_EXTRAS) === 0 ? 'not-granted' : this.#extras.of(key).opens(use)
  }

  identity(key: number): SharedKeyIdentity {
    return this.#identities.of(key)
  }

  #flags(key: number): number {
    return this.#words[key * UNIT_WORDS + RECORD_FLAGS]!
  }

  #hasGrant(key: number, number: number | undefined): boolean {
    if (number === undefined) return false
    const words = this.#words
    let low = key * UNIT_WORDS + RECORD_WORDS
    let high = low + words[key * UNIT_WORDS + RECORD_GRANTS]!
    while (high - low > SCANNED_GRANTS_MAX) {
      const middle = (low + high) >>> 1
      if (words[middle]! > number) high = middle
      else low = middle
    }
    for (; low < high; low++) if (words[low] === number) return true
    return false
  }

  /** In words. */
  #segmentOf(high: number): number {
    const directory = Atomics.load(this.#words, HEADER_DIGESTS) * UNIT_WORDS
    if (directory + DIRECTORY_ENTRIES > this.#words.length) this.#see()
    const depth = this.#words[directory + DIRECTORY_DEPTH]!
    const entry = directory + DIRECTORY_ENTRIES + entryOf(high, depth)
    if (entry >= this.#words.length) this.#see()
    const segment = Atomics.load(this.#words, entry) * UNIT_WORDS
    if (segment + SEGMENT_WORDS > this.#words.length) this.#see()
    return segment
  }

  #hasDigest(ref: number, digest: Int32Array): boolean {
    const at = ref * UNIT_WORDS
    if (at + RECORD_WORDS > this.#words.length) this.#see()
    const words = this.#words
    // Any two keys differ in the first words; all eight are compared all the same.
    for (let i = 0; i < DIGEST_WORDS; i++) {
      if (words[at + RECORD_DIGEST + i] !== digest[i]) return false
    }
    if (at + words[at + BLOCK_UNITS]! * UNIT_WORDS > words.length) this.#see()
    return true
  }

  #readIdentity(key: number): SharedKeyIdentity {
    const words = this.#words
    const at = key * UNIT_WORDS
    const begin = (at + RECORD_WORDS + words[at + RECORD_GRANTS]!) * 4
    const end = begin + words[at + RECORD_TEXT_BYTES]!
    const idBytes = words[at + RECORD_ID_BYTES]!
    const flags = words[at + RECORD_FLAGS]!
    const rest = { expireMs: this.expireMs(key), isAwaited: (flags & FLAG_AWAITED) !== 0 }
    if ((flags & FLAG_ASCII) !== 0) {
      const text = this.#bytes.toString('latin1', begin, end)
      const id = keyIdOf(text.slice(0, idBytes), flags)
      return { id, name: text.slice(paddedBytes(idBytes)), ...rest }
    }
    const name = this.#bytes.toString('utf8', begin + paddedBytes(idBytes), end)
    const id = keyIdOf(this.#bytes.toString('utf8', begin, begin + idBytes), flags)
    return { id, name, ...rest }
  }

  #noExtras(): Kept<ReadExtras> {
    return new Kept((key) => this.#readExtras(key))
  }

  #readExtras(key: number): ReadExtras {
    const text = readExtrasText(this.#words, this.#bytes, key * UNIT_WORDS)
    if (this.#extrasChars > EXTRAS_CHARS_MAX) {
      this.#extras = this.#noExtras()
      this.#extrasChars = 0
    }
    this.#extrasChars += text.length
    return new ReadExtras(extrasOfText(text))
  }

  /** The buffer as long as it is now. A view that follows its length would be ten times as slow. */
  #see(): void {
    const bytes = this.#buffer.byteLength
    this.#words = new Int32Array(this.#buffer, 0, bytes / 4)
    this.#doubles = new Float64Array(this.#buffer, 0, bytes / 8)
    this.#bytes = Buffer.from(this.#buffer, 0, bytes)
  }
}
