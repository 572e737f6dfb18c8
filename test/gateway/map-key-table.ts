import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type KeyIdentity, type KeyRef, NO_KEY } from '../../src/gateway/key-table.ts'
import type { FilledKeyTable } from './key-table.suite.ts'

/** The table as simply as it can be written: what the shared one is compared with. */
export class MapKeyTable implements FilledKeyTable {
  readonly #entries: KeyEntry[] = []
  readonly #refByDigest = new Map<string, KeyRef>()
  readonly #refByKeyId = new Map<string, KeyRef>()

  get size(): number {
    return this.#refByKeyId.size
  }

  find(digest: Int32Array): KeyRef {
    const { buffer, byteOffset, byteLength } = digest
    const hex = Buffer.from(buffer, byteOffset, byteLength).toString('hex')
    return this.#refByDigest.get(hex) ?? NO_KEY
  }

  expireMs(key: KeyRef): number | null {
    return this.#entries[key]!.expireMs
  }

  opens(key: KeyRef, functionId: string): boolean {
    return this.#entries[key]!.functionIds.includes(functionId)
  }

  identity(key: KeyRef): KeyIdentity {
    const { keyId, name } = this.#entries[key]!
    return { id: keyId, name }
  }

  load(keys: readonly KeyEntry[]): void {
    this.#refByDigest.clear()
    this.#refByKeyId.clear()
    this.apply({ keys, removedKeyIds: [] })
  }

  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void {
    for (const id of change.removedKeyIds) this.#remove(id)
    for (const key of change.keys) {
      this.#remove(key.keyId)
      const ref = this.#entries.push(key) - 1
      this.#refByDigest.set(key.digest, ref)
      this.#refByKeyId.set(key.keyId, ref)
    }
  }

  #remove(keyId: string): void {
    const ref = this.#refByKeyId.get(keyId)
    if (ref === undefined) return
    this.#refByKeyId.delete(keyId)
    const { digest } = this.#entries[ref]!
    if (this.#refByDigest.get(digest) === ref) this.#refByDigest.delete(digest)
  }
}
