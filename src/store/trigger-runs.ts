import {
  dueTick,
  type Trigger,
  type TriggerRun,
  type TriggerRunState,
  tickAfter,
  triggerCallId,
} from '../domain/trigger.ts'
import { fromFlag } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'
import type { TriggerRunRow } from './tables.ts'
import { triggerOf } from './triggers.ts'

/** A run that is to be handed to a data node. */
export interface ClaimedRun {
  readonly run: TriggerRun
  readonly trigger: Trigger
  readonly label: string
  readonly claimedAtMs: number
}

const CLAIMS_AT_ONCE = 100
const RUNS_KEPT = 100

/**
 * Takes the ticks that have come. The update repeats the tick that was seen, and a tick has one row, so that of
 * any number of processes one gets it; what it notes is durable before anything is run.
 */
export async function claimTicks(store: Store): Promise<ClaimedRun[]> {
  const nowMs = store.clock.now()
  return await store.db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('triggers as t')
      .innerJoin('functions as f', 'f.id', 't.function_id')
      .selectAll('t')
      .select(['f.label', 'f.disabled'])
      .where('t.next_run_at_ms', '<=', nowMs)
      .orderBy('t.next_run_at_ms')
      .limit(CLAIMS_AT_ONCE)
      .execute()
    const claimed: ClaimedRun[] = []
    for (const { label, disabled, ...row } of rows) {
      const trigger = triggerOf(row)
      const due = dueTick(trigger, row.next_run_at_ms!, nowMs)
      const nextMs = tickAfter(trigger, Math.max(nowMs, due.tickMs))
      if (!(await advance(trx, trigger.id, row.next_run_at_ms!, nextMs))) continue
      const reason =
        due.kind === 'missed' ? 'missed' : fromFlag(disabled) ? 'function_disabled' : null
      const run = await insertRun(trx, trigger.id, due.tickMs, reason, nowMs)
      if (run?.state === 'claimed') claimed.push({ run, trigger, label, claimedAtMs: nowMs })
    }
    return claimed
  })
}

async function advance(
  trx: Trx,
  id: string,
  seenMs: number,
  nextMs: number | null,
): Promise<boolean> {
  const row = await trx
    .updateTable('triggers')
    .set({ next_run_at_ms: nextMs })
    .where('id', '=', id)
    .where('next_run_at_ms', '=', seenMs)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Undefined when the tick has its run. `skipped`: why it is not to be run; null when it is. */
export async function insertRun(
  trx: Trx,
  triggerId: string,
  tickMs: number,
  skipped: string | null,
  nowMs: number,
): Promise<TriggerRun | undefined> {
  const row = await trx
    .insertInto('trigger_runs')
    .values({
      trigger_id: triggerId,
      tick_ms: tickMs,
      call_id: triggerCallId(triggerId, tickMs),
      state: skipped === null ? 'claimed' : 'skipped',
      reason: skipped,
      claimed_at_ms: nowMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  await trimRuns(trx, triggerId)
  return runOf(row)
}

/** Runs that were claimed before, and not handed over: who claimed them has ended, or could not. */
export async function claimedBefore(db: Db, beforeMs: number): Promise<ClaimedRun[]> {
  const rows = await db
    .selectFrom('trigger_runs as r')
    .innerJoin('triggers as t', 't.id', 'r.trigger_id')
    .innerJoin('functions as f', 'f.id', 't.function_id')
    .selectAll('t')
    .select(['f.label', 'r.tick_ms', 'r.call_id', 'r.state', 'r.reason', 'r.claimed_at_ms'])
    .where('r.state', '=', 'claimed')
    .where('r.claimed_at_ms', '<=', beforeMs)
    .limit(CLAIMS_AT_ONCE)
    .execute()
  return rows.map(({ label, tick_ms, call_id, state, reason, claimed_at_ms, ...trigger }) => ({
    run: { triggerId: trigger.id, tickMs: tick_ms, callId: call_id, state, reason },
    trigger: triggerOf(trigger),
    label,
    claimedAtMs: claimed_at_ms,
  }))
}

export async function endRun(
  db: Db,
  { triggerId, tickMs }: Pick<TriggerRun, 'triggerId' | 'tickMs'>,
  state: Exclude<TriggerRunState, 'claimed'>,
  reason: string | null,
): Promise<void> {
  await db
    .updateTable('trigger_runs')
    .set({ state, reason })
    .where('trigger_id', '=', triggerId)
    .where('tick_ms', '=', tickMs)
    .where('state', '=', 'claimed')
    .execute()
}

export async function newestRun(db: Db, triggerId: string): Promise<TriggerRun | undefined> {
  const row = await db
    .selectFrom('trigger_runs')
    .selectAll()
    .where('trigger_id', '=', triggerId)
    .orderBy('tick_ms', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : runOf(row)
}

/** When the next tick of any trigger comes; undefined for never. */
export async function nextTickAt(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('triggers')
    .select('next_run_at_ms')
    .where('next_run_at_ms', 'is not', null)
    .orderBy('next_run_at_ms')
    .limit(1)
    .executeTakeFirst()
  return row?.next_run_at_ms ?? undefined
}

async function trimRuns(trx: Trx, triggerId: string): Promise<void> {
  const oldest = await trx
    .selectFrom('trigger_runs')
    .select('tick_ms')
    .where('trigger_id', '=', triggerId)
    .orderBy('tick_ms', 'desc')
    .offset(RUNS_KEPT)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await trx
    .deleteFrom('trigger_runs')
    .where('trigger_id', '=', triggerId)
    .where('tick_ms', '<=', oldest.tick_ms)
    .where('state', '<>', 'claimed')
    .execute()
}

function runOf(row: TriggerRunRow): TriggerRun {
  const { trigger_id: triggerId, tick_ms: tickMs, call_id: callId, state, reason } = row
  return { triggerId, tickMs, callId, state, reason }
}
