import type { BuildStatus } from '../domain/function.ts'
import type { NetworkAccess } from '../domain/network.ts'
import type { RecentField } from '../domain/recent-usage.ts'
import type { TaskState, TaskType } from '../domain/task.ts'
import type { TriggerRunState } from '../domain/trigger.ts'
import type { UsageField } from '../domain/usage.ts'
import type { Flag } from './columns.ts'
import type { DeliveryAttemptRow, DeliveryRow, WebhookRow } from './tables-deliveries.ts'
import type {
  DeletedKeyRow,
  EventRow,
  GrantRow,
  KeyNoticesRow,
  KeyRow,
  NamespaceGrantRow,
} from './tables-keys.ts'
import type {
  AuditRow,
  IdempotencyRow,
  LogInLimitRow,
  MemberRow,
  SessionRow,
  TokenRow,
  UserRow,
} from './tables-operators.ts'

/*
 * Rows as the database holds them; they never leave this folder. Times are milliseconds since the
 * epoch, booleans are 0 or 1, structures are JSON text. `revision` on an entity is that of its
 * creation: it puts entities of the same millisecond in order.
 */

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
  usage_stretches: StretchTableRow
  instance_minutes: InstanceTableRow
  instance_hours: InstanceTableRow
  instance_days: InstanceTableRow
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

/** What the requests of one pair of key and function came to in the minute, hour or day that begins there. */
export type UsageTableRow = { at_ms: number; pair_id: number } & Record<UsageField, number>

/** What the requests to a function came to in the five minutes that begin there. */
export type StretchTableRow = { function_id: string; at_ms: number } & Record<RecentField, number>

/** The instances of a function in the minute, hour or day that begins there, as they were counted once a minute. */
export interface InstanceTableRow {
  at_ms: number
  function_id: string
  highest: number
  /** The sum of the minutes'. */
  total: number
}
