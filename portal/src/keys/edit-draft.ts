import type { FaasApiKeyPatchSerializer, FaasApiKeySerializer } from '../../../src/client/types.ts'
import {
  type Access,
  accessBody,
  accessOf,
  grantId,
  grantsOf,
  limitsText,
  sameAccess,
} from './access.ts'
import { timeText } from './expiration-time.ts'

export type LabelPair = readonly [name: string, value: string]

/** What can be edited of a key, as the form has it. */
export interface KeyDraft {
  readonly name: string
  readonly description: string
  readonly labels: readonly LabelPair[]
  /** Null for at once. */
  readonly notBefore: string | null
  readonly access: Access
  /** Null for never. */
  readonly expire: string | null
  /** Changed elsewhere, and shown when somebody else has. */
  readonly disabled: boolean
}

export type DraftField = keyof KeyDraft

export const FIELD_LABELS: Readonly<Record<DraftField, string>> = {
  name: 'Name',
  description: 'Description',
  labels: 'Labels',
  notBefore: 'Works from',
  access: 'Access to functions',
  expire: 'Expiration',
  disabled: 'State',
}
const FIELDS = Object.keys(FIELD_LABELS) as DraftField[]

export function draftOf(key: FaasApiKeySerializer): KeyDraft {
  return {
    name: key.name,
    description: key.description ?? '',
    labels: Object.entries(key.labels),
    notBefore: key.not_before,
    access: accessOf(key),
    expire: key.expire ?? null,
    disabled: key.disabled,
  }
}

export function changedFields(before: KeyDraft, after: KeyDraft): DraftField[] {
  return FIELDS.filter((field) => !isSame(before, after, field))
}

function isSame(a: KeyDraft, b: KeyDraft, field: DraftField): boolean {
  switch (field) {
    case 'access':
      return sameAccess(a.access, b.access)
    case 'labels':
      return labelsText(a.labels) === labelsText(b.labels)
    default:
      return a[field] === b[field]
  }
}

/** What of it is to be sent: absent members stay as they are. */
export function patchOf(before: KeyDraft, after: KeyDraft): Partial<FaasApiKeyPatchSerializer> {
  const changed = new Set(changedFields(before, after))
  return {
    ...(changed.has('name') && { name: after.name }),
    ...(changed.has('description') && { description: after.description }),
    ...(changed.has('labels') && { labels: Object.fromEntries(filled(after.labels)) }),
    ...(changed.has('notBefore') && { not_before: after.notBefore }),
    ...(changed.has('expire') && { expire: after.expire }),
    ...(changed.has('access') && accessBody(after.access)),
  }
}

/** These fields as they are there. */
export function withFields(
  draft: KeyDraft,
  there: KeyDraft,
  fields: readonly DraftField[],
): KeyDraft {
  return { ...draft, ...Object.fromEntries(fields.map((field) => [field, there[field]])) }
}

/** For people to compare, a line for each part of it. */
export function fieldLines(draft: KeyDraft, field: DraftField): readonly string[] {
  switch (field) {
    case 'labels':
      return orNone(filled(draft.labels).map(([name, value]) => `${name}=${value}`))
    case 'access':
      return orNone(
        grantsOf(draft.access).map((grant) => {
          const what = grant.kind === 'namespace' ? `all of ${grant.name}` : grantId(grant)
          const limits = limitsText(grant)
          return limits === 'every method and path' ? what : `${what}: ${limits}`
        }),
      )
    case 'expire':
      return [draft.expire === null ? 'never' : timeText(draft.expire)]
    case 'notBefore':
      return [draft.notBefore === null ? 'always' : timeText(draft.notBefore)]
    case 'disabled':
      return [draft.disabled ? 'disabled' : 'enabled']
    default:
      return [draft[field] === '' ? 'empty' : draft[field]]
  }
}

function orNone(lines: string[]): string[] {
  return lines.length === 0 ? ['none'] : lines.sort()
}

/** A line that was added and left empty is none. */
export function filled(labels: readonly LabelPair[]): readonly LabelPair[] {
  return labels.filter(([name, value]) => name !== '' || value !== '')
}

function labelsText(labels: readonly LabelPair[]): string {
  return JSON.stringify([...filled(labels)].sort(([a], [b]) => (a < b ? -1 : 1)))
}
