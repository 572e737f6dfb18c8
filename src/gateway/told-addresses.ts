import type { KeyAddress } from '../domain/usage.ts'
import { addressGroupText } from '../lib/address-group.ts'

/** Of pairs of key and address that are known to be told, in each of three sets; about 100 bytes a pair. */
const PAIRS_MAX = 10_000
/** Between two flushes; further ones are told after the next. */
const NEWS_MAX = 1_000

/**
 * From where each key was used, as far as this thread has not told it.
 *
 *   seen   by key, addresses as they are: those that come again cost two look-ups and make no text
 *   young  pairs of key and group of addresses that are told, lately asked for
 *   old    the same from before; what is not asked for again is forgotten when the young ones are many
 *
 * One that is forgotten is told again, which control knows already.
 */
export class ToldAddresses {
  readonly #pairsMax: number
  readonly #seen = new Map<string, Set<string>>()
  #seenCount = 0
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()
  #news: KeyAddress[] = []

  constructor(pairsMax = PAIRS_MAX) {
    this.#pairsMax = pairsMax
  }

  saw(keyId: string, address: string, nowMs: () => number): void {
    if (this.#seen.get(keyId)?.has(address)) return
    const group = addressGroupText(address)
    if (this.#tell(keyId, group, nowMs)) this.#remember(keyId, address)
  }

  /** What is new since it was taken last. */
  take(): KeyAddress[] {
    const news = this.#news
    this.#news = []
    return news
  }

  /** False when there is no room for more news. */
  #tell(keyId: string, group: string, nowMs: () => number): boolean {
    const pair = `${keyId} ${group}`
    if (this.#young.has(pair)) return true
    if (!this.#old.has(pair)) {
      if (this.#news.length >= NEWS_MAX) return false
      this.#news.push({ keyId, address: group, atMs: nowMs() })
    }
    this.#young.add(pair)
    if (this.#young.size >= this.#pairsMax) {
      this.#old = this.#young
      this.#young = new Set()
    }
    return true
  }

  #remember(keyId: string, address: string): void {
    if (this.#seenCount >= this.#pairsMax) {
      this.#seen.clear()
      this.#seenCount = 0
    }
    const addresses = this.#seen.get(keyId)
    if (addresses === undefined) this.#seen.set(keyId, new Set([address]))
    else addresses.add(address)
    this.#seenCount += 1
  }
}
