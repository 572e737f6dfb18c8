import { type Actor, operatorOf } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import type { NewEvent } from '../domain/events.ts'
import { invariant } from '../lib/assert.ts'
import { type AuditEntry, insertAudit } from './audit.ts'
import { type Touched, writeChangeLog } from './change-log.ts'
import { countUp } from './counters.ts'
import type { Trx } from './dialect.ts'
import { insertEvent } from './events.ts'
import { refusedWhenFull } from './full-disk.ts'
import { claimIdempotencyKey, type RememberedAnswer, rememberAnswer } from './idempotency.ts'
import { watchKeys } from './notices.ts'
import type { Store } from './open.ts'
import { trimEndedTasks } from './tasks.ts'

/** Trimming in steps keeps it off most changes. */
const TRIM_EVERY = 100

/** Who changes something, and under which idempotency key, if any. */
export interface ChangeRequest {
  readonly actor: Actor
  readonly idempotency?: {
    readonly key: string
    readonly fingerprint: string
    /** The answer to remember; no secrets. */
    render(value: unknown): RememberedAnswer
  }
}

/** What the rule of a change works with. */
export interface ChangeHandle {
  readonly trx: Trx
  /** The revision that this change commits. */
  readonly revision: number
  readonly nowMs: number
  readonly actor: Actor
  /** Tells the feed that the entity is new, different or gone. */
  touch(kind: Touched['kind'], id: string): void
  /** At least once in every change. */
  audit(entry: AuditEntry): void
  /** Tells operators, by whatever way they have chosen. */
  event(event: NewEvent): void
}

export interface Committed<T> {
  readonly value: T
  readonly revision: number
}

/**
 * One change, in one transaction: the rule, the revision, what the feed has to send, the audit rows
 * and the answer to remember. Either all of it is durable when this resolves, or nothing happened
 * and it throws what the rule threw. Throws `idempotency_in_progress` when another request with the
 * same key was committed meanwhile.
 */
export async function change<T>(
  store: Store,
  request: ChangeRequest,
  rule: (handle: ChangeHandle) => Promise<T>,
): Promise<Committed<T>> {
  return await refusedWhenFull(() => changeInTransaction(store, request, rule))
}

async function changeInTransaction<T>(
  store: Store,
  request: ChangeRequest,
  rule: (handle: ChangeHandle) => Promise<T>,
): Promise<Committed<T>> {
  const nowMs = store.clock.now()
  return await store.db.transaction().execute(async (trx) => {
    const { idempotency, actor } = request
    if (idempotency !== undefined) await claimOrRefuse(trx, request, nowMs)
    const revision = await countUp(trx, 'revision')
    const touched: Touched[] = []
    const audited: AuditEntry[] = []
    const events: NewEvent[] = []
    const value = await rule({
      trx,
      revision,
      nowMs,
      actor,
      touch: (kind, id) => touched.push({ kind, id }),
      audit: (entry) => audited.push(entry),
      event: (event) => events.push(event),
    })
    invariant(audited.length > 0, 'every change leaves an audit row')
    await writeChangeLog(trx, revision, touched, store.changesKept)
    const keyIds = touched.filter(({ kind }) => kind === 'key').map(({ id }) => id)
    await watchKeys(trx, store.runEach, keyIds, nowMs)
    if (revision % TRIM_EVERY === 0) await trimEndedTasks(trx, store.tasksKept)
    for (const entry of audited) await insertAudit(trx, { revision, nowMs, actor }, entry)
    for (const event of events) await insertEvent(trx, event, nowMs)
    if (idempotency !== undefined) {
      await rememberAnswer(trx, operatorOf(actor), idempotency.key, idempotency.render(value))
    }
    return { value, revision }
  })
}

/** Claimed before the rule runs, so that a repeat is told that it is one and not that a name is taken. */
async function claimOrRefuse(trx: Trx, request: ChangeRequest, nowMs: number): Promise<void> {
  const claimed = await claimIdempotencyKey(trx, {
    operator: operatorOf(request.actor),
    key: request.idempotency!.key,
    fingerprint: request.idempotency!.fingerprint,
    nowMs,
  })
  if (!claimed) throw new PublicError('idempotency_in_progress')
}
