import { setTimeout as wait } from 'node:timers/promises'
import { type NextStep, nextStep, type RetryRules } from '../domain/call-retry.ts'
import type { CallAnswer, CallRun, RunOutcome } from '../domain/calls.ts'
import { unreachable } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../observability/logger.ts'
import type { CallCounts } from './call-counts.ts'
import type { CallTable, ClaimedCall } from './call-table.ts'
import type { Commits } from './commits.ts'
import type { LaneBounds, Lanes } from './lanes.ts'
import type { Tally } from './tally.ts'

export interface RunnerOptions extends LaneBounds {
  readonly table: CallTable
  readonly commits: Commits
  readonly lanes: Lanes
  readonly tally: Tally
  readonly counts: CallCounts
  readonly rules: RetryRules
  /** How long what has ended is kept. */
  readonly keptMs: number
  readonly deadKeptMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** Gives one try to a gateway thread. */
  readonly run: (run: CallRun) => Promise<RunOutcome>
}

/** Longer timers than this overflow. */
const TIMER_MS_MAX = 60_000
/** When the disk does not take what became of a call, which keeps its place until it does. */
const DISK_RETRY_MS = 1_000

/** Runs what is due, so many at a time, and writes down what became of it. */
export class CallRunner {
  readonly #options: RunnerOptions
  readonly #runs = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #isPicking = false
  #isWoken = false
  #isRunning = false

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  start(): void {
    this.#isRunning = true
    this.wake()
  }

  /** Begins nothing any more. Resolves when what became of the rest is written down. */
  async stop(): Promise<void> {
    this.#isRunning = false
    clearTimeout(this.#timer)
    await Promise.all(this.#runs)
  }

  /** Something may be due. */
  wake(): void {
    if (!this.#isRunning) return
    this.#isWoken = true
    if (this.#isPicking) return
    this.#isPicking = true
    void this.#pick().finally(() => {
      this.#isPicking = false
      if (this.#isWoken) this.wake()
    })
  }

  async #pick(): Promise<void> {
    clearTimeout(this.#timer)
    this.#isWoken = false
    const { lanes, clock, commits, table, logger } = this.#options
    const nowMs = clock.now()
    const chosen = this.#choose(nowMs)
    try {
      if (chosen.length > 0) {
        const claimed = await commits.add(() => chosen.map(({ id }) => table.claim(id, nowMs)))
        for (const [i, one] of claimed.entries()) this.#begin(one, chosen[i]!.functionId)
      }
    } catch (error) {
      logger.error({ err: error }, 'calls that are due could not be begun')
      for (const { functionId } of chosen) {
        lanes.ended(functionId)
        lanes.waits(functionId, nowMs)
      }
      this.#wakeIn(DISK_RETRY_MS)
      return
    }
    const dueMs = lanes.nextDueMs()
    const isFull = lanes.running >= this.#options.parallelMax
    if (dueMs < Number.POSITIVE_INFINITY && !isFull) this.#wakeIn(dueMs - clock.now())
  }

  #wakeIn(delayMs: number): void {
    clearTimeout(this.#timer)
    if (!this.#isRunning) return
    const ms = Math.min(TIMER_MS_MAX, Math.max(0, delayMs))
    this.#timer = setTimeout(() => this.wake(), ms).unref()
  }

  /** They have their places from here on, though they are not claimed yet. */
  #choose(nowMs: number): { id: string; functionId: string }[] {
    const { lanes, table } = this.#options
    const chosen: { id: string; functionId: string }[] = []
    const counts = new Map<string, number>()
    for (let turn = lanes.next(nowMs); turn !== undefined; turn = lanes.next(nowMs)) {
      const { functionId, room } = turn
      const before = counts.get(functionId) ?? 0
      const waiting = table.waiting(functionId, before + room + 1).slice(before)
      const due = waiting.slice(0, room).filter(({ dueMs }) => dueMs <= nowMs)
      counts.set(functionId, before + due.length)
      for (const { id } of due) {
        chosen.push({ id, functionId })
        lanes.begun(functionId)
      }
      lanes.learn(functionId, waiting[due.length]?.dueMs ?? Number.POSITIVE_INFINITY)
    }
    return chosen
  }

  /** Undefined when it was cancelled at the last moment. */
  #begin(claimed: ClaimedCall | undefined, functionId: string): void {
    if (claimed === undefined) {
      this.#options.lanes.ended(functionId)
      return
    }
    const running = this.#run(claimed).finally(() => this.#runs.delete(running))
    this.#runs.add(running)
  }

  async #run(claimed: ClaimedCall): Promise<void> {
    const { lanes, tally, counts, run } = this.#options
    const { functionId } = claimed.run.call
    tally.move(functionId, claimed.run.attempt === 1 ? 'queued' : 'retrying', 'running')
    const outcome = await run(claimed.run)
    const step = nextStep(
      outcome,
      { counted: claimed.counted, interruptions: claimed.kills },
      this.#options.rules,
    )
    counts.tried(outcome, step)
    const answer = outcome.kind === 'answered' ? outcome.answer : null
    await this.#settle(claimed, step, answer)
    lanes.ended(functionId)
    this.wake()
  }

  async #settle(claimed: ClaimedCall, step: NextStep, answer: CallAnswer | null): Promise<void> {
    const { commits, logger } = this.#options
    for (;;) {
      try {
        const known = await commits.add(() => this.#write(claimed, step, answer))
        known?.()
        return
      } catch (error) {
        logger.error(
          { err: error, callId: claimed.run.id },
          'what became of a call is not kept yet',
        )
        if (!this.#isRunning) return
        await wait(DISK_RETRY_MS)
      }
    }
  }

  /** What is to be noted once it is on the disk; undefined when the call is gone. */
  #write(
    { run, bytes }: ClaimedCall,
    step: NextStep,
    answer: CallAnswer | null,
  ): (() => void) | undefined {
    const { table, tally, lanes, clock, keptMs, deadKeptMs, counts } = this.#options
    const { functionId } = run.call
    const nowMs = clock.now()
    const retried = (dueMs: number) => () => {
      tally.move(functionId, 'running', 'retrying')
      lanes.waits(functionId, dueMs)
    }
    switch (step.kind) {
      case 'retry': {
        const dueMs = nowMs + step.delayMs
        return table.retry(run.id, dueMs, answer, step.code) ? retried(dueMs) : undefined
      }
      case 'again': {
        const dueMs = nowMs + step.delayMs
        return table.again(run.id, dueMs) ? retried(dueMs) : undefined
      }
      case 'end':
      case 'dead': {
        const state = step.kind === 'dead' ? 'dead' : step.state
        const code = step.kind === 'dead' ? step.code : null
        const expiresMs = nowMs + (step.kind === 'dead' ? deadKeptMs : keptMs)
        const kept = table.end(run.id, { state, code, answer, endedMs: nowMs, expiresMs })
        if (kept === undefined) return undefined
        return () => {
          tally.remove(functionId, 'running', bytes)
          tally.add(functionId, state, kept)
          counts.ended(state)
        }
      }
      default:
        return unreachable(step)
    }
  }
}
