import { type Static, Type } from 'typebox'
import { CHAIN_FAULTS } from '../../domain/audit-chain.ts'
import { DateTime } from './common.ts'
import { answer, choices, nullable, ref, refWith, withDefault } from './helpers.ts'

const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER
const Sequence = Type.Integer({ minimum: 1 })
const Hash = Type.String({ description: 'SHA-256, hexadecimal.' })
const Shown = Type.Unsafe<unknown>({
  description: 'What the audit shows of the entity; null where there was or is none.',
})

export const AuditOrder = choices('AuditOrderChoices', ['asc', 'desc'])
export const AuditFaultReason = choices('AuditFaultReason', [...CHAIN_FAULTS])

/** Exactly the members that are hashed, and the hash. */
export const AuditRowAnswer = answer('AuditRowSerializer', {
  sequence: Type.Integer({ minimum: 1, description: '1, 2, 3 … without a gap.' }),
  previous_hash: Type.String({ description: 'The `hash` of the row before; zeros in the first.' }),
  at: Type.String({ description: 'UTC with milliseconds, `2023-08-22T11:21:00.250Z`.' }),
  action: Type.String({ description: '`key.created`, `user.logged-in` …; docs/audit.md has all.' }),
  revision: nullable(Type.Integer(), { description: 'Null for what changed nothing.' }),
  token_id: Type.Integer({ description: '0 unless an API token asked.' }),
  user_id: Type.Integer({
    description: '0 unless a person asked, signed in or by a token of theirs.',
  }),
  actor: Type.String({ description: 'What who asked was called then.' }),
  request_id: Type.String(),
  address: Type.String({ description: "The client's; empty for the system itself." }),
  project_id: nullable(Type.Integer()),
  region_id: nullable(Type.Integer()),
  entity_id: Type.String(),
  entity_name: Type.String(),
  before: Shown,
  after: Shown,
  hash: Type.String({
    description: 'SHA-256 of the canonical JSON (RFC 8785) of all other members, hexadecimal.',
  }),
})

export const AuditPage = answer('AuditListSerializer', {
  results: Type.Array(ref(AuditRowAnswer)),
  next: nullable(Sequence, {
    description:
      'Where the next page begins: `before_sequence` when the newest come first, else `after_sequence`. Null when there is none.',
  }),
})

export const AuditHead = answer('AuditHeadSerializer', {
  sequence: Type.Integer({ minimum: 0 }),
  hash: Hash,
})

export const AuditVerification = answer('AuditVerificationSerializer', {
  ok: Type.Boolean(),
  rows: Type.Integer({ minimum: 0, description: 'How many rows are as they were written.' }),
  head: refWith(AuditHead, {
    description:
      'The last row that is right. Note it elsewhere: it proves later that no row before it was changed.',
  }),
  sequence: nullable(Type.Integer(), { description: 'The first bad row.' }),
  reason: nullable(ref(AuditFaultReason)),
  message: nullable(Type.String(), { description: 'A sentence that names the first bad row.' }),
  next: nullable(Sequence, {
    description: '`after_sequence` of the next part, when `limit` ended this one.',
  }),
})

const filters = {
  project_id: Type.Optional(
    Type.Array(Type.Integer(), { description: 'Rows of these projects only.' }),
  ),
  action: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'What the action begins with: `key.`, `key.deleted`.',
    }),
  ),
  actor: Type.Optional(Type.String({ description: 'The whole name.' })),
  token_id: Type.Optional(Type.Integer()),
  user_id: Type.Optional(Type.Integer()),
  entity_id: Type.Optional(Type.Array(Type.String())),
  entity_name: Type.Optional(Type.String({ description: 'The whole name.' })),
  request_id: Type.Optional(Type.String()),
  address: Type.Optional(Type.Array(Type.String())),
  revision: Type.Optional(Type.Integer()),
  from: Type.Optional(Type.String({ ...DateTime, description: 'From this second on.' })),
  to: Type.Optional(Type.String({ ...DateTime, description: 'Up to this second, included.' })),
  after_sequence: Type.Optional(Type.Integer({ minimum: 0, maximum: SEQUENCE_MAX })),
  before_sequence: Type.Optional(Type.Integer({ minimum: 1, maximum: SEQUENCE_MAX })),
}

export const AuditListQuery = Type.Object({
  ...filters,
  order_by: withDefault(refWith(AuditOrder, { default: 'desc' })),
  limit: withDefault(Type.Integer({ default: 100, minimum: 1, maximum: 1000 })),
})
export const AuditExportQuery = Type.Object(filters)
export const AuditVerifyQuery = Type.Object({
  after_sequence: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: SEQUENCE_MAX,
      description: 'Begin after this row, which is taken as it is.',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SEQUENCE_MAX, description: 'All.' })),
  head: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,15}:[0-9a-f]{64}$',
      description: '`<sequence>:<hash>` as noted earlier: that row must still be there, as it was.',
    }),
  ),
})

export type AuditFiltersWire = Static<typeof AuditExportQuery>
export type AuditVerificationWire = Static<typeof AuditVerification>
