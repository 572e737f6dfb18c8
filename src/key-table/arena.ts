import { BLOCK_UNITS, HEADER_WORDS, TABLE_BYTES_MAX, UNIT_BYTES, UNIT_WORDS } from './layout.ts'

const FIRST_BYTES = 256 * 1024
/** Only what is touched takes memory, so the steps may be wide. */
const GROWTH_BYTES_MAX = 16 * 1024 * 1024
/** Up to here there is a list of free blocks for each length, beyond it one for each power of two. */
const EXACT_UNITS_MAX = 512
const POWERS = 29
const NEXT_FREE = 1

/** The keys and grants need more memory than a table can have. */
export class KeyTableFullError extends Error {
  constructor(bytesMax: number) {
    super(`the key table is full: it may take ${bytesMax} bytes`)
    this.name = 'KeyTableFullError'
  }
}

/** Hands out blocks of shared memory. A ref is a block's first unit; 0 is none. */
export class Arena {
  readonly buffer: SharedArrayBuffer
  words: Int32Array<SharedArrayBuffer>
  doubles: Float64Array<SharedArrayBuffer>
  bytes: Buffer<SharedArrayBuffer>
  #top = HEADER_WORDS / UNIT_WORDS
  #freeUnits = 0
  readonly #freeLists = new Int32Array(EXACT_UNITS_MAX + 1 + POWERS)
  #retired: number[] = []
  #hasReaders = false

  constructor(bytesMax = TABLE_BYTES_MAX) {
    const maxByteLength = Math.min(bytesMax, TABLE_BYTES_MAX)
    this.buffer = new SharedArrayBuffer(Math.min(FIRST_BYTES, maxByteLength), { maxByteLength })
    this.words = new Int32Array(this.buffer, 0, this.buffer.byteLength / 4)
    this.doubles = new Float64Array(this.buffer, 0, this.buffer.byteLength / 8)
    this.bytes = Buffer.from(this.buffer, 0, this.buffer.byteLength)
  }

  /** What was ever handed out. */
  get topBytes(): number {
    return this.#top * UNIT_BYTES
  }

  /** Of that, what is free to be handed out again. */
  get freeBytes(): number {
    return this.#freeUnits * UNIT_BYTES
  }

  /** From now on what is retired waits for {@link takeRetired}. */
  share(): SharedArrayBuffer {
    this.#hasReaders = true
    return this.buffer
  }

  /** A block of at least `words`; what is in it is left from before, but for its length. */
  allocate(words: number): number {
    const units = roundedUnits(Math.ceil(words / UNIT_WORDS))
    const list = listOf(units)
    let ref = this.#freeLists[list]!
    if (ref !== 0) {
      this.#freeLists[list] = this.words[ref * UNIT_WORDS + NEXT_FREE]!
      this.#freeUnits -= units
    } else {
      ref = this.#top
      this.#reach((ref + units) * UNIT_BYTES)
      this.#top += units
    }
    this.words[ref * UNIT_WORDS + BLOCK_UNITS] = units
    return ref
  }

  /** Gives a block back that no reader has ever seen. */
  free(ref: number): void {
    const units = this.words[ref * UNIT_WORDS + BLOCK_UNITS]!
    const list = listOf(units)
    this.words[ref * UNIT_WORDS + NEXT_FREE] = this.#freeLists[list]!
    this.#freeLists[list] = ref
    this.#freeUnits += units
  }

  /** Gives a block back that readers may still look at. */
  retire(ref: number): void {
    if (this.#hasReaders) this.#retired.push(ref)
    else this.free(ref)
  }

  /** The blocks retired since the last time, to be freed once every reader is past them. */
  takeRetired(): readonly number[] {
    const retired = this.#retired
    this.#retired = []
    return retired
  }

  #reach(bytes: number): void {
    const has = this.buffer.byteLength
    if (bytes <= has) return
    const most = this.buffer.maxByteLength
    if (bytes > most) throw new KeyTableFullError(most)
    const wish = Math.max(bytes, has + Math.min(has, GROWTH_BYTES_MAX))
    const length = Math.min(most, Math.ceil(wish / FIRST_BYTES) * FIRST_BYTES)
    this.buffer.grow(length)
    // Of a fixed length: a view that follows its buffer's length is ten times as slow.
    this.words = new Int32Array(this.buffer, 0, length / 4)
    this.doubles = new Float64Array(this.buffer, 0, length / 8)
    this.bytes = Buffer.from(this.buffer, 0, length)
  }
}

function roundedUnits(units: number): number {
  return units <= EXACT_UNITS_MAX ? units : 2 ** Math.ceil(Math.log2(units))
}

function listOf(units: number): number {
  return units <= EXACT_UNITS_MAX ? units : EXACT_UNITS_MAX + 32 - Math.clz32(units - 1) - 9
}
