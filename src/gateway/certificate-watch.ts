import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../observability/logger.ts'
import type { CertificatePair } from './certificate-pair.ts'
import {
  type CertificateSettings,
  daysLeft,
  type ReadPairs,
  readPairs,
  remarksOn,
  stampOf,
} from './certificates.ts'

/** What a thread needs to speak TLS. All threads have the same. */
export interface TlsMaterial {
  /** The first is for callers that name no host that is known. */
  readonly pairs: readonly CertificatePair[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** 48 bytes: what a caller resumes may have begun with another thread. */
  readonly ticketKeys: Uint8Array
}

/** Tickets are good in every thread, and for these servers alone. */
const SESSION_ID_CONTEXT = 'latchkey'

/** What `node:tls` wants for the pair at `index`. */
export function contextOptions({ pairs, minVersion, ticketKeys }: TlsMaterial, index: number) {
  const { certificate, key } = pairs[index]!
  return {
    cert: certificate,
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    minVersion,
    ticketKeys: Buffer.from(ticketKeys),
    sessionIdContext: SESSION_ID_CONTEXT,
  }
}

/** For metrics and for people. */
export interface CertificateStatus {
  readonly certPath: string
  readonly names: readonly string[]
  readonly serialNumber: string
  readonly validToMs: number
}

export interface CertificateWatchOptions {
  readonly settings: CertificateSettings
  readonly minVersion: TlsMaterial['minVersion']
  readonly logger: Logger
  readonly clock: Clock
  /** Told of new certificates and of new ticket keys. */
  readonly onChange: (material: TlsMaterial) => void
  /** How often the files are looked at; 2 s by default. */
  readonly pollMs?: number
}

const POLL_MS = 2000
/** Who steals the keys of tickets can read the connections that were resumed with them: they are kept for a day. */
const TICKET_KEYS_MS = 86_400_000
const TICKET_KEY_BYTES = 48

/**
 * The certificates in use. Files that have changed are read again when they have not changed any more for
 * one look: a renewal writes two of them, and only together they fit. What cannot be used is left, and
 * what was in use goes on.
 */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions
  readonly #timer: NodeJS.Timeout
  #material: TlsMaterial
  #ticketKeysSinceMs: number
  /** Of the files as they were read, and as they were last seen. */
  #readStamp: string
  #seenStamp: string

  /** Throws when there is a pair that cannot be used: `certificateFault` has said so before. */
  constructor(options: CertificateWatchOptions) {
    this.#options = options
    this.#readStamp = stampOf(options.settings)
    this.#seenStamp = this.#readStamp
    this.#ticketKeysSinceMs = options.clock.now()
    const pairs = this.#usable(readPairs(options.settings), [])
    if (pairs.length === 0) throw new Error('no certificate can be used')
    this.#material = { pairs, minVersion: options.minVersion, ticketKeys: newTicketKeys() }
    this.#tell(pairs)
    this.#timer = setInterval(() => this.#look(), options.pollMs ?? POLL_MS).unref()
  }

  get material(): TlsMaterial {
    return this.#material
  }

  certificateStatus(): CertificateStatus[] {
    return this.#material.pairs.map(({ certPath, names, serialNumber, validToMs }) => ({
      certPath,
      names,
      serialNumber,
      validToMs,
    }))
  }

  /** Reads the files now, whether they have changed or not. */
  reload(): void {
    this.#readStamp = stampOf(this.#options.settings)
    this.#seenStamp = this.#readStamp
    let found: ReadPairs
    try {
      found = readPairs(this.#options.settings)
    } catch (err) {
      this.#options.logger.error({ err }, 'certificates cannot be read; those in use go on')
      return
    }
    const old = this.#material.pairs
    const pairs = this.#usable(found, old)
    const isSame = pairs.length === old.length && pairs.every((pair, i) => pair === old[i])
    if (isSame) return
    this.#tell(pairs.filter((pair) => !old.includes(pair)))
    this.#change({ pairs })
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { settings, clock } = this.#options
    if (clock.now() - this.#ticketKeysSinceMs >= TICKET_KEYS_MS) this.#change({})
    const stamp = stampOf(settings)
    const isSettled = stamp === this.#seenStamp
    this.#seenStamp = stamp
    if (isSettled && stamp !== this.#readStamp) this.reload()
  }

  /** With new keys for tickets: nobody resumes what began under another certificate. */
  #change(news: Partial<TlsMaterial>): void {
    this.#ticketKeysSinceMs = this.#options.clock.now()
    this.#material = { ...this.#material, ...news, ticketKeys: newTicketKeys() }
    this.#options.onChange(this.#material)
  }

  /** Each pair as it is now, or as it was where it cannot be used now. */
  #usable(found: ReadPairs, old: readonly CertificatePair[]): CertificatePair[] {
    const pairs: CertificatePair[] = []
    for (const [certPath, outcome] of found) {
      const previous = old.find((pair) => pair.certPath === certPath)
      if (outcome.kind === 'fault') {
        const { sentence } = outcome
        this.#options.logger.error({ reason: sentence }, 'a certificate cannot be used')
        if (previous !== undefined) pairs.push(previous)
      } else if (previous?.certificate === outcome.pair.certificate) pairs.push(previous)
      else pairs.push(outcome.pair)
    }
    return pairs
  }

  #tell(pairs: readonly CertificatePair[]): void {
    const { clock, logger } = this.#options
    const nowMs = clock.now()
    for (const pair of pairs) {
      const { certPath, names, serialNumber } = pair
      const facts = { certPath, names, serialNumber, daysLeft: daysLeft(pair, nowMs) }
      logger.info(facts, 'certificate is in use')
      for (const remark of remarksOn(pair, nowMs)) logger.warn(facts, remark)
    }
  }
}

function newTicketKeys(): Uint8Array {
  return randomBytes(TICKET_KEY_BYTES)
}
