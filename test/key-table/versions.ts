import { createHash } from 'node:crypto'
import type { KeyEntry } from '../../src/domain/routes.ts'

/*
 * Keys whose whole state follows from their index and a version that only grows, so that a reader can
 * tell from what it finds which version that was, and whether all of it belongs together.
 */

export const COMMON_FUNCTIONS = Array.from({ length: 16 }, (_, i) => `common-${i}`)

/** Every third version is: removed. Version 0 is: not there yet. */
export function isThere(version: number): boolean {
  return version % 3 !== 0
}

export function entryAt(index: number, version: number): KeyEntry {
  return {
    keyId: `id-${index}`,
    projectId: 1,
    name: `${index}:${version}`,
    digest: digestOf(index).toString('hex'),
    expireMs: version,
    functionIds: functionsAt(index, version),
  }
}

/** Two that other keys open too, and sometimes one of its own or many. */
export function functionsAt(index: number, version: number): string[] {
  const ids = new Set([
    COMMON_FUNCTIONS[(index + version) % 16]!,
    COMMON_FUNCTIONS[(index * 7 + version * 3) % 16]!,
  ])
  if (version % 5 === 0) ids.add(`own-${index}-${version}`)
  if (version % 7 === 0) for (const id of COMMON_FUNCTIONS) ids.add(id)
  return [...ids]
}

export function digestOf(index: number): Buffer {
  return createHash('sha256').update(String(index)).digest()
}

export function digestWordsOf(index: number): Int32Array {
  const bytes = digestOf(index)
  return Int32Array.from({ length: 8 }, (_, i) => bytes.readInt32LE(4 * i))
}

/** Of each key, the version that is surely in force and the newest that may be. */
export class Bounds {
  readonly buffer: SharedArrayBuffer
  readonly #sure: Int32Array
  readonly #newest: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    const keys = buffer.byteLength / 8
    this.#sure = new Int32Array(buffer, 0, keys)
    this.#newest = new Int32Array(buffer, keys * 4, keys)
  }

  static create(keys: number): Bounds {
    return new Bounds(new SharedArrayBuffer(keys * 8))
  }

  sure(index: number): number {
    return Atomics.load(this.#sure, index)
  }

  newest(index: number): number {
    return Atomics.load(this.#newest, index)
  }

  /** Around a change: the version may be seen from now on, and after `change` must be. */
  advance(index: number, change: (version: number) => void): void {
    const version = this.sure(index) + 1
    Atomics.store(this.#newest, index, version)
    change(version)
    Atomics.store(this.#sure, index, version)
  }
}
