/*
 * One growable buffer that all threads share. The main thread alone writes; others read at any moment.
 * It is counted in 32-bit words and handed out in blocks of whole units, whose numbers are the refs.
 *
 *   header      [.] [digests] [ids] [keys]              refs of the two directories, number of keys
 *   directory   [units] [depth] segment ref x 2^depth    by the first bits of a hash
 *   segment     [units] [depth] [used] [live] slot x 1024    by other bits of it, linear probing
 *   slot        0, never used | GONE | 4 bits of the hash, 28 bits the record's ref
 *   record      [units] [text bytes] [expiry, a double] [digest x 8] [project] [grants] [id bytes] [flags]
 *               number x grants, ascending; the id's bytes, padded to a word; the name's bytes;
 *               of some, padded to a word: [extras bytes] the extras' bytes
 *
 * There is a record for each secret: while a key is rotated one more, whose id is the key's and OLD_ID_END.
 *
 * What readers rely on: a record is written before the slot that names it is stored, and is never
 * changed; a key that changes gets a new record, and one store puts it in the place of the old one. A
 * full segment is rewritten as one or two new ones, and a store in the directory puts them to work. So
 * each state that a reader finds was true at one moment, and nothing is ever locked. A block that has
 * been replaced is used again only once every thread has said that it is past it.
 */
export const UNIT_WORDS = 4
export const UNIT_BYTES = UNIT_WORDS * 4
export const REF_MASK = 0x0fffffff
/** As far as a slot's 28 bits reach. */
export const TABLE_BYTES_MAX = (REF_MASK + 1) * UNIT_BYTES

export const HEADER_WORDS = 16
export const HEADER_DIGESTS = 1
export const HEADER_IDS = 2
export const HEADER_KEYS = 3

/** The first word of every block: its length in units. */
export const BLOCK_UNITS = 0

export const DIRECTORY_DEPTH = 1
export const DIRECTORY_ENTRIES = 2

export const SEGMENT_DEPTH = 1
export const SEGMENT_USED = 2
export const SEGMENT_LIVE = 3
export const SEGMENT_SLOTS = 4
export const SLOTS = 1024
export const SLOT_MASK = SLOTS - 1
export const SEGMENT_WORDS = SEGMENT_SLOTS + SLOTS
/** Beyond it a miss would look at too many slots. */
export const SEGMENT_USED_MAX = 704

export const EMPTY = 0
/** No record: its ref is 0. */
export const GONE = 0x10000000

export const RECORD_TEXT_BYTES = 1
/** In words from the record's begin; the double begins at a multiple of 8 bytes. */
export const RECORD_EXPIRY = 2
export const RECORD_DIGEST = 4
export const DIGEST_WORDS = 8
export const RECORD_PROJECT = 12
export const RECORD_GRANTS = 13
export const RECORD_ID_BYTES = 14
export const RECORD_FLAGS = 15
export const RECORD_WORDS = 16
/** The text has one byte for each character. */
export const FLAG_ASCII = 1
export const FLAG_DISABLED = 2
/** Of the old secret of a rotation. */
export const FLAG_OLD = 4
export const FLAG_HAS_OLD = 8
export const FLAG_AWAITED = 16
/** See `extras.ts`. */
export const FLAG_EXTRAS = 32

/** Of the id of an old secret's record. */
export const OLD_ID_END = '~'

/** Grants are numbers for ids, a namespace's with this before it. */
export const NAMESPACE_ID_BEGIN = 'ns:'

/** Bytes of the id with its padding. */
export function paddedBytes(bytes: number): number {
  return (bytes + 3) & ~3
}

/** The entry of a directory of this depth for a hash. */
export function entryOf(high: number, depth: number): number {
  return depth === 0 ? 0 : high >>> (32 - depth)
}

/** The bits of a hash that a slot keeps, so that most slots of other keys are passed without a look at their record. */
export function tagOf(low: number): number {
  return low & ~REF_MASK
}

/** What of a block's words a record needs. */
export function recordWords(words: Int32Array, at: number): number {
  const grants = words[at + RECORD_GRANTS]!
  const hasExtras = (words[at + RECORD_FLAGS]! & FLAG_EXTRAS) !== 0
  const extrasBytes = hasExtras ? words[extrasBegin(words, at)]! : 0
  return wordsFor(grants, words[at + RECORD_TEXT_BYTES]!, extrasBytes)
}

/** `extrasBytes`: 0 for none, which take no word for their length either. */
export function wordsFor(grants: number, textBytes: number, extrasBytes: number): number {
  const extras = extrasBytes === 0 ? 0 : 1 + Math.ceil(extrasBytes / 4)
  return RECORD_WORDS + grants + Math.ceil(textBytes / 4) + extras
}

/** In words. */
export function extrasBegin(words: Int32Array, at: number): number {
  return at + wordsFor(words[at + RECORD_GRANTS]!, words[at + RECORD_TEXT_BYTES]!, 0)
}

/** In bytes. */
export function textBegin(words: Int32Array, at: number): number {
  return (at + RECORD_WORDS + words[at + RECORD_GRANTS]!) * 4
}
