import { type ChainFault, type ChainHead, ChainWalk, EMPTY_CHAIN } from '../domain/audit-chain.ts'
import type { AuditLine } from '../domain/audit-line.ts'
import { PublicError } from '../domain/errors.ts'
import { nextTurn } from '../lib/next-turn.ts'
import {
  type AuditFilter,
  countAuditLines,
  readAuditHead,
  readAuditLines,
  readChainHead,
} from '../store/audit-lines.ts'
import type { Db } from '../store/dialect.ts'
import { newestTaskIds } from '../store/tasks.ts'
import type { AuditUseCases, ChainReport } from './audit-control.ts'
import type { ControlDeps } from './deps.ts'

/** Rows that are read and hashed in one turn of the event loop: some milliseconds. */
const ROWS_AT_ONCE = 100

export function auditUseCases({ store }: ControlDeps): AuditUseCases {
  const { db } = store
  return {
    list: (query) => readAuditLines(db, query),

    export: (filter, signal) => exported(db, filter, signal),

    verify: (ask, signal) => verified(db, ask, signal),

    async userActions({ limit, offset, descending, ...filter }) {
      const [count, rows] = [
        await countAuditLines(db, filter),
        await readAuditLines(db, { ...filter, limit, offset, descending }),
      ]
      const tasks = await newestTaskIds(db, [...new Set(rows.map((row) => row.request_id))])
      return {
        count,
        results: rows.map((line) => ({ line, taskId: tasks.get(line.request_id) ?? null })),
      }
    },
  }
}

/** As far as the log went when it began; holds one page at a time. */
async function* exported(
  db: Db,
  filter: AuditFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly AuditLine[]> {
  const { head } = await readAuditHead(db)
  const beforeSequence = Math.min(filter.beforeSequence ?? Infinity, head.sequence + 1)
  let afterSequence = filter.afterSequence ?? 0
  while (!signal.aborted) {
    const limit = ROWS_AT_ONCE
    const bounds = { afterSequence, beforeSequence, limit, descending: false }
    const page = await readAuditLines(db, { ...filter, ...bounds })
    if (page.length > 0) yield page
    if (page.length < limit) return
    afterSequence = page.at(-1)!.sequence
    await nextTurn()
  }
}

async function verified(
  db: Db,
  { afterSequence, rowsMax = Infinity, noted }: Parameters<AuditUseCases['verify']>[0],
  signal: AbortSignal,
): Promise<ChainReport> {
  const start = await startOf(db, afterSequence)
  if ('reason' in start) return { rows: 0, head: EMPTY_CHAIN, fault: start, isWhole: true }
  const walk = new ChainWalk(start, noted)
  const report = (fault: ChainFault | undefined, isWhole = true): ChainReport => {
    return { rows: walk.rows, head: walk.head ?? start, fault, isWhole }
  }
  // What is numbered below the first row belongs to nothing, and is found too.
  let after = afterSequence ?? Number.MIN_SAFE_INTEGER
  for (;;) {
    signal.throwIfAborted()
    const limit = Math.min(ROWS_AT_ONCE, rowsMax - walk.rows)
    const page = await readAuditLines(db, { afterSequence: after, limit, descending: false })
    for (const line of page) {
      const fault = walk.push(line)
      if (fault !== undefined) return report(fault)
      after = line.sequence
    }
    if (page.length === limit) {
      if (walk.rows >= rowsMax) return report(undefined, false)
    } else {
      const end = await endOf(db, walk)
      if (end !== 'more') return report(end)
    }
    await nextTurn()
  }
}

/** The row after which verification begins. */
async function startOf(db: Db, after: number | undefined): Promise<ChainHead | ChainFault> {
  if (after === undefined || after === 0) return EMPTY_CHAIN
  const row = await readChainHead(db, after)
  if (row !== undefined) return row
  const { head } = await readAuditHead(db)
  if (after <= head.sequence) return { sequence: after, reason: 'gap' }
  throw new PublicError('invalid_parameter', `The log has no row ${after} yet.`, [
    { field: 'after_sequence', message: 'must be the number of a row' },
  ])
}

/** After the last row that there was: what the server's own head says. */
async function endOf(db: Db, walk: ChainWalk): Promise<ChainFault | undefined | 'more'> {
  const { head, lastSequence } = await readAuditHead(db)
  const last = walk.head ?? EMPTY_CHAIN
  if (last.sequence > head.sequence) return { sequence: head.sequence + 1, reason: 'forged' }
  if (last.sequence < head.sequence) {
    return lastSequence > last.sequence ? 'more' : { sequence: last.sequence + 1, reason: 'cut' }
  }
  if (last.hash !== head.hash) return { sequence: last.sequence, reason: 'head' }
  return walk.end()
}
