import type { AuditAction } from '../domain/audit.ts'
import type { DeliveryState, UnsentReason } from '../domain/delivery.ts'
import type { EventType } from '../domain/events.ts'
import type { BuildStatus } from '../domain/function.ts'
import type { NetworkAccess } from '../domain/network.ts'
import type { Role } from '../domain/role.ts'
import type { TaskState, TaskType } from '../domain/task.ts'
import type { TriggerRunState } from '../domain/trigger.ts'
import type { UsageField } from '../domain/usage.ts'
import type { DisabledReason } from '../domain/webhook.ts'

/*
 * Rows as the database holds them; they never leave this folder. Times are milliseconds since the
 * epoch, booleans are 0 or 1, structures are JSON text. `revision` on an entity is that of its
 * creation: it puts entities of the same millisecond in order.
 */

export type Flag = 0 | 1
export type ChangedKind = 'function' | 'key'
export type DeployState = 'NEW' | 'RUNNING' | 'DONE' | 'FAILED' | 'GONE'

export interface Tables {
  counters: { name: string; value: number }
  marks: { name: string; value: string }
  changes: { revision: number; entity_kind: ChangedKind; entity_id: string }
  projects: ProjectRow
  regions: { id: number; display_name: string; created_at_ms: number }
  namespaces: NamespaceRow
  functions: FunctionRow
  function_versions: FunctionVersionRow
  keys: KeyRow
  grants: GrantRow
  namespace_grants: NamespaceGrantRow
  deleted_keys: DeletedKeyRow
  key_addresses: { key_id: string; address: string; first_seen_ms: number }
  events: EventRow
  event_reads: { operator: string; event_id: number }
  event_read_marks: { operator: string; project_id: number; until_id: number }
  key_notices: KeyNoticesRow
  notice_rules: { project_id: number; notice_days: string; unused_days: number }
  webhooks: WebhookRow
  deliveries: DeliveryRow
  delivery_attempts: DeliveryAttemptRow
  tokens: TokenRow
  users: UserRow
  members: MemberRow
  sessions: SessionRow
  log_in_limits: LogInLimitRow
  tasks: TaskRow
  triggers: TriggerRow
  trigger_runs: TriggerRunRow
  deploys: DeployRow
  audit: AuditRow
  /** One row: the newest of the audit's chain. */
  audit_head: { id: number; sequence: number; hash: string }
  idempotency: IdempotencyRow
  usage_deliveries: { node: string; boot: string; sequence: number; at_ms: number }
  usage_pairs: { id?: number; key_id: string; function_id: string }
  usage_minutes: UsageTableRow
  usage_hours: UsageTableRow
  usage_days: UsageTableRow
}

export interface ProjectRow {
  id: number
  name: string
  description: string | null
  is_default: Flag
  /** Null for as long as one likes. */
  key_life_days_max: number | null
  keys_must_expire: Flag
  /** JSON list: how many days before its expiry a key is told of. */
  notice_days: string
  unused_days: number
  /** JSON list. */
  notice_emails: string
  revision: number
  created_at_ms: number
}

export interface NamespaceRow {
  id: string
  project_id: number
  region_id: number
  name: string
  description: string
  envs: string
  /** Sealed, by name. */
  secret_envs: string
  revision: number
  created_at_ms: number
}

export interface FunctionRow {
  id: string
  namespace_id: string
  name: string
  label: string
  description: string
  runtime: string
  code_text: string
  files: string
  dependencies: string
  main_method: string
  envs: string
  /** Sealed, by name. */
  secret_envs: string
  flavor: string
  timeout_seconds: number
  /** 0 for what the server takes. */
  max_body_bytes: number
  network: NetworkAccess
  min_instances: number
  max_instances: number
  requires_key: Flag
  disabled: Flag
  build_status: BuildStatus
  build_message: string
  build_started_at_ms: number | null
  build_finished_at_ms: number | null
  deployed: string | null
  /** Counts the changes that ask for a deployment, so that a late build knows that it was overtaken. */
  generation: number
  revision: number
  created_at_ms: number
  updated_at_ms: number
}

/** One successful deployment: what it was made of, and what was put to work. */
export interface FunctionVersionRow {
  function_id: string
  number: number
  created_at_ms: number
  runtime: string
  code_text: string
  files: string
  dependencies: string
  main_method: string
  envs: string
  /** Sealed, by name. */
  secret_envs: string
  flavor: string
  artifact_id: string
  deployed: string
  token_id: number
  token_name: string
  task_id: string
  rolled_back_to: number | null
}

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

export interface WebhookRow {
  id: string
  project_id: number
  url: string
  description: string
  /** JSON list, empty for all. */
  events: string
  disabled_reason: DisabledReason | null
  /** Sealed, as the old one. */
  secret: string
  old_secret: string | null
  old_secret_end_ms: number | null
  last_delivered_at_ms: number | null
  last_failed_at_ms: number | null
  revision: number
  created_at_ms: number
  updated_at_ms: number
}

/** One event on its way to a webhook or, where `recipient` is set, by mail. */
export interface DeliveryRow {
  number?: number | undefined
  id: string
  project_id: number
  webhook_id: string | null
  recipient: string | null
  event_id: number | null
  type: string
  body: string
  state: DeliveryState
  /** Since it was queued, or queued again. */
  tries: number
  queued_at_ms: number
  /** While it is sent: when others may take it for abandoned. Null when it has ended. */
  next_at_ms: number | null
  /** Names who sends it. */
  lease: string | null
  created_at_ms: number
  ended_at_ms: number | null
  /** Why it failed where no attempt says so. */
  reason: UnsentReason | null
}

export interface DeliveryAttemptRow {
  delivery: number
  number: number
  at_ms: number
  status: number | null
  error: string | null
  duration_ms: number | null
  answer: string
}

export interface TokenRow {
  id: number
  name: string
  digest: string
  source: 'api' | 'settings'
  created_at_ms: number
  description: string
  /** What who made it was called then. */
  issued_by: string
  /** JSON list. */
  roles: string
  expire_ms: number | null
  last_used_at_ms: number | null
  /** The person whose token it is; null for one of no person's. */
  user_id: number | null
}

export interface UserRow {
  id: number
  email: string
  /** The address in one case. */
  email_key: string
  name: string
  /** Hashed, in a text that names its own parameters. */
  password: string
  disabled: Flag
  created_at_ms: number
  updated_at_ms: number
  password_changed_at_ms: number
  last_log_in_at_ms: number | null
}

export interface MemberRow {
  user_id: number
  /** 0 for all projects. */
  project_id: number
  role: Role
  since_ms: number
}

export interface SessionRow {
  /** Of the secret that is in the cookie. */
  digest: string
  id: string
  /** One of the two. */
  user_id: number | null
  token_id: number | null
  created_at_ms: number
  seen_at_ms: number
  /** When it ends however much it is used. */
  end_ms: number
  address: string
  agent: string
}

export interface LogInLimitRow {
  name: string
  failures: number
  failed_at_ms: number
  blocked_until_ms: number
}

export interface TaskRow {
  id: string
  type: TaskType
  state: TaskState
  project_id: number
  region_id: number
  token_id: number
  user_id: number
  actor: string
  address: string
  request_id: string
  error: string | null
  created_resources: string
  revision: number
  created_at_ms: number
  updated_at_ms: number
  finished_at_ms: number | null
}

/** One function that a task has to build and put to work. */
export interface DeployRow {
  task_id: string
  function_id: string
  state: DeployState
  error: string | null
  owner: string | null
  lease_until_ms: number | null
  /** The number of the version to bring back; null for one that is made of the function as it stands. */
  rollback_to: number | null
  revision: number
}

export interface TriggerRow {
  id: string
  function_id: string
  name: string
  schedule: string
  timezone: string
  method: string
  path: string
  headers: string
  body: string | null
  enabled: Flag
  /** Null when it is not enabled. */
  next_run_at_ms: number | null
  revision: number
  created_at_ms: number
  updated_at_ms: number
}

/** One tick of a trigger. */
export interface TriggerRunRow {
  trigger_id: string
  tick_ms: number
  call_id: string
  state: TriggerRunState
  reason: string | null
  claimed_at_ms: number
}

/** Never changed, never deleted; see `AuditLine` for what is hashed. */
export interface AuditRow {
  sequence: number
  at_ms: number
  action: AuditAction
  /** Null for what changed nothing. */
  revision: number | null
  token_id: number
  user_id: number
  /** What who asked was called then. */
  actor: string
  request_id: string
  address: string
  project_id: number | null
  region_id: number | null
  entity_id: string
  entity_name: string
  /** Canonical JSON, as `after`. */
  before: string | null
  after: string | null
  previous_hash: string
  hash: string
}

export interface IdempotencyRow {
  /** See `operatorOf`. */
  operator: string
  key: string
  fingerprint: string
  status: number
  body: string
  created_at_ms: number
}

/** What the requests of one pair of key and function came to in the minute, hour or day that begins there. */
export type UsageTableRow = { at_ms: number; pair_id: number } & Record<UsageField, number>
