import type { KeyEntry } from '../domain/routes.ts'
import type { Arena } from './arena.ts'
import {
  flagMembers,
  flagsOf,
  grantMembers,
  keyIdOf,
  openedIds,
  recordIdOf,
} from './entry-parts.ts'
import { extrasOfText, extrasText, readExtrasText } from './extras.ts'
import type { FunctionNumbers } from './function-numbers.ts'
import type { Hash } from './hash-index.ts'
import {
  BLOCK_UNITS,
  DIGEST_WORDS,
  extrasBegin,
  FLAG_EXTRAS,
  FLAG_OLD,
  paddedBytes,
  RECORD_DIGEST,
  RECORD_EXPIRY,
  RECORD_FLAGS,
  RECORD_GRANTS,
  RECORD_ID_BYTES,
  RECORD_PROJECT,
  RECORD_TEXT_BYTES,
  RECORD_WORDS,
  recordWords,
  textBegin,
  UNIT_WORDS,
  wordsFor,
} from './layout.ts'

const DIGEST_BYTES = DIGEST_WORDS * 4

/** Keys as the table stores them; see the picture in `layout.ts`. */
export class Records {
  readonly #arena: Arena
  readonly #numbers: FunctionNumbers
  #idText = Buffer.alloc(64)

  constructor(arena: Arena, numbers: FunctionNumbers) {
    this.#arena = arena
    this.#numbers = numbers
  }

  /** A new record, which no index names yet. Throws on a digest that is none. */
  write(entry: KeyEntry): number {
    const { name } = entry
    const recordId = recordIdOf(entry)
    const idBytes = Buffer.byteLength(recordId)
    const textBytes = paddedBytes(idBytes) + Buffer.byteLength(name)
    const ids = openedIds(entry)
    const extras = extrasText(entry)
    const extrasBytes = extras === undefined ? 0 : Buffer.byteLength(extras)
    const ref = this.#arena.allocate(wordsFor(ids.length, textBytes, extrasBytes))
    const { words, doubles, bytes } = this.#arena
    const at = ref * UNIT_WORDS
    words[at + RECORD_TEXT_BYTES] = textBytes
    doubles[(at + RECORD_EXPIRY) / 2] = entry.expireMs ?? Number.POSITIVE_INFINITY
    const digestBytes = bytes.write(entry.digest, (at + RECORD_DIGEST) * 4, DIGEST_BYTES, 'hex')
    if (digestBytes !== DIGEST_BYTES || entry.digest.length !== 2 * DIGEST_BYTES) {
      this.#arena.free(ref)
      throw new Error('a digest must be 64 hex digits')
    }
    words[at + RECORD_PROJECT] = entry.projectId
    words[at + RECORD_GRANTS] = ids.length
    words[at + RECORD_ID_BYTES] = idBytes
    words[at + RECORD_FLAGS] = flagsOf(entry, extras !== undefined)
    let grant = at + RECORD_WORDS
    for (const id of ids) words[grant++] = this.#numbers.use(id)
    this.#sortGrants(at)
    const text = grant * 4
    bytes.fill(0, text + idBytes, text + paddedBytes(idBytes))
    bytes.write(recordId, text, idBytes)
    bytes.write(name, text + paddedBytes(idBytes), textBytes - paddedBytes(idBytes))
    if (extras !== undefined) {
      const begin = extrasBegin(words, at)
      words[begin] = extrasBytes
      bytes.write(extras, (begin + 1) * 4, extrasBytes)
    }
    return ref
  }

  /** A copy of another table's record; `functionId` says what its numbers mean. */
  copy(from: Int32Array, at: number, functionId: (number: number) => string): number {
    const units = from[at + BLOCK_UNITS]!
    const used = recordWords(from, at)
    const ref = this.#arena.allocate(used)
    const { words } = this.#arena
    const to = ref * UNIT_WORDS
    const firstGrant = RECORD_WORDS
    const endGrant = RECORD_WORDS + from[at + RECORD_GRANTS]!
    if (units * UNIT_WORDS < used) throw new Error('a record is longer than its block')
    for (let i = 1; i < used; i++) words[to + i] = from[at + i]!
    for (let i = firstGrant; i < endGrant; i++) {
      words[to + i] = this.#numbers.use(functionId(from[at + i]!))
    }
    this.#sortGrants(to)
    return ref
  }

  read(ref: number): KeyEntry {
    const { words, doubles, bytes } = this.#arena
    const at = ref * UNIT_WORDS
    const opened = this.#grants(at).map((number) => this.#numbers.id(number))
    const text = textBegin(words, at)
    const idBytes = words[at + RECORD_ID_BYTES]!
    const digest = (at + RECORD_DIGEST) * 4
    const expireMs = doubles[(at + RECORD_EXPIRY) / 2]!
    const flags = words[at + RECORD_FLAGS]!
    const recordId = bytes.toString('utf8', text, text + idBytes)
    return {
      keyId: keyIdOf(recordId, flags),
      projectId: words[at + RECORD_PROJECT]!,
      name: bytes.toString(
        'utf8',
        text + paddedBytes(idBytes),
        text + words[at + RECORD_TEXT_BYTES]!,
      ),
      digest: bytes.toString('hex', digest, digest + 32),
      expireMs: expireMs === Number.POSITIVE_INFINITY ? null : expireMs,
      ...grantMembers(opened),
      ...(flags & FLAG_EXTRAS ? extrasOfText(readExtrasText(words, bytes, at)) : {}),
      ...flagMembers(flags),
    }
  }

  /** For a record that is about to be given back: its grants count no longer. */
  releaseGrants(ref: number): void {
    for (const number of this.#grants(ref * UNIT_WORDS)) this.#numbers.release(number)
  }

  digestHash = (ref: number, into: Hash): void => {
    const { words } = this.#arena
    const at = ref * UNIT_WORDS + RECORD_DIGEST
    into.high = words[at]!
    into.low = words[at + 1]!
  }

  idHash = (ref: number, into: Hash): void => {
    const { words, bytes } = this.#arena
    const at = ref * UNIT_WORDS
    hashBytes(bytes, textBegin(words, at), words[at + RECORD_ID_BYTES]!, into)
  }

  /** The hash of an id, and whether a record has it; good until the next call. */
  lookUpId(keyId: string, into: Hash): (ref: number) => boolean {
    const idBytes = Buffer.byteLength(keyId)
    if (idBytes > this.#idText.length) this.#idText = Buffer.alloc(idBytes)
    const idText = this.#idText
    idText.write(keyId, 0, idBytes)
    hashBytes(idText, 0, idBytes, into)
    return (ref) => {
      const { words, bytes } = this.#arena
      const at = ref * UNIT_WORDS
      if (words[at + RECORD_ID_BYTES] !== idBytes) return false
      const text = textBegin(words, at)
      for (let i = 0; i < idBytes; i++) if (bytes[text + i] !== idText[i]) return false
      return true
    }
  }

  sameDigest(one: number, other: number): boolean {
    const { words } = this.#arena
    const a = one * UNIT_WORDS + RECORD_DIGEST
    const b = other * UNIT_WORDS + RECORD_DIGEST
    for (let i = 0; i < DIGEST_WORDS; i++) if (words[a + i] !== words[b + i]) return false
    return true
  }

  /** Of a key's record, as it may be copied to another table or a file. */
  raw(ref: number): Int32Array {
    const at = ref * UNIT_WORDS
    const { words } = this.#arena
    return words.subarray(at, at + words[at + BLOCK_UNITS]! * UNIT_WORDS)
  }

  bytesOf(ref: number): number {
    return this.#arena.words[ref * UNIT_WORDS + BLOCK_UNITS]! * UNIT_WORDS * 4
  }

  isOld(ref: number): boolean {
    return (this.#arena.words[ref * UNIT_WORDS + RECORD_FLAGS]! & FLAG_OLD) !== 0
  }

  grantsOf(ref: number): number {
    return this.#arena.words[ref * UNIT_WORDS + RECORD_GRANTS]!
  }

  #grants(at: number): number[] {
    const { words } = this.#arena
    const first = at + RECORD_WORDS
    return [...words.subarray(first, first + words[at + RECORD_GRANTS]!)]
  }

  #sortGrants(at: number): void {
    const { words } = this.#arena
    const first = at + RECORD_WORDS
    const end = first + words[at + RECORD_GRANTS]!
    for (let i = first + 1; i < end; i++) {
      if (words[i]! > words[i - 1]!) continue
      words.subarray(first, end).sort()
      return
    }
  }
}

/** Of random ids every bit counts; of others all bytes must. */
function hashBytes(bytes: Uint8Array, from: number, length: number, into: Hash): void {
  let hash = length
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ bytes[from + i]!, 0x01000193)
    hash ^= hash >>> 15
  }
  into.high = mix(hash, 0x85ebca6b)
  into.low = mix(hash, 0xc2b2ae35)
}

function mix(hash: number, factor: number): number {
  const spread = Math.imul(hash ^ (hash >>> 16), factor)
  return Math.imul(spread ^ (spread >>> 13), 0x27d4eb2f) ^ (spread >>> 7)
}
