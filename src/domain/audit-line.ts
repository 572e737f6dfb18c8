import { hash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical-json.ts'

/**
 * One row of the audit in the form that is hashed, exported and answered. The form of a row never
 * changes: a member that comes later is absent from the rows before it. docs/audit.md has it for others.
 */
export interface AuditLine {
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number
  /** Of the row before; {@link FIRST_PREVIOUS_HASH} in the first. */
  readonly previous_hash: string
  /** UTC with milliseconds. */
  readonly at: string
  readonly action: string
  /** Null for what changed nothing, such as a log-in. */
  readonly revision: number | null
  readonly token_id: number
  readonly user_id: number
  readonly actor: string
  readonly request_id: string
  readonly address: string
  readonly project_id: number | null
  readonly region_id: number | null
  readonly entity_id: string
  readonly entity_name: string
  readonly before: unknown
  readonly after: unknown
  /** SHA-256, hexadecimal, of the canonical JSON of all other members. */
  readonly hash: string
}

export const FIRST_PREVIOUS_HASH = '0'.repeat(64)

export function auditHash(line: Omit<AuditLine, 'hash'>): string {
  const { hash: _, ...hashed } = line as AuditLine
  return hash('sha256', canonicalJson(hashed), 'hex')
}
