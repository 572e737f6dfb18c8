import { PublicError } from '../domain/errors.ts'
import type { Scope } from '../domain/names.ts'
import { stepMs, type UsageRange, type UsageStep, usageRange } from '../domain/usage-time.ts'
import type { Db } from '../store/dialect.ts'
import { findFunction } from '../store/functions.ts'
import { functionNamesById } from '../store/grant-names.ts'
import { type InstanceSum, readInstances } from '../store/instances.ts'
import { findKey, keyNamesById } from '../store/keys.ts'
import { findNamespace } from '../store/namespaces.ts'
import { readUsage, type UsageOf, type UsageSum } from '../store/usage.ts'
import type { ControlDeps } from './deps.ts'
import { noFunction, noKey, noNamespace, requireScope } from './scope.ts'
import type { UsageAsk, UsageReport, UsageUseCases } from './usage-control.ts'

/** More than any chart shows: 1,440 minutes of seven functions. */
const ROWS_MAX = 10_000

export function usageUseCases(deps: ControlDeps): UsageUseCases {
  const { db } = deps.store
  return {
    async ofKey(scope, name, ask) {
      await requireScope(db, scope)
      const key = await findKey(db, scope, name)
      if (key === undefined) throw noKey(name)
      const report = await read(deps, { keyId: key.id }, ask)
      const names = await functionNamesById(db, partIds(report.rows))
      return named(report, (id) => names.get(id) ?? null)
    },

    async ofFunction(scope, name, ask) {
      const functionId = await requireFunctionId(db, scope, name)
      const report = await read(deps, { functionId }, ask)
      const names = await keyNamesById(db, partIds(report.rows))
      return named(report, (id) => names.get(id) ?? null)
    },

    async instances(scope, name, ask) {
      const functionId = await requireFunctionId(db, scope, name)
      const { step } = ask
      const nowMs = deps.clock.now()
      const range = askedRange(ask, nowMs)
      const rows = await readInstances(db, functionId, { step, range, rowsMax: ROWS_MAX + 1 })
      refuseTooMany(rows)
      return { step, range, rows: rows.map((row) => ({ ...row, mean: mean(row, step, nowMs) })) }
    },
  }
}

/** Of the step that has not ended only the minutes that have begun count. */
function mean({ atMs, total }: InstanceSum, step: UsageStep, nowMs: number): number {
  const minutesSoFar = Math.max(1, Math.ceil((nowMs + 1 - atMs) / stepMs('minute')))
  return total / Math.min(stepMs(step) / stepMs('minute'), minutesSoFar)
}

async function read(
  { store, clock }: ControlDeps,
  of: UsageOf,
  ask: UsageAsk,
): Promise<Omit<UsageReport<never>, 'rows'> & { rows: UsageSum[] }> {
  const { step, isSplit } = ask
  const range = askedRange(ask, clock.now())
  const rows = await readUsage(store.db, of, { step, range, isSplit, rowsMax: ROWS_MAX + 1 })
  refuseTooMany(rows)
  return { step, range, rows }
}

function askedRange({ step, fromMs, toMs }: Omit<UsageAsk, 'isSplit'>, nowMs: number): UsageRange {
  const range = usageRange(step, { fromMs, toMs }, nowMs)
  if (range.fromMs >= range.toMs) {
    throw new PublicError('invalid_parameter', 'The range is empty: from must lie before to.', [
      { field: 'from', message: 'must lie before to' },
    ])
  }
  return range
}

function refuseTooMany(rows: readonly unknown[]): void {
  if (rows.length <= ROWS_MAX) return
  throw new PublicError(
    'invalid_parameter',
    `The answer would have more than ${ROWS_MAX} rows: ask for a shorter range or a longer step.`,
  )
}

function named<T>(
  { rows, ...report }: Awaited<ReturnType<typeof read>>,
  nameOf: (id: string) => T | null,
): UsageReport<T> {
  return { ...report, rows: rows.map((row) => ({ ...row, part: nameOf(row.partId) })) }
}

function partIds(rows: readonly UsageSum[]): string[] {
  return [...new Set(rows.map((row) => row.partId))]
}

async function requireFunctionId(
  db: Db,
  scope: Scope,
  name: Parameters<typeof noFunction>[0],
): Promise<string> {
  await requireScope(db, scope)
  if ((await findNamespace(db, scope, name.namespace)) === undefined) {
    throw noNamespace(name.namespace)
  }
  const fn = await findFunction(db, scope, name)
  if (fn === undefined) throw noFunction(name)
  return fn.id
}
