import { INTERRUPTIONS_MAX, type RetryRules } from '../domain/call-retry.ts'
import {
  type AcceptOutcome,
  CALL_ID_BYTES,
  CALL_ID_CHARS,
  type CallDesk,
  type CallPage,
  type CallQuery,
  type CallRun,
  type CallState,
  type CallView,
  type CallWithAnswer,
  type CancelOutcome,
  hasEnded,
  type NewCall,
  type RunOutcome,
} from '../domain/calls.ts'
import { randomBase62 } from '../lib/base62.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../observability/logger.ts'
import type { MetricPart } from '../observability/metric-parts.ts'
import { CallCounts } from './call-counts.ts'
import { bytesOf, CallTable } from './call-table.ts'
import { Commits } from './commits.ts'
import { Lanes } from './lanes.ts'
import { CallRunner } from './runner.ts'
import { openCallsDatabase } from './schema.ts'
import { Tally } from './tally.ts'

export interface CallsOptions {
  /** The SQLite file; created when absent. */
  readonly path: string
  readonly rules: RetryRules
  /** Runs at a time, over all functions and of each. */
  readonly parallelMax: number
  readonly parallelPerFunctionMax: number
  /** Calls that have not ended, over all functions and of each. */
  readonly waitingMax: number
  readonly waitingPerFunctionMax: number
  /** Of requests and kept answers. */
  readonly bytesMax: number
  /** How long what has ended is kept. */
  readonly keptMs: number
  readonly deadKeptMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly run: (run: CallRun) => Promise<RunOutcome>
}

/** Of the bytes: an open function that anybody can call must not take the room of all others. */
const FUNCTION_SHARE = 0.5
const PRUNE_EVERY_MS = 60_000
const PRUNED_AT_ONCE = 500
const PAGES_GIVEN_BACK = 1_000

/** The asynchronous calls of a data node: kept on its disk until they have ended, and for a while after. */
export class Calls implements CallDesk {
  readonly #options: CallsOptions
  readonly #db: ReturnType<typeof openCallsDatabase>['db']
  readonly #table: CallTable
  readonly #commits: Commits
  readonly #lanes: Lanes
  readonly #tally = new Tally()
  readonly #counts = new CallCounts()
  readonly #runner: CallRunner
  #pruning: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: CallsOptions) {
    this.#options = options
    const { db, damagedPath } = openCallsDatabase(options.path)
    if (damagedPath !== undefined) {
      options.logger.error(
        { damagedPath },
        'the asynchronous calls on disk cannot be read; they were put aside',
      )
    }
    this.#db = db
    this.#table = new CallTable(db)
    this.#commits = new Commits(db)
    this.#lanes = new Lanes(options)
    this.#recover()
    const parts = { table: this.#table, commits: this.#commits, lanes: this.#lanes }
    const counted = { tally: this.#tally, counts: this.#counts }
    this.#runner = new CallRunner({ ...options, ...parts, ...counted })
  }

  /** From now on what is due is run. */
  start(): void {
    this.#runner.start()
    this.#pruning = setInterval(() => this.#pruneInTurns(), PRUNE_EVERY_MS).unref()
  }

  /** Nothing more is begun. Resolves when what became of that which runs is on the disk. */
  async stop(): Promise<void> {
    clearInterval(this.#pruning)
    await this.#runner.stop()
  }

  /** After what ran has ended, or has been given up. */
  async close(): Promise<void> {
    await this.stop()
    this.#commits.flush()
    this.#isClosed = true
    this.#db.close()
  }

  async accept(call: NewCall): Promise<AcceptOutcome> {
    const outcome = await this.#accept(call)
    this.#counts.accepted(call, outcome)
    return outcome
  }

  async #accept(call: NewCall): Promise<AcceptOutcome> {
    const { functionId } = call
    const bytes = bytesOf(call)
    const code = this.#refusal(functionId, bytes)
    if (code !== undefined) return { kind: 'refused', code }
    const id = call.id ?? `call_${randomBase62(CALL_ID_BYTES, CALL_ID_CHARS)}`
    // Counted before it is there, so that many at once do not pass the bound together.
    this.#tally.add(functionId, 'queued', bytes)
    const nowMs = this.#options.clock.now()
    try {
      const isNew = await this.#commits.add(() => this.#table.insert(id, call, bytes, nowMs))
      if (!isNew) this.#tally.remove(functionId, 'queued', bytes)
    } catch (error) {
      this.#tally.remove(functionId, 'queued', bytes)
      if (!isDiskFull(error)) throw error
      return { kind: 'refused', code: 'storage_full' }
    }
    this.#lanes.waits(functionId, nowMs)
    this.#runner.wake()
    return { kind: 'accepted', id }
  }

  view(id: string): CallView | undefined {
    return this.#isClosed ? undefined : this.#table.view(id)
  }

  find(id: string): CallWithAnswer | undefined {
    return this.#isClosed ? undefined : this.#table.find(id)
  }

  async cancel(id: string): Promise<CancelOutcome> {
    if (await this.#remove(id, ['queued', 'retrying'])) return 'cancelled'
    const view = this.view(id)
    if (view === undefined) return 'unknown'
    return hasEnded(view.state) ? 'ended' : 'under-way'
  }

  list(query: CallQuery): CallPage {
    return this.#table.list(query)
  }

  /** Whatever its state; a try that is under way goes on, and nobody hears of it. False when there is none. */
  remove(id: string): Promise<boolean> {
    return this.#remove(id, ['queued', 'retrying', 'running', 'succeeded', 'failed', 'dead'])
  }

  /** A dead one is tried again, from the beginning. False when it is not dead. */
  async retry(id: string): Promise<boolean> {
    const nowMs = this.#options.clock.now()
    const revived = await this.#commits.add(() => this.#table.revive(id, nowMs))
    if (revived === undefined) return false
    this.#tally.move(revived.functionId, 'dead', 'retrying')
    this.#lanes.waits(revived.functionId, nowMs)
    this.#runner.wake()
    return true
  }

  /** Forgets what has been kept for its time. Resolves with how many that were. */
  async prune(): Promise<number> {
    const nowMs = this.#options.clock.now()
    const gone = await this.#commits.add(() => this.#table.removeExpired(nowMs, PRUNED_AT_ONCE))
    for (const { functionId, state, bytes } of gone) this.#tally.remove(functionId, state, bytes)
    return gone.length
  }

  metrics(): Generator<MetricPart> {
    return this.#counts.parts(this.#tally)
  }

  #recover(): void {
    const { clock, deadKeptMs } = this.#options
    const nowMs = clock.now()
    this.#db.transaction(() => {
      this.#table.recover(nowMs, INTERRUPTIONS_MAX, nowMs + deadKeptMs)
    })()
    for (const { functionId, state, count, bytes } of this.#table.sums()) {
      this.#tally.add(functionId, state, bytes, count)
      if (!hasEnded(state)) this.#lanes.waits(functionId, 0)
    }
  }

  #refusal(functionId: string, bytes: number) {
    const { waitingMax, waitingPerFunctionMax, bytesMax } = this.#options
    const tally = this.#tally
    if (tally.unfinishedOf(functionId) >= waitingPerFunctionMax) return 'function_calls_full'
    if (tally.unfinished >= waitingMax || tally.bytes + bytes > bytesMax) return 'calls_full'
    const isOverShare = tally.bytesOf(functionId) + bytes > bytesMax * FUNCTION_SHARE
    return isOverShare ? 'function_calls_full' : undefined
  }

  async #remove(id: string, states: readonly CallState[]): Promise<boolean> {
    const gone = await this.#commits.add(() => this.#table.remove(id, states))
    if (gone === undefined) return false
    this.#tally.remove(gone.functionId, gone.state, gone.bytes)
    return true
  }

  #pruneInTurns(): void {
    this.prune().then(
      (count) => {
        if (this.#isClosed) return
        if (count === PRUNED_AT_ONCE) setImmediate(() => this.#pruneInTurns())
        else this.#db.pragma(`incremental_vacuum(${PAGES_GIVEN_BACK})`)
      },
      (error) => this.#options.logger.warn({ err: error }, 'ended calls could not be forgotten'),
    )
  }
}

function isDiskFull(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === 'SQLITE_FULL' || code?.startsWith('SQLITE_IOERR') === true
}
