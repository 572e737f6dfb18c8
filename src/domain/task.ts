export type TaskState = 'NEW' | 'RUNNING' | 'FINISHED' | 'ERROR'

export const TASK_TYPES = [
  'create_faas_namespace',
  'update_faas_namespace',
  'delete_faas_namespace',
  'create_faas_function',
  'update_faas_function',
  'delete_faas_function',
] as const
export type TaskType = (typeof TASK_TYPES)[number]

/** The record of an asynchronous change. */
export interface Task {
  readonly id: string
  readonly type: TaskType
  readonly state: TaskState
  readonly projectId: number
  readonly regionId: number
  /** The operator's token. */
  readonly tokenId: number
  readonly userId: number
  /** See `Actor.name`. */
  readonly actorName: string
  /** From where it was asked for, for the audit. */
  readonly address: string
  readonly requestId: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly finishedAtMs: number | null
  /** A sentence, when the state is ERROR. */
  readonly error: string | null
  readonly createdResources: CreatedResources
}

export interface CreatedResources {
  readonly faas_functions?: readonly string[]
  readonly faas_namespaces?: readonly string[]
}
