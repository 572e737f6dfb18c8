import { unreachable } from '../lib/assert.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import { type FunctionName, formatFunctionName } from './names.ts'

/** From what is best looked at first to what is known to be as it should. */
export const FINDING_KINDS = [
  'never_used',
  'unused',
  'unused_namespace',
  'unused_function',
  'broad_namespace',
  'opens_nothing',
  'old_secret',
  'never_expires',
  'disabled',
  'expired',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** What one look at a key found. */
export interface Finding {
  readonly kind: FindingKind
  /** Since when it is so; null when that is not known. */
  readonly sinceMs: number | null
  /** Of `unused_function`. */
  readonly function: FunctionName | null
  /** Of `unused_namespace` and `broad_namespace`. */
  readonly namespace: string | null
  /** Of `broad_namespace`: those of its functions that were called. */
  readonly calledFunctions: readonly FunctionName[]
  /** Of a namespace: how many functions it has. */
  readonly functionsCount: number | null
}

/** A sentence for people. */
export function findingText(finding: Finding): string {
  const { kind, namespace, calledFunctions: called, functionsCount: count } = finding
  const day = finding.sinceMs === null ? null : utcSeconds(finding.sinceMs).slice(0, 10)
  switch (kind) {
    case 'never_used':
      return `It was never used, and could be since ${day}.`
    case 'unused':
      return `It was last used on ${day}.`
    case 'unused_function':
      return `It may call ${nameOf(finding.function)}, and ${lastOn(day)}.`
    case 'unused_namespace':
      return `It may call all functions of ${namespace}, and ${lastOn(day)}.`
    case 'broad_namespace':
      return `It may call all ${count} functions of ${namespace}, and called ${called.length}: ${called.map(formatFunctionName).join(', ')}.`
    case 'opens_nothing':
      return 'It opens no function.'
    case 'old_secret':
      return `It has had its secret since ${day}.`
    case 'never_expires':
      return 'It never expires.'
    case 'disabled':
      return `It is disabled since ${day}.`
    case 'expired':
      return `It expired on ${day}.`
    default:
      return unreachable(kind)
  }
}

function lastOn(day: string | null): string {
  return day === null ? 'never did' : `last did on ${day}`
}

function nameOf(name: FunctionName | null): string {
  return name === null ? 'a function that is deleted' : formatFunctionName(name)
}
