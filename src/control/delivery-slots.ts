import type { DueTarget } from '../store/delivery-claims.ts'

/** How many deliveries are sent at a time. */
const ALL = 64
const OF_WEBHOOK = 4
const OF_MAIL = 4
/** What fails is tried one at a time, and all that fails has half of the room at most. */
const OF_FAILING = 1
const ALL_FAILING = ALL / 2

/** Sees to it that receivers which do not answer leave room for those that do. */
export class DeliverySlots {
  readonly #byTarget = new Map<string | null, number>()
  #all = 0
  #failing = 0

  /** How many deliveries to the target may be begun now. */
  free({ webhookId, isFailing }: DueTarget): number {
    const own = isFailing ? OF_FAILING : webhookId === null ? OF_MAIL : OF_WEBHOOK
    const left = Math.min(own - (this.#byTarget.get(webhookId) ?? 0), ALL - this.#all)
    return Math.max(0, isFailing ? Math.min(left, ALL_FAILING - this.#failing) : left)
  }

  /** Returns what gives the slot back. */
  take({ webhookId, isFailing }: DueTarget): () => void {
    const count = (by: 1 | -1) => {
      const now = (this.#byTarget.get(webhookId) ?? 0) + by
      if (now === 0) this.#byTarget.delete(webhookId)
      else this.#byTarget.set(webhookId, now)
      this.#all += by
      if (isFailing) this.#failing += by
    }
    count(1)
    return () => count(-1)
  }
}
