import { closeSync, constants, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../lib/clock.ts'

export interface LeaseOptions {
  /** For so long what control has confirmed may be served by; 0 for ever. */
  readonly staleAfterMs: number
  /** Keeps until when it may serve over restarts. */
  readonly path: string
  readonly clock: Clock
  /** Told until when the node may serve, each time that this has changed; milliseconds since the epoch. */
  readonly onUntil: (untilMs: number) => void
}

const PERIOD_MS_MAX = 5_000
/** So many confirmations may fail in a row. */
const TRIES = 4
/** Digits of a time in the file. */
const DIGITS = 15

/**
 * For how long a node may go on without control. Its time runs from when it asked, not from when it was
 * answered: whatever control committed before that is among what the node has applied. So an answer that
 * lay in a buffer while the node was stopped says nothing of the present.
 */
export class Lease {
  readonly #options: LeaseOptions
  #fd: number | undefined
  #appliedRevision = -1
  /** What control had when it was asked, as long as this node has not applied that. */
  #asked: { readonly atMs: number; readonly revision: number } | undefined
  #confirmedAtMs: number
  #confirmedTick = performance.now()

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#confirmedAtMs = options.staleAfterMs === 0 ? 0 : this.#readFile()
    this.#tell()
  }

  get staleAfterMs(): number {
    return this.#options.staleAfterMs
  }

  /** How often it wants to ask control. */
  get periodMs(): number {
    const { staleAfterMs } = this.#options
    return staleAfterMs === 0 ? PERIOD_MS_MAX : Math.min(PERIOD_MS_MAX, staleAfterMs / TRIES)
  }

  get untilMs(): number {
    const { staleAfterMs } = this.#options
    return staleAfterMs === 0 ? Number.POSITIVE_INFINITY : this.#confirmedAtMs + staleAfterMs
  }

  /** Control may be another one, with another history. */
  connecting(): void {
    this.#asked = undefined
  }

  /** Control has said, asked at `askedAtMs`, that this is its newest revision. */
  heard(askedAtMs: number, revision: number): void {
    // Where changes come all the time the node is always behind the newest, but not behind an older one.
    this.#asked ??= { atMs: askedAtMs, revision }
    this.#look()
  }

  /** This node serves by this revision now. */
  applied(revision: number): void {
    this.#appliedRevision = revision
    this.#look()
  }

  /** The wall clock may be put back; to be called now and then. */
  check(): void {
    const { staleAfterMs } = this.#options
    if (staleAfterMs === 0 || performance.now() - this.#confirmedTick <= staleAfterMs) return
    this.#confirmedAtMs = 0
    this.#tell()
  }

  /**
   * To be called before control is told that changes need not wait for this node any more: when it is started
   * again it serves nobody before it has heard from control.
   */
  giveUp(): void {
    this.#writeFile(0)
  }

  /** Control was never told. */
  keep(): void {
    this.#writeFile(this.untilMs)
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #look(): void {
    const asked = this.#asked
    if (asked === undefined || this.#appliedRevision < asked.revision) return
    this.#asked = undefined
    if (this.#options.staleAfterMs === 0) return
    this.#confirmedAtMs = asked.atMs
    this.#confirmedTick = performance.now() - Math.max(0, this.#options.clock.now() - asked.atMs)
    this.#writeFile(this.untilMs)
    this.#tell()
  }

  #tell(): void {
    this.#options.onUntil(this.untilMs)
  }

  /** Never later than now: the clock may have been put back since, or the limit was another one. */
  #readFile(): number {
    const { path, clock, staleAfterMs } = this.#options
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
    const untilMs = Number(readFileSync(path, 'latin1'))
    return Number.isSafeInteger(untilMs) ? Math.min(untilMs - staleAfterMs, clock.now()) : 0
  }

  #writeFile(untilMs: number): void {
    if (this.#fd === undefined) return
    try {
      // Not synced: what a power cut takes back only makes the time shorter.
      writeSync(this.#fd, String(untilMs).padStart(DIGITS, '0'), 0, 'latin1')
    } catch {
      // So does a full disk.
    }
  }
}
