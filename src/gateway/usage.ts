import {
  BATCH_TEXTS,
  BATCH_WIDTH,
  BYTES_RECEIVED,
  BYTES_SENT,
  COLD_STARTS,
  LATENCY_US,
  latencyField,
  NO_KEY_ID,
  OTHER_KEYS_ID,
  statusField,
  USAGE_WIDTH,
  type UsageBatch,
  verdictField,
} from '../domain/usage.ts'
import { stepMs, stepStart } from '../domain/usage-time.ts'
import type { Clock } from '../lib/clock.ts'
import type { CallObserver, EndedCall } from './ended-call.ts'
import { ToldAddresses } from './told-addresses.ts'

/** At whole multiples of it, so that all threads of a machine send at the same moment. */
const FLUSH_EVERY_MS = 5_000
/** Pairs of key and function that are handed over at once: more would hold up the thread for long. */
const PAIRS_MAX = 5_000
/** How often that many are handed over before their time, between two flushes. */
const EARLY_MAX = 3
const FIRST_PAIRS = 64
const LAST_USE = USAGE_WIDTH
/** How IPv4 addresses look on a socket that listens for both. */
const MAPPED = '::ffff:'

export interface UsageCounterOptions {
  readonly clock: Clock
  /** Takes over what was counted. */
  send(batches: UsageBatch[]): void
  readonly pairsMax?: number
}

/** The pairs of one function: where their numbers stand. */
interface FunctionPairs {
  readonly byKey: Map<string, number>
  /** Of requests without a known key; -1 while there were none. */
  noKey: number
  /** Of keys beyond the bound; -1 while there were none. */
  others: number
}

/**
 * Counts the requests of one thread, per key, function and minute, and remembers each key's last use.
 * A request costs two look-ups and some additions in an array. Who is flooded with pairs counts the
 * later ones together per function, so memory is bounded by what operators have made, not by callers.
 */
export class UsageCounter implements CallObserver {
  readonly #options: UsageCounterOptions
  readonly #pairsMax: number
  readonly #functions = new Map<string, FunctionPairs>()
  readonly #addresses = new ToldAddresses()
  #texts: string[] = []
  #numbers = new Float64Array(FIRST_PAIRS * BATCH_WIDTH)
  #pairs = 0
  #earlyLeft = EARLY_MAX
  #minuteMs = 0
  /** Of `performance.now()`, as the times of calls are: what ends later belongs to another minute. */
  #minuteEndsAtMs = 0
  /** Minutes that ended since the last flush. */
  #done: UsageBatch[] = []
  /** Runs only while there is something to send. */
  #timer: NodeJS.Timeout | undefined

  constructor(options: UsageCounterOptions) {
    this.#options = options
    this.#pairsMax = options.pairsMax ?? PAIRS_MAX
  }

  ended(call: EndedCall): void {
    const { route, verdict } = call
    if (route === undefined) return
    const { startedAtMs, durationMs } = call
    const endedAtMs = startedAtMs + durationMs
    if (this.#timer === undefined || endedAtMs >= this.#minuteEndsAtMs) this.#begin()
    else if (this.#pairs >= this.#pairsMax && this.#earlyLeft > 0) this.#handOverEarly()
    const keyId = call.key?.id ?? NO_KEY_ID
    const pair = this.#pairOf(route.functionId, keyId)
    const at = pair * BATCH_WIDTH
    const numbers = this.#numbers
    numbers[at + verdictField(verdict)]! += 1
    numbers[at + statusField(call.status)]! += 1
    numbers[at + BYTES_RECEIVED]! += call.bytesReceived
    numbers[at + BYTES_SENT]! += call.bytesSent
    numbers[at + LATENCY_US]! += durationMs * 1000
    numbers[at + latencyField(durationMs)]! += 1
    if (call.isCold) numbers[at + COLD_STARTS]! += 1
    if (verdict !== 'allowed') return
    // Where an operator tries a key is none of the places where it is used from.
    const address = call.isTest === true ? '' : (call.remoteAddress ?? '')
    this.#used(keyId, pair, startedAtMs, address)
  }

  #used(keyId: string, pair: number, atMs: number, address: string): void {
    const text = pair * BATCH_TEXTS + 2
    const lastUse = pair * BATCH_WIDTH + LAST_USE
    // Most callers come again: one comparison for them.
    if (this.#texts[text] !== address && keyId !== NO_KEY_ID && address !== '') {
      this.#addresses.saw(keyId, address, () => this.#options.clock.now())
    }
    if (atMs <= this.#numbers[lastUse]!) return
    this.#numbers[lastUse] = atMs
    this.#texts[text] = address
  }

  /** Sends what there is. Also what a thread does at its end. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#earlyLeft = EARLY_MAX
    this.#handOver()
  }

  #handOverEarly(): void {
    this.#earlyLeft -= 1
    this.#handOver()
  }

  #handOver(): void {
    this.#closeMinute()
    const batches = this.#done
    if (batches.length === 0) return
    this.#done = []
    this.#options.send(batches)
  }

  /** The first call after a flush, or of another minute. */
  #begin(): void {
    this.#closeMinute()
    const nowMs = this.#options.clock.now()
    this.#minuteMs = stepStart('minute', nowMs)
    this.#minuteEndsAtMs = performance.now() + this.#minuteMs + stepMs('minute') - nowMs
    // A thread that has ended but for this has flushed.
    this.#timer ??= setTimeout(
      () => this.flush(),
      FLUSH_EVERY_MS - (nowMs % FLUSH_EVERY_MS),
    ).unref()
  }

  #pairOf(functionId: string, keyId: string): number {
    let pairs = this.#functions.get(functionId)
    if (pairs === undefined) {
      pairs = { byKey: new Map(), noKey: -1, others: -1 }
      this.#functions.set(functionId, pairs)
    }
    if (keyId === NO_KEY_ID) {
      if (pairs.noKey < 0) pairs.noKey = this.#add(functionId, NO_KEY_ID)
      return pairs.noKey
    }
    const known = pairs.byKey.get(keyId)
    if (known !== undefined) return known
    if (this.#pairs >= this.#pairsMax) {
      if (pairs.others < 0) pairs.others = this.#add(functionId, OTHER_KEYS_ID)
      return pairs.others
    }
    const added = this.#add(functionId, keyId)
    pairs.byKey.set(keyId, added)
    return added
  }

  #add(functionId: string, keyId: string): number {
    const added = this.#pairs++
    this.#texts.push(functionId, keyId, '')
    if (this.#pairs * BATCH_WIDTH > this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    return added
  }

  #closeMinute(): void {
    if (this.#pairs === 0) return
    const texts = this.#texts
    const numbers = this.#numbers.slice(0, this.#pairs * BATCH_WIDTH)
    const offsetMs = this.#options.clock.now() - performance.now()
    for (let pair = 0; pair < this.#pairs; pair++) {
      finish(texts, numbers, pair, offsetMs)
    }
    const addresses = this.#addresses.take()
    const batch = { minuteMs: this.#minuteMs, texts, numbers }
    this.#done.push(addresses.length === 0 ? batch : { ...batch, addresses })
    this.#functions.clear()
    this.#texts = []
    // What a burst needed is given back.
    if (this.#numbers.length > 2 * numbers.length) {
      this.#numbers = new Float64Array(Math.max(FIRST_PAIRS * BATCH_WIDTH, numbers.length))
    } else this.#numbers.fill(0)
    this.#pairs = 0
  }
}

/** Times as others understand them, and the last use of nobody in particular forgotten. */
function finish(texts: string[], numbers: Float64Array, pair: number, offsetMs: number): void {
  const at = pair * BATCH_WIDTH
  const keyId = texts[pair * BATCH_TEXTS + 1]!
  const address = texts[pair * BATCH_TEXTS + 2]!
  const lastUseMs = numbers[at + LAST_USE]!
  const isUsed = lastUseMs > 0 && keyId !== NO_KEY_ID && keyId !== OTHER_KEYS_ID
  numbers[at + LAST_USE] = isUsed ? Math.round(lastUseMs + offsetMs) : 0
  numbers[at + LATENCY_US] = Math.round(numbers[at + LATENCY_US]!)
  if (address.startsWith(MAPPED)) texts[pair * BATCH_TEXTS + 2] = address.slice(MAPPED.length)
}
