import type { AuditRowSerializer } from '../../../src/client/types.ts'
import { limitsText } from './access.ts'

export interface AuditChange {
  readonly member: string
  readonly before: string
  readonly after: string
}

/** What is different after a change; nothing where something was made or deleted. */
export function changesOf({
  before,
  after,
}: Pick<AuditRowSerializer, 'before' | 'after'>): AuditChange[] {
  if (!isObject(before) || !isObject(after)) return []
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((member) => {
    const change = { member, before: textOf(before[member]), after: textOf(after[member]) }
    return change.before === change.after ? [] : [change]
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ')
  if (!isObject(value)) return String(value)
  const { name, methods, paths, ...rest } = value
  if (typeof name === 'string' && Array.isArray(methods) && Array.isArray(paths)) {
    return `${name} (${limitsText({ methods, paths })})`
  }
  const members = name === undefined ? rest : value
  const parts = Object.entries(members).map(([member, one]) => `${member} ${textOf(one)}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}
