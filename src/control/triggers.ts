import { type FieldError, PublicError } from '../domain/errors.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../domain/names.ts'
import { isTimezone, scheduleFault } from '../domain/schedule.ts'
import {
  headerFault,
  type LastRun,
  TRIGGERS_OF_FUNCTION_MAX,
  type Trigger,
  type TriggerInput,
  tickAfter,
} from '../domain/trigger.ts'
import type { NodeCalls } from '../feed/node-calls.ts'
import { newId } from '../lib/ids.ts'
import type { ChangeHandle } from '../store/change.ts'
import type { Db } from '../store/dialect.ts'
import { findFunction } from '../store/functions.ts'
import { type ClaimedRun, insertRun, newestRun } from '../store/trigger-runs.ts'
import {
  deleteTrigger,
  findTrigger,
  insertTrigger,
  listTriggers,
  updateTrigger,
} from '../store/triggers.ts'
import { NO_CALLS } from './calls.ts'
import type { TriggerUseCases, TriggerView } from './calls-control.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { nameTaken, noFunction, requireScope } from './scope.ts'
import type { TriggerScheduler } from './trigger-scheduler.ts'

const HEADERS_MAX = 50

export function triggerUseCases(deps: ControlDeps, scheduler: TriggerScheduler): TriggerUseCases {
  const { db } = deps.store
  const { calls = NO_CALLS } = deps
  const shown = async (trigger: Trigger): Promise<TriggerView> => ({
    trigger,
    lastRun: await lastRunOf(db, calls, trigger),
  })
  return {
    async list(scope, name) {
      const fn = await requireFunction(db, scope, name)
      const triggers = await listTriggers(db, fn.id)
      return { count: triggers.length, results: await Promise.all(triggers.map(shown)) }
    },

    async get(scope, name, triggerName) {
      return await shown(await requireTrigger(db, scope, name, triggerName))
    },

    async create(context, scope, name, input) {
      checkInput(input, deps.clock.now())
      const { value } = await commit(deps, context, (handle) => create(handle, scope, name, input))
      scheduler.wake()
      return value
    },

    async update(context, scope, name, triggerName, patch) {
      const { value } = await commit(deps, context, (handle) =>
        update(handle, scope, name, triggerName, patch),
      )
      scheduler.wake()
      return await shown(value)
    },

    async delete(context, scope, name, triggerName) {
      await commit(deps, context, async (handle) => {
        const before = await requireTrigger(handle.trx, scope, name, triggerName)
        await deleteTrigger(handle.trx, before.id)
        audit(handle, 'trigger.deleted', scope, name, before, { before: audited(before) })
        return null
      })
    },

    async run(context, scope, name, triggerName) {
      const { value } = await commit(deps, context, (handle) =>
        runNow(handle, scope, name, triggerName),
      )
      await scheduler.handOver(value)
      return value.run.callId
    },
  }
}

async function create(
  handle: ChangeHandle,
  scope: Scope,
  name: FunctionName,
  input: TriggerInput,
): Promise<TriggerView> {
  const { trx, nowMs, revision } = handle
  const fn = await requireFunction(trx, scope, name)
  if ((await listTriggers(trx, fn.id)).length >= TRIGGERS_OF_FUNCTION_MAX) {
    throw new PublicError(
      'conflict',
      `A function has at most ${TRIGGERS_OF_FUNCTION_MAX} triggers.`,
    )
  }
  const trigger = {
    ...input,
    id: newId(),
    functionId: fn.id,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    nextRunAtMs: input.enabled ? tickAfter(input, nowMs) : null,
  }
  if (!(await insertTrigger(trx, trigger, revision))) throw nameTaken('trigger', input.name)
  audit(handle, 'trigger.created', scope, name, trigger, { after: audited(trigger) })
  return { trigger, lastRun: null }
}

async function update(
  handle: ChangeHandle,
  scope: Scope,
  name: FunctionName,
  triggerName: string,
  patch: Partial<TriggerInput>,
): Promise<Trigger> {
  const { trx, nowMs } = handle
  const before = await requireTrigger(trx, scope, name, triggerName)
  const wanted = { ...before, ...patch }
  checkInput(wanted, nowMs)
  const isAsBefore =
    wanted.enabled &&
    before.enabled &&
    wanted.schedule === before.schedule &&
    wanted.timezone === before.timezone
  // A tick that has come and was not claimed yet is not lost by another change.
  const nextRunAtMs = isAsBefore
    ? before.nextRunAtMs
    : wanted.enabled
      ? tickAfter(wanted, nowMs)
      : null
  await updateTrigger(trx, before.id, { ...wanted, nextRunAtMs }, nowMs)
  const after = await requireTrigger(trx, scope, name, triggerName)
  audit(handle, 'trigger.updated', scope, name, after, {
    before: audited(before),
    after: audited(after),
  })
  return after
}

async function runNow(
  handle: ChangeHandle,
  scope: Scope,
  name: FunctionName,
  triggerName: string,
): Promise<ClaimedRun> {
  const { trx, nowMs } = handle
  const fn = await requireFunction(trx, scope, name)
  const trigger = await requireTrigger(trx, scope, name, triggerName)
  const run = await insertRun(trx, trigger.id, nowMs, null, nowMs)
  if (run === undefined) throw new PublicError('conflict', 'It was started at this very moment.')
  audit(handle, 'trigger.started', scope, name, trigger, { after: { call: run.callId } })
  return { run, trigger, label: fn.label, claimedAtMs: nowMs }
}

async function lastRunOf(db: Db, calls: NodeCalls, { id }: Trigger): Promise<LastRun | null> {
  const run = await newestRun(db, id)
  if (run === undefined) return null
  const { tickMs: atMs, callId, state, reason } = run
  if (state !== 'handed-over') return { atMs, callId, state, reason }
  const view = await calls.find(callId)
  return { atMs, callId, state: view?.state ?? 'forgotten', reason: view?.code ?? null }
}

function checkInput(input: TriggerInput, nowMs: number): void {
  const { schedule, timezone, headers } = input
  const faults: FieldError[] = []
  if (!isTimezone(timezone)) {
    faults.push({ field: 'timezone', message: 'must be a name of the IANA database' })
  } else {
    const fault = scheduleFault(schedule, timezone, nowMs)
    if (fault !== undefined) faults.push({ field: 'schedule', message: fault })
  }
  for (const [name, value] of Object.entries(headers)) {
    const fault = headerFault(name, value)
    if (fault !== undefined) faults.push({ field: `headers.${name}`, message: fault })
  }
  if (Object.keys(headers).length > HEADERS_MAX) {
    faults.push({ field: 'headers', message: `must be at most ${HEADERS_MAX}` })
  }
  if (faults.length > 0) throw new PublicError('invalid_body', undefined, faults)
}

async function requireFunction(db: Db, scope: Scope, name: FunctionName) {
  await requireScope(db, scope)
  const fn = await findFunction(db, scope, name)
  if (fn === undefined) throw noFunction(name)
  return fn
}

async function requireTrigger(
  db: Db,
  scope: Scope,
  name: FunctionName,
  triggerName: string,
): Promise<Trigger> {
  const fn = await requireFunction(db, scope, name)
  const trigger = await findTrigger(db, fn.id, triggerName)
  if (trigger !== undefined) return trigger
  throw new PublicError(
    'not_found',
    `There is no trigger named ${triggerName} of ${formatFunctionName(name)}.`,
  )
}

function audit(
  handle: ChangeHandle,
  action: `trigger.${'created' | 'updated' | 'deleted' | 'started'}`,
  scope: Scope,
  name: FunctionName,
  trigger: Trigger,
  shown: { before?: unknown; after?: unknown },
): void {
  const entityName = `${formatFunctionName(name)}/${trigger.name}`
  handle.audit({ action, entityId: trigger.id, entityName, scope, ...shown })
}

/** Neither values of headers nor the body: nobody promises that they are no secrets. */
function audited({ schedule, timezone, method, path, headers, body, enabled }: TriggerInput) {
  const header_names = Object.keys(headers).sort()
  const body_chars = body?.length ?? 0
  return { schedule, timezone, method, path, header_names, body_chars, enabled }
}
