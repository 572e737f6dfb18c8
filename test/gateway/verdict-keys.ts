import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry, LimitedGrant } from '../../src/domain/routes.ts'
import { type GatewayUnderTest, keyOf } from './harness.ts'

const GRACE_MS = 3_600_000

/** Brings keys into the states in which they are presented, by the changes that control would send. */
export class KeyMaker {
  readonly namespaceId: string
  readonly #gateway: GatewayUnderTest
  readonly #functionIds: readonly string[]

  constructor(gateway: GatewayUnderTest, functionIds: readonly string[], namespaceId: string) {
    this.#gateway = gateway
    this.#functionIds = functionIds
    this.namespaceId = namespaceId
  }

  unknown(): string {
    return mintKeySecret()
  }

  /** A key that opens all of the functions; its secret. */
  async active(members: Partial<KeyEntry> = {}): Promise<string> {
    return (await this.#gateway.addKey(this.#functionIds, members)).secret
  }

  /** One that opens a part of each of them. */
  async limited(...limits: readonly Omit<LimitedGrant, 'id'>[]): Promise<string> {
    const limited = this.#functionIds.flatMap((id) => limits.map((limit) => ({ id, ...limit })))
    return await this.active({ functionIds: [], limited })
  }

  async deleted(): Promise<string> {
    const { secret, key } = await this.#gateway.addKey(this.#functionIds)
    await this.#gateway.change({ removedKeyIds: [key.keyId] })
    return secret
  }

  /** Both secrets of a key that was rotated. */
  async rotated({
    oldExpireMs = Date.now() + GRACE_MS,
    end,
  }: {
    readonly oldExpireMs?: number
    readonly end?: 'finished' | 'cancelled'
  } = {}): Promise<{ own: string; old: string }> {
    const [own, old] = [mintKeySecret(), mintKeySecret()]
    const before = keyOf(old, this.#functionIds)
    const after = { ...before, digest: keySecretDigest(own) }
    await this.#gateway.change({ keys: [before] })
    await this.#gateway.change({
      keys: [
        { ...before, expireMs: oldExpireMs, isOld: true },
        { ...after, hasOld: true, isAwaited: true },
      ],
    })
    if (end === 'finished') await this.#gateway.change({ keys: [after] })
    if (end === 'cancelled') await this.#gateway.change({ keys: [before] })
    return { own, old }
  }
}
