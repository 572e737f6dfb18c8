import type { Scope } from '../../../src/domain/names.ts'
import { places } from './places.ts'

export interface GoKey {
  /** After `g`. */
  readonly key: string
  readonly label: string
  readonly place: (scope: Scope) => string
}

export const GO_KEYS: readonly GoKey[] = [
  { key: 'f', label: 'Functions', place: places.functions },
  { key: 'k', label: 'API keys', place: places.keys },
  { key: 'n', label: 'Namespaces', place: places.namespaces },
  { key: 'a', label: 'Audit log', place: places.audit },
  { key: 's', label: 'Settings', place: places.settings },
]
