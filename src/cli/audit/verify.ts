import { createReadStream } from 'node:fs'
import {
  type ChainHead,
  ChainWalk,
  chainFaultText,
  formatChainHead,
} from '../../domain/audit-chain.ts'
import type { AuditLine } from '../../domain/audit-line.ts'
import { JsonLines } from '../../lib/json-lines.ts'
import { Failure, usage } from '../failure.ts'
import type { ServerFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openServerSession } from '../session.ts'

interface VerifyFlags extends ServerFlags {
  readonly file?: string
  readonly head?: ChainHead
}

interface Verified {
  readonly ok: boolean
  /** How many rows are as they were written. */
  readonly rows: number
  /** The first of them. */
  readonly first: number | null
  readonly head: ChainHead | null
  /** The first bad row; null when there is none, or when it has no number. */
  readonly sequence: number | null
  readonly reason: string | null
  readonly message: string | null
}

/** So that no request takes long, however long the log is. */
const ROWS_PER_REQUEST = 100_000
const LINE_BYTES_MAX = 64 * 1024 * 1024

export async function verifyAudit(flags: VerifyFlags): Promise<void> {
  const verified =
    flags.file === undefined ? await verifyServer(flags) : await verifyFile(flags.file, flags.head)
  if (flags.json === true) printJson(verified)
  const { ok, rows, first, head, message } = verified
  if (!ok) {
    throw new Failure(
      'failed',
      message ?? 'The log is not as it was written.',
      `${rows} rows before it are as they were written. Keep the database as it is, and an export of it; see docs/audit.md.`,
    )
  }
  if (flags.json === true) return
  if (head === null || first === null) return note('There are no rows.')
  print(`${rows} rows, ${first} to ${head.sequence}, are as they were written.\n`)
  print(`head: ${formatChainHead(head)}\n`)
  if (first > 1) note(`Whether the rows before ${first} are, this does not tell.`)
}

async function verifyServer(flags: VerifyFlags): Promise<Verified> {
  const { client } = openServerSession(flags)
  const head = flags.head === undefined ? undefined : formatChainHead(flags.head)
  let rows = 0
  for (let after: number | undefined; ; ) {
    const answer = await client.audit.verify({
      after_sequence: after,
      limit: ROWS_PER_REQUEST,
      head,
    })
    rows += answer.rows
    if (answer.ok && answer.next !== null) after = answer.next
    else {
      const { ok, sequence, reason, message } = answer
      return { ok, rows, first: rows > 0 ? 1 : null, head: answer.head, sequence, reason, message }
    }
  }
}

async function verifyFile(path: string, noted: ChainHead | undefined): Promise<Verified> {
  const walk = new ChainWalk(undefined, noted)
  const ended = (fault: Omit<Verified, 'ok' | 'rows' | 'first' | 'head'> | null): Verified => ({
    ok: fault === null,
    rows: walk.rows,
    first: walk.first ?? null,
    head: walk.head ?? null,
    ...(fault ?? { sequence: null, reason: null, message: null }),
  })
  try {
    for await (const value of valuesOf(path)) {
      if (!isRow(value)) return ended(noRow(walk))
      const fault = walk.push(value)
      if (fault !== undefined) return ended({ ...fault, message: chainFaultText(fault) })
    }
  } catch (error) {
    if (error instanceof SyntaxError) return ended(noRow(walk))
    throw error
  }
  const fault = walk.end()
  return ended(fault === undefined ? null : { ...fault, message: chainFaultText(fault) })
}

async function* valuesOf(path: string): AsyncGenerator<unknown> {
  const lines = new JsonLines(LINE_BYTES_MAX)
  const stream = path === '-' ? process.stdin : createReadStream(path)
  try {
    for await (const chunk of stream) yield* lines.push(chunk)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw usage(`${path} cannot be read: ${code}.`)
  }
  // The last line may lack its end; half a row is no JSON.
  yield* lines.push(Buffer.from('\n'))
}

function isRow(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null) return false
  const { sequence, hash, previous_hash: previous } = value as Partial<AuditLine>
  return Number.isInteger(sequence) && typeof hash === 'string' && typeof previous === 'string'
}

function noRow(walk: ChainWalk) {
  const where =
    walk.head === undefined ? 'The first line' : `What follows row ${walk.head.sequence}`
  return { sequence: null, reason: 'form', message: `${where} is not a row of the audit.` }
}
