import type { AuditAction } from '../domain/audit.ts'
import type { AuditLine } from '../domain/audit-line.ts'
import { canonicalJson } from '../lib/canonical-json.ts'
import type { AuditRow } from './tables-operators.ts'

export function auditRowOf({ at: _, ...line }: AuditLine, nowMs: number): AuditRow {
  const { before, after } = line
  return {
    ...line,
    action: line.action as AuditAction,
    at_ms: nowMs,
    before: before === null ? null : canonicalJson(before),
    after: after === null ? null : canonicalJson(after),
  }
}

/** The row in the form that was hashed. One that was tampered with has a form too, with another hash. */
export function auditLineOf({ at_ms: atMs, ...row }: AuditRow): AuditLine {
  return {
    sequence: row.sequence,
    previous_hash: row.previous_hash,
    at: auditTime(atMs),
    action: row.action,
    revision: row.revision,
    token_id: row.token_id,
    user_id: row.user_id,
    actor: row.actor,
    request_id: row.request_id,
    address: row.address,
    project_id: row.project_id,
    region_id: row.region_id,
    entity_id: row.entity_id,
    entity_name: row.entity_name,
    before: parsedText(row.before),
    after: parsedText(row.after),
    hash: row.hash,
  }
}

/** A text that is not ours, by so much as a blank, stays a text: the row's hash then shows it. */
export function parsedText(text: string | null): unknown {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return canonicalJson(value) === text ? value : text
  } catch {
    return text
  }
}

export function auditTime(ms: number): string {
  return Number.isInteger(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms)
}
