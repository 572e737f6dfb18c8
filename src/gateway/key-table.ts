import type { Change, KeyEntry } from '../domain/routes.ts'

/** A key's place in the table, good until the table is next changed; {@link NO_KEY} for none. */
export type KeyRef = number

export const NO_KEY: KeyRef = -1

/** What the gateway asks of the keys on each request: no I/O, nothing allocated. */
export interface KeyTable {
  readonly size: number
  /** `digest` as in `KeyEntry`. */
  find(digest: string): KeyRef
  /** Null for never. */
  expireMs(key: KeyRef): number | null
  opens(key: KeyRef, functionId: string): boolean
  id(key: KeyRef): string
  name(key: KeyRef): string
  /** Replaces everything. */
  load(keys: readonly KeyEntry[]): void
  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void
}

interface Row {
  readonly entry: KeyEntry
  readonly functionIds: ReadonlySet<string>
}

/** A table in the thread's own memory. */
export class MapKeyTable implements KeyTable {
  #rows: (Row | undefined)[] = []
  #free: KeyRef[] = []
  readonly #refByDigest = new Map<string, KeyRef>()
  readonly #refByKeyId = new Map<string, KeyRef>()

  get size(): number {
    return this.#refByKeyId.size
  }

  find(digest: string): KeyRef {
    return this.#refByDigest.get(digest) ?? NO_KEY
  }

  expireMs(key: KeyRef): number | null {
    return this.#row(key).entry.expireMs
  }

  opens(key: KeyRef, functionId: string): boolean {
    return this.#row(key).functionIds.has(functionId)
  }

  id(key: KeyRef): string {
    return this.#row(key).entry.keyId
  }

  name(key: KeyRef): string {
    return this.#row(key).entry.name
  }

  load(keys: readonly KeyEntry[]): void {
    this.#rows = []
    this.#free = []
    this.#refByDigest.clear()
    this.#refByKeyId.clear()
    for (const key of keys) this.#put(key)
  }

  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void {
    for (const id of change.removedKeyIds) this.#remove(id)
    for (const key of change.keys) this.#put(key)
  }

  #row(key: KeyRef): Row {
    const row = this.#rows[key]
    if (row === undefined) throw new Error('no such key reference')
    return row
  }

  #put(entry: KeyEntry): void {
    this.#remove(entry.keyId)
    const ref = this.#free.pop() ?? this.#rows.length
    this.#rows[ref] = { entry, functionIds: new Set(entry.functionIds) }
    this.#refByDigest.set(entry.digest, ref)
    this.#refByKeyId.set(entry.keyId, ref)
  }

  #remove(keyId: string): void {
    const ref = this.#refByKeyId.get(keyId)
    if (ref === undefined) return
    const { digest } = this.#row(ref).entry
    if (this.#refByDigest.get(digest) === ref) this.#refByDigest.delete(digest)
    this.#refByKeyId.delete(keyId)
    this.#rows[ref] = undefined
    this.#free.push(ref)
  }
}
