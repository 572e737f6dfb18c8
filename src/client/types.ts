// Made from openapi.json by scripts/write-client-types.ts; a test keeps the two equal.
// biome-ignore-all format: generated

export type ApiKeysOrderByChoices = 'created_at.asc' | 'created_at.desc' | 'expire.asc' | 'expire.desc' | 'name.asc' | 'name.desc'

export type AuditFaultReason = 'hash' | 'link' | 'gap' | 'order' | 'head' | 'cut' | 'forged'

export interface AuditHeadSerializer {
  sequence: number
  /** SHA-256, hexadecimal. */
  hash: string
}

export interface AuditListSerializer {
  results: AuditRowSerializer[]
  /** Where the next page begins: `before_sequence` when the newest come first, else `after_sequence`. Null when there is none. */
  next: number | null
}

export type AuditOrderChoices = 'asc' | 'desc'

export interface AuditRowSerializer {
  /** 1, 2, 3 … without a gap. */
  sequence: number
  /** The `hash` of the row before; zeros in the first. */
  previous_hash: string
  /** UTC with milliseconds, `2023-08-22T11:21:00.250Z`. */
  at: string
  /** `key.created`, `user.logged-in` …; docs/audit.md has all. */
  action: string
  /** Null for what changed nothing. */
  revision: number | null
  /** 0 unless an API token asked. */
  token_id: number
  /** 0 unless a person asked, signed in or by a token of theirs. */
  user_id: number
  /** What who asked was called then. */
  actor: string
  request_id: string
  /** The client's; empty for the system itself. */
  address: string
  project_id: number | null
  region_id: number | null
  entity_id: string
  entity_name: string
  /** What the audit shows of the entity; null where there was or is none. */
  before: unknown
  /** What the audit shows of the entity; null where there was or is none. */
  after: unknown
  /** SHA-256 of the canonical JSON (RFC 8785) of all other members, hexadecimal. */
  hash: string
}

export interface AuditVerificationSerializer {
  ok: boolean
  /** How many rows are as they were written. */
  rows: number
  /** The last row that is right. Note it elsewhere: it proves later that no row before it was changed. */
  head: AuditHeadSerializer
  /** The first bad row. */
  sequence: number | null
  reason: AuditFaultReason | null
  /** A sentence that names the first bad row. */
  message: string | null
  /** `after_sequence` of the next part, when `limit` ended this one. */
  next: number | null
}

export type BuildStatusChoices = 'pending' | 'building' | 'succeeded' | 'failed'

export interface CallListSerializer {
  /** The total before paging. */
  count: number
  results: CallSerializer[]
}

export interface CallSerializer {
  id: string
  state: CallStateChoices
  method: string
  /** As the function sees it, without its query. */
  path: string
  /** The key that let it in. */
  key_id: string | null
  /** The name of the trigger that made it. */
  trigger: string | null
  body_bytes: number
  /** Tries that have begun. */
  attempts: number
  /** Of the last try's answer. */
  status: number | null
  /** Why the last try was no success: a code of `docs/errors.md`, `attempts_exhausted` or `interrupted`. */
  code: string | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  accepted_at: string
  /** Of the last try. */
  started_at: string | null
  next_attempt_at: string | null
  ended_at: string | null
  /** When it is forgotten. */
  expires_at: string | null
}

export type CallStateChoices = 'queued' | 'running' | 'retrying' | 'succeeded' | 'failed' | 'dead'

export interface CancelRotationSerializer {
  /** Also when the new secret is in use: callers with it are refused from then on. */
  force?: boolean
}

export interface ChangeFunctionSerializer {
  description?: string | null
  code_text?: string | null
  files?: Record<string, string> | null
  dependencies?: string | null
  main_method?: string | null
  envs?: Record<string, string> | null
  secret_envs?: Record<string, string | null> | null
  flavor?: string | null
  timeout?: number | null
  max_body_bytes?: number | null
  network?: 'outbound' | 'none' | null
  autoscaling?: FaasAutoscalingSerializer | null
  enable_api_key?: boolean | null
  disabled?: boolean | null
  keys?: string[] | null
}

export interface ChangeNamespaceSerializer {
  description?: string | null
  envs?: Record<string, string> | null
  secret_envs?: Record<string, string | null> | null
}

export interface ChangePasswordSerializer {
  /** 12 to 256 characters, and not the e-mail address. */
  old_password: string
  /** 12 to 256 characters, and not the e-mail address. */
  new_password: string
}

export interface ChangeTriggerSerializer {
  /** Five fields: minute, hour, day of month, month, day of week; or six, with seconds first. */
  schedule?: string
  /** A name of the IANA database. */
  timezone?: string
  method?: TriggerMethodChoices
  /** Path and query, as the function sees them. */
  path?: string
  /** Names in lower case. They are shown to operators: no secrets. */
  headers?: Record<string, string>
  body?: string | null
  enabled?: boolean
}

export interface ChangeUserSerializer {
  email?: string
  name?: string
  disabled?: boolean
  /** 12 to 256 characters, and not the e-mail address. */
  password?: string
  /** On all projects; null for none. */
  role?: RoleChoices | null
}

export interface ChangeWebhookSerializer {
  /** An address that begins with https:// or http://. */
  url?: string
  description?: string
  /** What it is told of; empty for all. */
  events?: EventTypeChoices[]
  enabled?: boolean
}

export interface ControlSerializer {
  version: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  started_at: string
  /** The newest change that is committed. */
  revision: number
  /** On the disk, its log included. */
  database_bytes: number
}

export interface Coordinate {
  latitude: string
  longitude: string
}

export interface CreateFunctionSerializer {
  name: string
  description?: string | null
  /** One of `GET /cloud/v1/faas/runtimes/...`. */
  runtime: string
  code_text: string
  files?: Record<string, string> | null
  dependencies?: string | null
  /** `handler` or `module.handler`; the last part is the method. */
  main_method: string
  envs?: Record<string, string> | null
  secret_envs?: Record<string, string> | null
  /** `80mCPU-128MB` or `80m-128MB`. */
  flavor: string
  /** Execution limit in seconds; 0 means the longest. */
  timeout: number
  max_body_bytes?: number | null
  network?: 'outbound' | 'none' | null
  autoscaling: FaasAutoscalingSerializer
  /** Whether callers need a key. Absent or null: they do not. */
  enable_api_key?: boolean | null
  disabled?: boolean | null
  keys?: string[] | null
}

export interface CreateIamTokenSerializer {
  name: string
  description?: string | null
  exp_date?: string | null
  client_user?: {
    role?: IamRoleSerializer | null
  } | null
}

export interface CreateNamespaceSerializer {
  name: string
  description?: string | null
  envs?: Record<string, string> | null
  secret_envs?: Record<string, string> | null
}

export interface CreateProjectSerializer {
  name: string
  description?: string | null
}

export interface CreateTokenSerializer {
  name: string
  description?: string | null
  /** No more than who asks has; absent or null: the same. */
  roles?: RoleOnProjectSerializer[] | null
  expire?: string | null
}

export interface CreateTriggerSerializer {
  name: string
  /** Five fields: minute, hour, day of month, month, day of week; or six, with seconds first. */
  schedule: string
  /** A name of the IANA database. */
  timezone?: string
  method?: TriggerMethodChoices
  /** Path and query, as the function sees them. */
  path?: string
  /** Names in lower case. They are shown to operators: no secrets. */
  headers?: Record<string, string>
  body?: string | null
  enabled?: boolean
}

export interface CreateUserSerializer {
  email: string
  name?: string
  /** 12 to 256 characters, and not the e-mail address. */
  password: string
  /** On all projects; null for none. */
  role?: RoleChoices | null
}

export interface CreateWebhookSerializer {
  /** An address that begins with https:// or http://. */
  url: string
  description?: string
  /** What it is told of; empty for all. */
  events?: EventTypeChoices[]
  enabled?: boolean
}

export interface CreatedApiKeySerializer {
  name: string
  description?: string | null
  /** Null for never. */
  expire?: string | null
  /** The functions that the key opens by name. */
  functions: GrantedFunctionSerializer[]
  /** The namespaces whose functions the key opens, those that come later too. */
  namespaces: GrantedNamespaceSerializer[]
  /** To search by; they mean nothing to Latchkey. */
  labels: Record<string, string>
  /** The key works from then on; null for always. RFC 3339 with a zone; fractions of a second are cut off. */
  not_before: string | null
  /** Opens nothing until it is enabled again. */
  disabled: boolean
  /** Who created it; empty when that is not known. */
  issued_by: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
  /** `Active`; `Expired`; `Disabled`; `Scheduled` when its time has not come yet. The first that holds of `Expired`, `Disabled`, `Scheduled`. */
  status: string
  id: string
  /** Prefix and last four characters of the secret. */
  hint: string
  /** When it last opened a function, at most 10 s late; null for never. */
  last_used_at: string | null
  /** Null also when the function is deleted. */
  last_used_function: NamespacedName | null
  /** Of the caller; empty while there was none. */
  last_used_address: string
  /** Null unless two secrets work. */
  rotation: KeyRotationSerializer | null
  /** What callers send in `X-API-Key`. In this answer only. */
  secret: string
  /** Only in a repeated answer: why the secret is not shown again. */
  secret_notice?: string
}

export interface CreatedIamTokenSerializer {
  id: number
  name: string
  description: string
  /** UTC; null for never. */
  exp_date: string | null
  expired: boolean
  /** False: deleted tokens are not kept. */
  deleted: boolean
  created: string
  /** At most a minute late. */
  last_usage: string | null
  client_user: {
    role: IamRoleSerializer
    deleted: boolean
    /** Whose token it is; 0 for nobody’s. */
    user_id: number
    /** Else what made it was called. */
    user_name: string
    user_email: string
    client_id: number
  }
  roles: RoleOnProjectSerializer[]
  /** In this answer only. */
  token: string
  /** Only in a repeated answer: why the secret is not shown again. */
  secret_notice?: string
}

export interface CreatedResources {
  api_keys?: string[]
  faas_functions?: string[]
  faas_namespaces?: string[]
}

export interface CreatedTokenSerializer {
  id: number
  name: string
  /** `api`, or `settings` when it comes from the settings. */
  source: string
  description: string
  roles: RoleOnProjectSerializer[]
  /** Null for never. */
  expire: string | null
  /** What who made it was called then. */
  issued_by: string
  /** Whose token it is; null for nobody’s. */
  user_id: number | null
  /** At most a minute late. */
  last_used_at: string | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** What operators send in `Authorization: apikey <token>`. In this answer only. */
  token: string
  /** Only in a repeated answer: why the secret is not shown again. */
  secret_notice?: string
}

export interface CreatedWebhookSerializer {
  id: string
  /** With `***` for its password. */
  url: string
  description: string
  /** What it is told of; empty for all. */
  events: EventTypeChoices[]
  enabled: boolean
  /** `operator`; `gone` when it answered 410; `failing` when it took nothing for as long as deliveries are tried. */
  disabled_reason: string | null
  /** Until then deliveries are signed with the secret before the newest one too. */
  old_secret_ends_at: string | null
  last_delivered_at: string | null
  last_failed_at: string | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
  /** What deliveries are signed with: `whsec_` and base64. In this answer only. */
  secret: string
  /** Only in a repeated answer: why the secret is not shown again. */
  secret_notice?: string
}

export interface DeletedKeyListSerializer {
  /** The total before paging. */
  count: number
  results: DeletedKeySerializer[]
}

export interface DeletedKeySerializer {
  id: string
  /** What it was called; another key may be called so by now. */
  name: string
  description: string
  /** Prefix and last four characters of the secret. */
  hint: string
  /** Null for never. */
  expire: string | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  deleted_at: string
  deleted_by: string
  /** It cannot be brought back. */
  leaked: boolean
  /** Null for one that leaked. */
  restorable_until: string | null
}

export interface DeliveryAttemptSerializer {
  number: number
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  at: string
  /** Of HTTP or SMTP; null when there was no answer. */
  status: number | null
  /** Null for a success. */
  error: string | null
  /** Null when the server ended before the attempt did. */
  duration_ms: number | null
  /** Its first 1024 bytes, as text. */
  answer: string
}

export interface DeliveryListSerializer {
  /** The total before paging. */
  count: number
  results: DeliverySerializer[]
}

export interface DeliverySerializer {
  /** The `webhook-id` of every attempt. */
  id: string
  /** Of the event, or `webhook.test` or `mail.test`. */
  type: string
  /** Null for a test. */
  event_id: string | null
  /** The address of a mail; null for a webhook. */
  recipient: string | null
  state: DeliveryStateChoices
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** Null when it has ended. */
  next_attempt_at: string | null
  ended_at: string | null
  /** Why it is not sent any more, where no attempt says so: `webhook_disabled`, `no_mail_server`. */
  reason: string | null
  /** What is sent, or what the mail is written from. */
  body: Record<string, unknown>
  /** Oldest first; the newest 20 of them. */
  attempts: DeliveryAttemptSerializer[]
}

export type DeliveryStateChoices = 'waiting' | 'delivered' | 'failed'

export interface EndedKeysSerializer {
  disabled: number
  expired: number
}

export type EventTypeChoices = 'key.created' | 'key.rotated' | 'key.disabled' | 'key.enabled' | 'key.deleted' | 'key.restored' | 'key.leaked' | 'key.expiring' | 'key.expired' | 'key.unused' | 'key.new-address'

export interface FaasApiKeyListSerializer {
  /** The total before paging. */
  count: number
  results: FaasApiKeySerializer[]
}

export interface FaasApiKeyPatchSerializer {
  name?: string | null
  description?: string | null
  /** RFC 3339 with a zone; null for never. Fractions of a second are cut off. */
  expire?: string | null
  /** The functions that the key opens by name. */
  functions?: GrantedFunctionSerializer[]
  namespaces?: GrantedNamespaceSerializer[] | null
  labels?: Record<string, string> | null
  /** The key works from then on; null for always. RFC 3339 with a zone; fractions of a second are cut off. */
  not_before?: string | null
  disabled?: boolean | null
}

export interface FaasApiKeySerializer {
  name: string
  description?: string | null
  /** Null for never. */
  expire?: string | null
  /** The functions that the key opens by name. */
  functions: GrantedFunctionSerializer[]
  /** The namespaces whose functions the key opens, those that come later too. */
  namespaces: GrantedNamespaceSerializer[]
  /** To search by; they mean nothing to Latchkey. */
  labels: Record<string, string>
  /** The key works from then on; null for always. RFC 3339 with a zone; fractions of a second are cut off. */
  not_before: string | null
  /** Opens nothing until it is enabled again. */
  disabled: boolean
  /** Who created it; empty when that is not known. */
  issued_by: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
  /** `Active`; `Expired`; `Disabled`; `Scheduled` when its time has not come yet. The first that holds of `Expired`, `Disabled`, `Scheduled`. */
  status: string
  id: string
  /** Prefix and last four characters of the secret. */
  hint: string
  /** When it last opened a function, at most 10 s late; null for never. */
  last_used_at: string | null
  /** Null also when the function is deleted. */
  last_used_function: NamespacedName | null
  /** Of the caller; empty while there was none. */
  last_used_address: string
  /** Null unless two secrets work. */
  rotation: KeyRotationSerializer | null
}

export interface FaasAutoscalingSerializer {
  min_instances: number
  max_instances: number
}

export interface FaasCreateApiKeySerializer {
  name: string
  description?: string | null
  /** RFC 3339 with a zone; null for never. Fractions of a second are cut off. */
  expire?: string | null
  /** The functions that the key opens by name. */
  functions?: GrantedFunctionSerializer[]
  namespaces?: GrantedNamespaceSerializer[] | null
  labels?: Record<string, string> | null
  /** The key works from then on; null for always. RFC 3339 with a zone; fractions of a second are cut off. */
  not_before?: string | null
  disabled?: boolean | null
}

export interface FaasFlavorSerializer {
  name?: string | null
  /** Thousandths of a core. */
  cpu: number
  /** MB. */
  ram: number
  /** What keeps the memory of a flavor: the kernel by a control group, or a watch that ends an instance which holds a quarter and 32 MB more. */
  memory_enforced_by: 'cgroup' | 'watch'
  /** What keeps the processor share of a flavor. */
  cpu_enforced_by: 'cgroup' | 'none'
}

export interface FaasFlavorsListSerializer {
  /** The total before paging. */
  count: number
  results: FaasFlavorSerializer[]
}

export interface FieldError {
  /** Dotted path of the field; empty for the body itself. */
  field: string
  message: string
}

export type FileShareStorageType = 'standard' | 'vast'

export interface FunctionBuildSerializer {
  status: BuildStatusChoices
  /** What the build has said so far, line by line. */
  message: string
  /** Null before it is begun. */
  started_at: string | null
  /** Null before it has ended. */
  finished_at: string | null
}

export interface FunctionEnvNamesDiffSerializer {
  added: string[]
  removed: string[]
  changed: string[]
}

export interface FunctionInstancesRowSerializer {
  /** Where the step begins, UTC. */
  time: string
  /** Of the counts, one a minute. */
  highest: number
  /** Over the minutes of the step that have begun; those without a count are 0. */
  mean: number
}

export interface FunctionInstancesSerializer {
  step: UsageStepChoices
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  from: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  to: string
  /** By time; none for a step in which it had none. */
  results: FunctionInstancesRowSerializer[]
}

export interface FunctionListSerializer {
  /** The total before paging. */
  count: number
  results: FunctionSerializer[]
}

export interface FunctionNamesListSerializer {
  /** The total before paging. */
  count: number
  results: FunctionNamesSerializer[]
}

export interface FunctionNamesSerializer {
  /** Of the namespace. */
  name: string
  /** The names of its functions, in order. */
  functions: string[]
}

export type FunctionPartChangeChoices = 'added' | 'removed' | 'changed'

export interface FunctionPartDiffSerializer {
  /** `code_text`, `dependencies` or `files/<path>`. */
  path: string
  change: FunctionPartChangeChoices
  /** Unified, with three lines around; null when there is too much of it. */
  diff: string | null
}

export interface FunctionSerializer {
  id: string
  name: string
  description: string
  /** As the client wrote it. */
  runtime: string
  /** What it really runs on, one of `GET /cloud/v1/faas/runtimes/...`: another than `runtime` where the server takes names of versions that it has not. */
  runtime_version: string
  code_text: string
  /** Further text files by path relative to the function's folder. */
  files: Record<string, string>
  /** The language's own dependency file as text (`package.json` for Node). */
  dependencies: string
  /** `handler` or `module.handler`; the last part is the method. */
  main_method: string
  envs?: Record<string, string> | null
  /** Names of the secret environment values; the values themselves are never shown. */
  secret_env_names: string[]
  /** `80mCPU-128MB` or `80m-128MB`. */
  flavor: string
  /** Execution limit in seconds; 0 means the longest. */
  timeout: number
  /** The largest body that a caller may send; 0 means what the server takes, which is the bound in any case. */
  max_body_bytes: number
  /** `outbound`: what the machine reaches, but for the machine itself and metadata addresses; `none`: nothing. In force at once; instances are replaced. */
  network: 'outbound' | 'none'
  autoscaling: FaasAutoscalingSerializer
  enable_api_key?: boolean | null
  disabled: boolean
  /** Names of the keys that open the function by its name. */
  keys: string[]
  /** Names of the keys that open the function because they open its namespace. */
  namespace_keys: string[]
  /** The URL to call. */
  endpoint: string
  /** `disabled`; `building` or `failed` while no version can serve; else `running` with an instance ready, `idle` without. */
  status: string
  /** Of the newest build: `pending`, `building`, `succeeded`, `failed`. */
  build_status: string
  build_message: string
  /** Instances: `{total, ready}`. */
  deploy_status: Record<string, number>
  last_failure: {
    reason: 'out-of-memory' | 'hung' | 'crashed'
    message: string
    /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
    at: string
  } | null
  /** What keeps the memory of a flavor: the kernel by a control group, or a watch that ends an instance which holds a quarter and 32 MB more. */
  memory_enforced_by: 'cgroup' | 'watch'
  /** What keeps the processor share of a flavor. */
  cpu_enforced_by: 'cgroup' | 'none'
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
}

export interface FunctionSettingDiffSerializer {
  /** `runtime`, `main_method` or `flavor`. */
  name: string
  before: string
  after: string
}

export type FunctionStatusChoices = 'running' | 'idle' | 'building' | 'failed' | 'disabled'

export interface FunctionSummarySerializer {
  id: string
  name: string
  namespace: string
  description: string
  /** As the client wrote it. */
  runtime: string
  enable_api_key: boolean
  disabled: boolean
  /** Whether some version was put to work. */
  deployed: boolean
  /** As that of the function itself. */
  status: FunctionStatusChoices
  /** Of the newest build: `pending`, `building`, `succeeded`, `failed`. */
  build_status: string
  instances: {
    total: number
    ready: number
  }
  /** The URL to call. */
  endpoint: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
  usage: RecentUsageSerializer
}

export interface FunctionTestSerializer {
  /** 0 when the call was broken off before there was an answer. */
  status: number
  headers: TestHeaderSerializer[]
  /** Of at most 1048576 bytes. */
  body: string
  body_encoding: TestBodyEncodingChoices
  /** Of all of it. */
  body_bytes: number
  body_truncated: boolean
  /** False when the answer was broken off after it had begun. */
  whole: boolean
  /** What the function's log has its lines under. */
  request_id: string
  /** Of `docs/errors.md`, when the gateway answered in place of the function. */
  code: string | null
  /** On the key: see `docs/verdicts.md`. Null when it was not looked at. */
  verdict: string | null
  /** Whether it waited for an instance to be started. */
  cold: boolean
  duration_ms: number
  /** The part of it that it waited for an instance. */
  queued_ms: number
  /** Until the head of the answer. */
  first_byte_ms: number | null
  instance: string | null
  version_number: number | null
}

export interface FunctionUsageRowSerializer {
  /** Where the step begins, UTC. */
  time: string
  requests: number
  verdicts: UsageVerdictsSerializer
  statuses: UsageStatusesSerializer
  /** Requests that waited for an instance to be started. */
  cold_starts: number
  /** Of bodies. */
  bytes_received: number
  /** Of bodies. */
  bytes_sent: number
  /** From the end of the head to the end of the answer; percentiles by buckets of powers of two. */
  latency_ms: UsageLatencySerializer
  /** With `by=key`; null when it is deleted or there was none. */
  key: string | null
  /** With `by=key`; empty for requests without a known key, `*` for keys that were too many to be told apart. */
  key_id: string
}

export interface FunctionUsageSerializer {
  step: UsageStepChoices
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  from: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  to: string
  results: FunctionUsageRowSerializer[]
}

export interface FunctionVersionDiffSerializer {
  number: number
  /** The number of the version that it is compared with. */
  with: number
  parts: FunctionPartDiffSerializer[]
  settings: FunctionSettingDiffSerializer[]
  env_names: FunctionEnvNamesDiffSerializer
}

export interface FunctionVersionListSerializer {
  /** The total before paging. */
  count: number
  results: FunctionVersionSummarySerializer[]
}

export interface FunctionVersionSerializer {
  /** Counts from 1 in each function; none is given twice. */
  number: number
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** Whether it is the one that serves. */
  is_current: boolean
  runtime: string
  flavor: string
  /** The digest of what was built: equal for equal source. */
  artifact: string
  /** The version that this one brought back. */
  rolled_back_to: number | null
  task_id: string
  /** The operator's token; 0 for the system itself, and for a person who is signed in. */
  token_id: number
  /** Who asked: the e-mail address of a person, the name of a token of nobody’s. */
  token_name: string
  code_text: string
  /** Further text files by path relative to the function's folder. */
  files: Record<string, string>
  /** The language's own dependency file as text (`package.json` for Node). */
  dependencies: string
  /** `handler` or `module.handler`; the last part is the method. */
  main_method: string
  envs: Record<string, string>
  secret_env_names: string[]
}

export interface FunctionVersionSummarySerializer {
  /** Counts from 1 in each function; none is given twice. */
  number: number
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** Whether it is the one that serves. */
  is_current: boolean
  runtime: string
  flavor: string
  /** The digest of what was built: equal for equal source. */
  artifact: string
  /** The version that this one brought back. */
  rolled_back_to: number | null
  task_id: string
  /** The operator's token; 0 for the system itself, and for a person who is signed in. */
  token_id: number
  /** Who asked: the e-mail address of a person, the name of a token of nobody’s. */
  token_name: string
}

export type FunctionsOrderByChoices = 'created_at.asc' | 'created_at.desc' | 'name.asc' | 'name.desc'

export type FunctionsOverviewOrderByChoices = 'name.asc' | 'name.desc' | 'namespace.asc' | 'namespace.desc' | 'created_at.asc' | 'created_at.desc' | 'updated_at.asc' | 'updated_at.desc' | 'requests.asc' | 'requests.desc' | 'errors.asc' | 'errors.desc' | 'p95.asc' | 'p95.desc'

export interface FunctionsOverviewSerializer {
  /** The total before paging. */
  count: number
  results: FunctionSummarySerializer[]
}

export interface GrantedFunctionSerializer {
  name: string
  namespace: string
  /** HTTP methods that may be used, `GET` standing for `HEAD` too; empty for all. */
  methods?: string[]
  /** What the function's own path must begin with, in whole segments: `/orders` opens `/orders` and `/orders/7`, not `/ordersx`. Empty for all. */
  paths?: string[]
}

export interface GrantedNamespaceSerializer {
  name: string
  /** HTTP methods that may be used, `GET` standing for `HEAD` too; empty for all. */
  methods?: string[]
  /** What the function's own path must begin with, in whole segments: `/orders` opens `/orders` and `/orders/7`, not `/ordersx`. Empty for all. */
  paths?: string[]
}

export interface Health {
  status: string
}

export interface IamClientUserSerializer {
  role: IamRoleSerializer
  deleted: boolean
  /** Whose token it is; 0 for nobody’s. */
  user_id: number
  /** Else what made it was called. */
  user_name: string
  user_email: string
  client_id: number
}

export interface IamRoleSerializer {
  /** 1 Administrators, 2 Users, 5 Engineers. */
  id?: number
  name?: string
}

export type IamTokenListSerializer = IamTokenSerializer[]

export interface IamTokenSerializer {
  id: number
  name: string
  description: string
  /** UTC; null for never. */
  exp_date: string | null
  expired: boolean
  /** False: deleted tokens are not kept. */
  deleted: boolean
  created: string
  /** At most a minute late. */
  last_usage: string | null
  client_user: {
    role: IamRoleSerializer
    deleted: boolean
    /** Whose token it is; 0 for nobody’s. */
    user_id: number
    /** Else what made it was called. */
    user_name: string
    user_email: string
    client_id: number
  }
  roles: RoleOnProjectSerializer[]
}

export interface IsolationSerializer {
  /** `namespaced`: every guarantee holds. */
  level: 'namespaced' | 'process'
  /** What keeps the memory of a flavor: the kernel by a control group, or a watch that ends an instance which holds a quarter and 32 MB more. */
  memory_enforced_by: 'cgroup' | 'watch'
  /** What keeps the processor share of a flavor. */
  cpu_enforced_by: 'cgroup' | 'none'
  guarantees: {
    name: string
    promise: string
    holds: boolean
    /** How it is kept, or why it does not hold. */
    reason: string
  }[]
}

export interface KeyAddressListSerializer {
  /** The total before paging. */
  count: number
  results: KeyAddressSerializer[]
}

export interface KeyAddressSerializer {
  /** An IPv4 address, or an IPv6 network of 64 bits. */
  address: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  first_seen: string
}

export type KeyFindingKindChoices = 'never_used' | 'unused' | 'unused_namespace' | 'unused_function' | 'broad_namespace' | 'opens_nothing' | 'old_secret' | 'never_expires' | 'disabled' | 'expired'

export interface KeyFindingSerializer {
  kind: KeyFindingKindChoices
  /** Since when it is so, or the last use; null when that is not known. */
  since: string | null
  /** Of `unused_function`. */
  function: NamespacedName | null
  /** Of `unused_namespace` and `broad_namespace`. */
  namespace: string | null
  /** Of `broad_namespace`: those that were called. */
  called_functions: NamespacedName[]
  /** Of a namespace: how many functions it has. */
  functions_count: number | null
  message: string
}

export interface KeyPropagationSerializer {
  /** Its name. */
  key: string
  key_id: string
  /** Whether its newest change was its deletion. */
  deleted: boolean
  /** Of the newest change of the key. */
  revision: number
  state: PropagationStateChoices
  nodes: NodePropagationSerializer[]
}

export interface KeyReviewListSerializer {
  /** Keys of which something was found. */
  count: number
  results: KeyReviewSerializer[]
  /** As asked for, or as long as usage is kept. */
  days: number
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  since: string
  /** How many keys do not work as they are: looked at only with `kind=disabled` or `kind=expired`. */
  ended: EndedKeysSerializer
}

export type KeyReviewOrderByChoices = 'name' | 'severity'

export interface KeyReviewSerializer {
  key: FaasApiKeySerializer
  findings: KeyFindingSerializer[]
}

export interface KeyRotationSerializer {
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  started_at: string
  /** Prefix and last four characters of the old secret. */
  old_hint: string
  /** How long the old secret works after the first use of the new one. */
  grace_seconds: number
  /** When the new secret first opened a function; null while it has not. */
  new_used_at: string | null
  /** When the old secret ends whatever happens. */
  hard_end: string
  /** As things stand: the first moment at which the old secret no longer works. */
  old_ends_at: string
}

export interface KeySettingsPatchSerializer {
  /** How many days may lie between the creation or renewal of a key and its expiry; null for any number. */
  key_life_days_max?: number | null
  keys_must_expire?: boolean | null
  notice_days?: number[] | null
  unused_days?: number | null
  notice_emails?: string[] | null
}

export interface KeySettingsSerializer {
  /** How many days may lie between the creation or renewal of a key and its expiry; null for any number. */
  key_life_days_max: number | null
  /** Whether a key may last for ever. */
  keys_must_expire: boolean
  /** How many days before its expiry a key is told of. It is told of in any case when it expires. */
  notice_days: number[]
  /** A key that opened nothing for so many days is told of; 0 for never. */
  unused_days: number
  /** Who is told by e-mail. */
  notice_emails: string[]
}

export type KeyStatusChoices = 'Active' | 'Expired' | 'Disabled' | 'Scheduled'

export interface KeyUsageRowSerializer {
  /** Where the step begins, UTC. */
  time: string
  requests: number
  verdicts: UsageVerdictsSerializer
  statuses: UsageStatusesSerializer
  /** Requests that waited for an instance to be started. */
  cold_starts: number
  /** Of bodies. */
  bytes_received: number
  /** Of bodies. */
  bytes_sent: number
  /** From the end of the head to the end of the answer; percentiles by buckets of powers of two. */
  latency_ms: UsageLatencySerializer
  /** With `by=function`; null when it is deleted. */
  function: NamespacedName | null
  /** With `by=function`; empty otherwise. */
  function_id: string
}

export interface KeyUsageSerializer {
  step: UsageStepChoices
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  from: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  to: string
  results: KeyUsageRowSerializer[]
}

export interface ListProjectsSerializer {
  /** The total before paging. */
  count: number
  results: ProjectSerializer[]
}

export interface LogInSerializer {
  email?: string
  password?: string
  /** An API token, in place of address and password. */
  token?: string
}

export interface LogsSerializer {
  /** Newest last: `{Time, Pod, Message}`, and beside them `Timestamp` (the time in milliseconds), `Stream` (`stdout`, `stderr`, or `system` for what Latchkey tells of the instance), `RequestId`, `Version` and `VersionNumber`; what is not known is empty. */
  logs: Record<string, string>[]
}

export interface MailSettingsSerializer {
  /** Whether this server has a mail server to send by. */
  enabled: boolean
  /** The address that mails come from. */
  from: string | null
}

export interface MailTestSerializer {
  /** The address to send it to. */
  to: string
}

export interface MeSerializer {
  kind: OperatorKindChoices
  /** Of the user or of the token. */
  id: number
  /** The e-mail address of a user, the name of a token. */
  name: string
  /** Whose token it is; null for nobody’s. */
  user_id: number | null
  /** Of the person behind it. */
  email: string | null
  roles: RoleOnProjectSerializer[]
  /** Of the token. */
  expire: string | null
  session: SessionSerializer | null
}

export interface MemberListSerializer {
  /** The total before paging. */
  count: number
  results: MemberSerializer[]
}

export interface MemberSerializer {
  user_id: number
  email: string
  name: string
  disabled: boolean
  role: RoleChoices
  /** The role is one on all projects. */
  all_projects: boolean
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  since: string
}

export interface NamespaceListSerializer {
  /** The total before paging. */
  count: number
  results: NamespaceSerializer[]
}

export interface NamespaceSerializer {
  name: string
  description?: string | null
  envs?: Record<string, string> | null
  /** Names of the secret environment values; the values themselves are never shown. */
  secret_env_names: string[]
  functions: FunctionSerializer[]
  /** Functions: `{total, ready}`, ready being those with a version that can serve. */
  functions_deploy_status: Record<string, number>
  /** `active`. */
  status: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
}

export interface NamespacedName {
  name: string
  namespace: string
}

export interface NodePropagationSerializer {
  /** Of the data node. */
  name: string
  /** Whether changes reach it at the moment. */
  connected: boolean
  /** Whether changes wait for it. A node that has been silent for longer than it may serve without control answers every call with 503, so it does not count. */
  counts: boolean
  /** The newest revision that all of its threads have applied; null while not known. */
  applied_revision: number | null
  /** Whether it has applied the key's newest change. */
  applied: boolean
  /** Since control last heard of it: up to five seconds for one that is well. Null when that was before control was started. */
  silent_for_seconds: number | null
}

export interface NodeSerializer {
  name: string
  /** Whether changes reach it at the moment. */
  connected: boolean
  /** Whether changes wait for it: one that no longer serves does not count. */
  counts: boolean
  /** The newest revision that all of its threads have applied; null while not known. */
  applied_revision: number | null
  /** Since control last heard of it: up to five seconds for one that is well. Null when that was before control was started. */
  silent_for_seconds: number | null
  /** So long without control, and it serves nobody any more; null for never. */
  stale_after_seconds: number | null
  /** Null when it does not answer. */
  instances: {
    total: number
    ready: number
  } | null
  /** That have instances there; null when it does not answer. */
  functions: number | null
}

export interface NodesSerializer {
  control: ControlSerializer
  /** The data nodes, by name. */
  results: NodeSerializer[]
}

export interface NotificationListSerializer {
  /** The total before paging. */
  count: number
  /** How many of that project and type who asks has not read. */
  unread: number
  results: NotificationSerializer[]
}

export interface NotificationSerializer {
  /** A later one has a greater id. */
  id: number
  type: NotificationTypeChoices
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  project_id: number
  region_id: number
  key_id: string
  /** What the key was called then. */
  key_name: string
  /** A sentence for people. */
  title: string
  /** `docs/notices.md` says for each type what is in it. */
  data: Record<string, unknown>
  /** By who asks. */
  read: boolean
}

export type NotificationTypeChoices = 'key.created' | 'key.rotated' | 'key.disabled' | 'key.enabled' | 'key.deleted' | 'key.restored' | 'key.leaked' | 'key.expiring' | 'key.expired' | 'key.unused' | 'key.new-address'

export type OperatorKindChoices = 'user' | 'token'

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /** Stable; `docs/errors.md` has a section for each. */
  code: string
  /** The same sentence as `detail`. */
  message: string
  request_id: string
  errors?: FieldError[]
}

export type ProjectOrderByChoices = 'created_at.asc' | 'created_at.desc' | 'name.asc' | 'name.desc'

export interface ProjectSerializer {
  id: number
  name: string
  description: string | null
  is_default: boolean
  /** `ACTIVE`. */
  state: string
  client_id: number
  task_id: string | null
  created_at: string
  deleted_at: string | null
}

export type PropagationStateChoices = 'applied' | 'pending' | 'lagging'

export interface ReadNotificationsSerializer {
  ids?: number[]
  /** All of them, instead of `ids`. */
  all?: boolean
  /** With `all`: up to this id; what came later stays unread. */
  until?: number
  project_id?: number
}

export interface Readiness {
  /** `ready` or `not ready`. */
  status: string
  /** What is missing, in sentences; empty when ready. */
  message: string
}

export interface RecentUsagePartSerializer {
  requests: number
  /** Answered with 5xx. */
  errors: number
  /** Milliseconds; null without requests. */
  p95: number | null
}

export interface RecentUsageSerializer {
  requests: number
  /** Answered with 5xx. */
  errors: number
  /** Milliseconds; null without requests. */
  p95: number | null
  /** Where the first part begins, UTC. */
  from: string
  /** Twelve parts of five minutes; the last has not ended. */
  series: RecentUsagePartSerializer[]
}

export type RegionAccessType = 'core' | 'edge'

export interface RegionCollectionSerializer {
  /** The total before paging. */
  count: number
  results: RegionSerializer[]
}

export type RegionEndpointType = 'admin' | 'internal' | 'public'

export type RegionOrderByChoices = 'created_at.asc' | 'created_at.desc' | 'display_name.asc' | 'display_name.desc'

export type RegionProductChoices = 'containers' | 'inference'

export interface RegionSerializer {
  id: number
  display_name: string
  slug: string
  state: RegionState
  country: string
  zone: Zone | null
  coordinates: Coordinate | null
  access_level: RegionAccessType
  endpoint_type: RegionEndpointType
  external_network_id: string | null
  vlan_physical_network: string
  ddos_endpoint_id: number | null
  metrics_database_id: number | null
  keystone_id: number
  keystone_name: string
  task_id: string | null
  available_volume_types: string[] | null
  file_share_types: FileShareStorageType[] | null
  has_ai: boolean
  has_ai_gpu: boolean
  has_baremetal: boolean
  has_basic_vm: boolean
  has_dbaas: boolean
  has_ddos: boolean
  has_k8s: boolean
  has_kvm: boolean
  has_sfs: boolean
  created_at: string
  created_on: string
}

export type RegionState = 'ACTIVE' | 'DELETED' | 'DELETING' | 'DELETION_FAILED' | 'INACTIVE' | 'MAINTENANCE' | 'NEW'

export interface RestoreKeySerializer {
  name?: string | null
  /** Another expiry: RFC 3339 with a zone; null for never. Absent: the one that it had. */
  expire?: string | null
}

export type RoleChoices = 'invoker' | 'viewer' | 'editor' | 'owner'

export interface RoleOnProjectSerializer {
  /** Null for all projects, those to come included. */
  project_id: number | null
  role: RoleChoices
}

export interface RotateApiKeySerializer {
  /** How long the old secret works after the first use of the new one. */
  grace_seconds?: number
  /** When the old secret ends even if nobody uses the new one: RFC 3339 with a zone, within 90 days; null for 30 days from now. */
  hard_end?: string | null
  /** Whether a rotation that is under way gives way. If its new secret was never used, that one ends and the old one stays as it is; if it was used, it becomes the old one. */
  replace?: boolean
}

export interface RuntimesSerializer {
  /** Runtime names by language. */
  runtimes: Record<string, string[]>
  /** The same runtimes in the same order. */
  details: {
    name: string
    language: string
    /** False: the first build of a function that wants it fetches it. */
    ready: boolean
  }[]
}

export interface SessionListSerializer {
  /** The total before paging. */
  count: number
  results: SessionSerializer[]
}

export interface SessionSerializer {
  id: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC; up to a minute before its last use. */
  last_seen_at: string
  /** UTC; when it ends however much it is used. */
  ends_at: string
  /** Where it began. */
  address: string
  /** What the browser called itself. */
  agent: string
  /** The one that asks. */
  current: boolean
}

export interface SetMemberSerializer {
  role: RoleChoices
}

export interface TaskCollectionSerializer {
  /** The total before paging. */
  count: number
  results: TaskSerializer[]
}

export type TaskDetailedStateEnum = 'ERROR' | 'FINISHED'

export interface TaskIDsSerializer {
  /** Ask `GET /cloud/v1/tasks/{task_id}` until its state is FINISHED or ERROR. */
  tasks: string[]
}

export type TaskOrderByChoices = 'asc' | 'desc'

export interface TaskSerializer {
  id: string
  task_type: string
  state: TaskState
  detailed_state: TaskDetailedStateEnum | null
  /** A sentence, when the state is ERROR. */
  error: string | null
  created_resources: CreatedResources | null
  project_id: number | null
  region_id: number | null
  /** The id of the user who asked, or of the token. */
  user_id: number
  client_id: number | null
  user_client_id: number | null
  created_on: string | null
  updated_on: string | null
  finished_on: string | null
  acknowledged_at: string | null
  acknowledged_by: number | null
  request_id: string | null
  job_id: string | null
  schedule_id: string | null
  lifecycle_policy_id: number | null
  data: null
}

export type TaskState = 'ERROR' | 'FINISHED' | 'NEW' | 'RUNNING'

export type TestBodyEncodingChoices = 'text' | 'base64'

export interface TestFunctionSerializer {
  method?: TestMethodChoices
  /** Path and query, as the function sees them; `/` unless told. */
  path?: string
  /** As a caller would send them. Those of the connection, those that only the gateway sends (`latchkey-*`, `x-forwarded-*`, `forwarded`) and `x-api-key` are refused. */
  headers?: TestHeaderSerializer[]
  /** Empty for none. */
  body?: string
  body_encoding?: TestBodyEncodingChoices
  key?: string | null
}

export interface TestHeaderSerializer {
  name: string
  value: string
}

export type TestMethodChoices = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

export interface TokenListSerializer {
  /** The total before paging. */
  count: number
  results: TokenSerializer[]
}

export interface TokenSerializer {
  id: number
  name: string
  /** `api`, or `settings` when it comes from the settings. */
  source: string
  description: string
  roles: RoleOnProjectSerializer[]
  /** Null for never. */
  expire: string | null
  /** What who made it was called then. */
  issued_by: string
  /** Whose token it is; null for nobody’s. */
  user_id: number | null
  /** At most a minute late. */
  last_used_at: string | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
}

export interface TriggerLastRunSerializer {
  /** The moment of the schedule, UTC. */
  at: string
  call_id: string
  /** `claimed` until a data node has it, then the state of its call, `forgotten` once that is not kept any more; or `skipped`, or `failed` when no node took it. */
  state: string
  /** `missed`, `function_disabled`, or why there was no success. */
  reason: string | null
}

export interface TriggerListSerializer {
  /** The total before paging. */
  count: number
  results: TriggerSerializer[]
}

export type TriggerMethodChoices = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface TriggerSerializer {
  id: string
  name: string
  /** Five fields: minute, hour, day of month, month, day of week; or six, with seconds first. */
  schedule: string
  /** A name of the IANA database. */
  timezone: string
  method: TriggerMethodChoices
  /** Path and query, as the function sees them. */
  path: string
  /** Names in lower case. They are shown to operators: no secrets. */
  headers: Record<string, string>
  body: string | null
  enabled: boolean
  /** Null when it is not enabled. */
  next_run_at: string | null
  last_run: TriggerLastRunSerializer | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
}

export interface TriggerStartedSerializer {
  call_id: string
}

export interface UnreadNotificationsSerializer {
  /** What is left. */
  unread: number
}

export interface UsageLatencySerializer {
  mean: number | null
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface UsageStatusesSerializer {
  /** 2xx */
  success: number
  /** 3xx */
  redirect: number
  /** 4xx */
  client_error: number
  /** 5xx */
  server_error: number
  /** The caller left before there was an answer. */
  none: number
}

export type UsageStepChoices = 'minute' | 'hour' | 'day'

export interface UsageVerdictsSerializer {
  allowed: number
  /** No key was sent. */
  missing: number
  /** More than one key was sent. */
  repeated: number
  /** What was sent has not the form of a key. */
  malformed: number
  unknown: number
  expired: number
  disabled: number
  /** The key's time has not come. */
  not_yet: number
  /** The key does not open the function. */
  not_granted: number
  /** The key opens the function, but not for this method and path. */
  not_permitted: number
  /** Answered before the key was looked at, such as the preflight of a browser. */
  unjudged: number
}

export interface UserActionDataSerializer {
  /** What the audit calls it. */
  action: string
  /** Of the row in the audit. */
  sequence: number
  before: unknown
  after: unknown
}

export type UserActionGroupChoices = 'faas_function' | 'faas_key' | 'faas_namespace' | 'project' | 'role' | 'user'

export interface UserActionListSerializer {
  /** The total before paging. */
  count: number
  results: UserActionSerializer[]
}

export type UserActionOrderByChoices = 'asc' | 'desc'

export interface UserActionResourceSerializer {
  resource_id: string
  resource_type: UserActionResourceTypeChoices
  /** What the audit shows of it: after the action, else before it. */
  resource_body: unknown
  /** Its name. */
  search_field: string | null
}

export type UserActionResourceTypeChoices = 'faas_function' | 'faas_key' | 'faas_namespace' | 'project' | 'role' | 'user' | 'token'

export interface UserActionSerializer {
  id: string
  /** There are no subscribers here: always false. */
  acknowledged: boolean
  action_data: UserActionDataSerializer
  action_type: UserActionTypeChoices
  api_group: UserActionGroupChoices
  client_id: number
  /** Of the person who asked; null for a token of nobody's. */
  email: string | null
  is_complete: boolean
  issued_by_user_id: number | null
  project_id: number | null
  region_id: number | null
  request_id: string
  resources: UserActionResourceSerializer[]
  source_user_ip: string | null
  task_id: string | null
  timestamp: string
  token_id: number | null
  /** Nothing has a price here. */
  total_price: null
  /** Not kept: always null. */
  user_agent: string | null
  /** The person's id, or as in tasks that of a token of nobody's. */
  user_id: number
}

export type UserActionTypeChoices = 'activate' | 'attach' | 'create' | 'deactivate' | 'delete' | 'detach' | 'rebuild' | 'regenerate_credentials' | 'revert' | 'start' | 'stop' | 'update'

export interface UserListSerializer {
  /** The total before paging. */
  count: number
  results: UserSerializer[]
}

export interface UserSerializer {
  id: number
  email: string
  name: string
  disabled: boolean
  roles: RoleOnProjectSerializer[]
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  password_changed_at: string
  last_log_in_at: string | null
}

export interface WebhookListSerializer {
  /** The total before paging. */
  count: number
  results: WebhookSerializer[]
}

export interface WebhookSerializer {
  id: string
  /** With `***` for its password. */
  url: string
  description: string
  /** What it is told of; empty for all. */
  events: EventTypeChoices[]
  enabled: boolean
  /** `operator`; `gone` when it answered 410; `failing` when it took nothing for as long as deliveries are tried. */
  disabled_reason: string | null
  /** Until then deliveries are signed with the secret before the newest one too. */
  old_secret_ends_at: string | null
  last_delivered_at: string | null
  last_failed_at: string | null
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  created_at: string
  /** UTC in whole seconds, `2023-08-22T11:21:00Z`. */
  updated_at: string
}

export type Zone = 'AMERICAS' | 'APAC' | 'EMEA' | 'RUSSIA_AND_CIS'
