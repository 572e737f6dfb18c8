import { permits } from '../../src/domain/grant-limits.ts'
import type { KeyOpening, KeyUse } from '../../src/domain/key-verdict.ts'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type KeyIdentity, type KeyRef, NO_KEY } from '../../src/gateway/key-table.ts'
import type { FilledKeyTable } from './key-table.suite.ts'

/** The table as simply as it can be written: what the shared one is compared with. */
export class MapKeyTable implements FilledKeyTable {
  readonly #entries: KeyEntry[] = []
  readonly #refByDigest = new Map<string, KeyRef>()
  readonly #refById = new Map<string, KeyRef>()

  get size(): number {
    return this.#refById.size
  }

  find(digest: Int32Array): KeyRef {
    const { buffer, byteOffset, byteLength } = digest
    const hex = Buffer.from(buffer, byteOffset, byteLength).toString('hex')
    return this.#refByDigest.get(hex) ?? NO_KEY
  }

  isDisabled(key: KeyRef): boolean {
    return this.#entries[key]!.isDisabled === true
  }

  notBeforeMs(key: KeyRef): number | null {
    return this.#entries[key]!.notBeforeMs ?? null
  }

  expireMs(key: KeyRef): number | null {
    return this.#entries[key]!.expireMs
  }

  opens(key: KeyRef, { functionId, namespaceId, method, target }: KeyUse): KeyOpening {
    const { functionIds, namespaceIds = [], limited = [] } = this.#entries[key]!
    if (functionIds.includes(functionId) || namespaceIds.includes(namespaceId)) return 'allowed'
    const grants = limited.filter(({ id }) => id === functionId || id === namespaceId)
    if (grants.length === 0) return 'not-granted'
    const isPermitted = grants.some((grant) => permits(grant, method, target))
    return isPermitted ? 'allowed' : 'not-permitted'
  }

  identity(key: KeyRef): KeyIdentity {
    const { keyId, name, expireMs, isAwaited = false } = this.#entries[key]!
    return { id: keyId, name, expireMs, isAwaited }
  }

  load(keys: readonly KeyEntry[]): void {
    this.#refByDigest.clear()
    this.#refById.clear()
    this.apply({ keys, removedKeyIds: [] })
  }

  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void {
    for (const id of change.removedKeyIds) for (const each of bothIds(id)) this.#remove(each)
    for (const key of change.keys) {
      const [ownId, oldId] = bothIds(key.keyId)
      const id = key.isOld ? oldId : ownId
      this.#remove(id)
      const ref = this.#entries.push(key) - 1
      this.#refByDigest.set(key.digest, ref)
      this.#refById.set(id, ref)
      if (!key.isOld && !key.hasOld) this.#remove(oldId)
    }
  }

  #remove(id: string): void {
    const ref = this.#refById.get(id)
    if (ref === undefined) return
    this.#refById.delete(id)
    const { digest } = this.#entries[ref]!
    if (this.#refByDigest.get(digest) === ref) this.#refByDigest.delete(digest)
  }
}

function bothIds(keyId: string): [own: string, old: string] {
  return [`own ${keyId}`, `old ${keyId}`]
}
