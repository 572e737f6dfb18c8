import type { Isolation } from '../domain/isolation.ts'
import type { Project, Region } from '../domain/project.ts'
import type { RuntimeDetail } from '../domain/runtime.ts'
import type { Task, TaskState } from '../domain/task.ts'
import type { Propagation } from '../feed/nodes.ts'
import type { AuditUseCases } from './audit-control.ts'
import type { CallUseCases, TriggerUseCases } from './calls-control.ts'
import type { FunctionOverviewUseCases } from './function-overview.ts'
import type { FunctionUseCases, NamespaceUseCases } from './functions-control.ts'
import type { KeyPropagationUseCases } from './key-propagation.ts'
import type { KeyReviewUseCases } from './key-reviews.ts'
import type { KeyRotationUseCases } from './key-rotation.ts'
import type { DeletedKeyUseCases, KeySettingsUseCases, KeyUseCases } from './keys-control.ts'
import type { NodesUseCases } from './nodes.ts'
import type { NotificationUseCases } from './notifications.ts'
import type {
  MemberUseCases,
  PrincipalUseCases,
  SessionUseCases,
  TokenUseCases,
  UserUseCases,
} from './operators.ts'
import type {
  ChangeContext,
  NamedPageQuery,
  Page,
  PageQuery,
  RememberedAnswer,
} from './requests.ts'
import type { TestUseCases } from './tests-control.ts'
import type { UsageUseCases } from './usage-control.ts'
import type { BuildUseCases, VersionUseCases } from './versions-control.ts'
import type { MailUseCases, WebhookUseCases } from './webhooks-control.ts'

/** The use cases: everything that the REST API can ask for. Refusals are thrown as `PublicError`. */
export interface Control {
  readonly principals: PrincipalUseCases
  readonly tokens: TokenUseCases
  readonly users: UserUseCases
  readonly members: MemberUseCases
  readonly sessions: SessionUseCases
  readonly projects: ProjectUseCases
  readonly namespaces: NamespaceUseCases
  readonly functions: FunctionUseCases
  readonly functionOverview: FunctionOverviewUseCases
  readonly builds: BuildUseCases
  readonly tests: TestUseCases
  readonly versions: VersionUseCases
  readonly keys: KeyUseCases
  readonly keyRotations: KeyRotationUseCases
  readonly keyPropagation: KeyPropagationUseCases
  readonly deletedKeys: DeletedKeyUseCases
  readonly keySettings: KeySettingsUseCases
  readonly calls: CallUseCases
  readonly triggers: TriggerUseCases
  readonly webhooks: WebhookUseCases
  readonly mails: MailUseCases
  readonly usage: UsageUseCases
  readonly nodes: NodesUseCases
  readonly notifications: NotificationUseCases
  readonly audit: AuditUseCases
  readonly keyReviews: KeyReviewUseCases
  readonly tasks: TaskUseCases
  readonly idempotency: IdempotencyUseCases
  /** Runtime names by language family, as found on this machine: `{nodejs: ['nodejs26']}`. */
  runtimes(): Readonly<Record<string, readonly string[]>>
  /** How functions are kept apart on this machine. */
  isolation(): Isolation
  /** The same runtimes in the same order, and what is known of each now. */
  runtimeDetails(): readonly RuntimeDetail[]
}

export interface ProjectUseCases {
  list(
    query: PageQuery & {
      readonly name?: string
      /** Only these. */
      readonly ids?: readonly number[]
      readonly orderBy: NamedPageQuery['orderBy']
    },
  ): Promise<Page<Project>>
  create(
    context: ChangeContext,
    input: { name: string; description: string | null },
  ): Promise<Project>
  regions(
    query: PageQuery & {
      readonly displayName?: string
      readonly descending: boolean
      readonly orderBy: 'created_at' | 'display_name'
    },
  ): Promise<Page<Region>>
}

export interface TaskQuery extends PageQuery {
  readonly descending: boolean
  readonly projectIds?: readonly number[]
  readonly regionIds?: readonly number[]
  readonly states?: readonly TaskState[]
  readonly types?: readonly string[]
  readonly fromMs?: number
  readonly toMs?: number
}

export interface TaskUseCases {
  list(query: TaskQuery): Promise<Page<Task>>
  get(id: string): Promise<Task>
}

export interface IdempotencyUseCases {
  /**
   * What the first request with this key was answered, within a day; undefined for a new key.
   *
   * @param operator - See `operatorOf`.
   */
  find(operator: string, key: string, fingerprint: string): Promise<RememberedAnswer | undefined>
  /**
   * Waits, within the limit for changes, until all that is committed is in force: the first answer may never
   * have left, control having ended while it waited.
   */
  settled(): Promise<Propagation>
  /** Remembers a refusal (4xx); successes are remembered in the change's own transaction. */
  rememberRefusal(
    operator: string,
    key: string,
    fingerprint: string,
    answer: RememberedAnswer,
  ): Promise<void>
}
