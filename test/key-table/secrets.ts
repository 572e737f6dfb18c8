import { createHash } from 'node:crypto'
import type { KeyEntry } from '../../src/domain/routes.ts'

/* Keys that are rotated all the time. The secrets of a key are numbered from 1 on, and 0 is none. */

export interface Secrets {
  readonly own: number
  readonly old: number
}

const BITS = 16
const MASK = 2 ** BITS - 1

/** Which secrets of each key must be found at the moment, as the writer tells its readers. */
export class Promised {
  readonly buffer: SharedArrayBuffer
  readonly #packed: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#packed = new Int32Array(buffer)
  }

  static create(keys: number): Promised {
    return new Promised(new SharedArrayBuffer(keys * 4))
  }

  set(index: number, { own, old }: Secrets): void {
    Atomics.store(this.#packed, index, (old << BITS) | own)
  }

  of(index: number): number[] {
    const packed = Atomics.load(this.#packed, index)
    return [packed & MASK, packed >>> BITS].filter((secret) => secret > 0)
  }
}

/** As control sends them: the old secret's first. */
export function entriesOf(index: number, { own, old }: Secrets, name: string): KeyEntry[] {
  const key = { keyId: `id-${index}`, projectId: 1, name, expireMs: null, functionIds: ['f'] }
  const ownEntry = { ...key, digest: digestOf(index, own).toString('hex') }
  if (old === 0) return [ownEntry]
  const oldDigest = digestOf(index, old).toString('hex')
  return [
    { ...key, digest: oldDigest, isOld: true },
    { ...ownEntry, hasOld: true },
  ]
}

export function digestOf(index: number, secret: number): Buffer {
  return createHash('sha256').update(`${index} ${secret}`).digest()
}
