import type { KeyAddress } from '../domain/usage.ts'
import { addressGroupText } from '../lib/address-group.ts'

/** Of pairs of key and address that are known to be told, per generation: two of about 100 bytes a pair. */
const PAIRS_MAX = 10_000
/** Between two flushes; further ones are told after the next. */
const NEWS_MAX = 1_000

/**
 * From where each key was used, as far as this thread has not told it. Two generations stand for the order
 * of use: when the young one is full it becomes the old one, whose pairs are forgotten unless they come up
 * again meanwhile. One that is forgotten is told again, which control knows already.
 */
export class ToldAddresses {
  readonly #pairsMax: number
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()
  #news: KeyAddress[] = []

  constructor(pairsMax = PAIRS_MAX) {
    this.#pairsMax = pairsMax
  }

  saw(keyId: string, address: string, nowMs: () => number): void {
    const group = addressGroupText(address)
    const pair = `${keyId} ${group}`
    if (this.#young.has(pair)) return
    if (!this.#old.has(pair)) {
      if (this.#news.length >= NEWS_MAX) return
      this.#news.push({ keyId, address: group, atMs: nowMs() })
    }
    this.#young.add(pair)
    if (this.#young.size < this.#pairsMax) return
    this.#old = this.#young
    this.#young = new Set()
  }

  /** What is new since it was taken last. */
  take(): KeyAddress[] {
    const news = this.#news
    this.#news = []
    return news
  }
}
