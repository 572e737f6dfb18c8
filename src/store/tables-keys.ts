import type { EventType } from '../domain/events.ts'
import type { Flag } from './columns.ts'

export interface KeyRow {
  id: string
  project_id: number
  region_id: number
  name: string
  description: string
  labels: string
  hint: string
  digest: string
  issued_by: string
  not_before_ms: number | null
  expire_ms: number | null
  disabled_at_ms: number | null
  /** The old secret of a rotation; null, as the members after it, while there is none. */
  old_digest: string | null
  old_hint: string | null
  rotated_at_ms: number | null
  rotation_grace_seconds: number | null
  rotation_hard_end_ms: number | null
  /** When the new secret was first used. */
  rotation_used_at_ms: number | null
  revision: number
  /** Of the newest change that data nodes must apply. */
  changed_revision: number
  created_at_ms: number
  updated_at_ms: number
  last_used_at_ms: number | null
  last_used_function_id: string | null
  last_used_address: string | null
}

/** `methods` and `paths` are JSON lists, empty for all. */
export interface GrantRow {
  key_id: string
  function_id: string
  methods: string
  paths: string
}

export interface NamespaceGrantRow {
  key_id: string
  namespace_id: string
  methods: string
  paths: string
}

/** A key that can be brought back, unless it leaked. */
export interface DeletedKeyRow {
  id: string
  project_id: number
  region_id: number
  name: string
  deleted_at_ms: number
  deleted_by: string
  leaked: Flag
  /** Of its deletion. */
  revision: number
  kept: string
}

export interface EventRow {
  id?: number
  at_ms: number
  type: EventType
  project_id: number
  region_id: number
  key_id: string
  key_name: string
  data: string
  once: string | null
}

/** What was told of a key; see `NoticeState`. It outlives the key for as long as that can be brought back. */
export interface KeyNoticesRow {
  key_id: string
  /** The expiry that the rest speaks of. */
  expire_ms: number | null
  expiry_set_at_ms: number
  told_days: number | null
  told_unused_since_ms: number | null
  /** Null for not before the key is changed. */
  look_at_ms: number | null
}
