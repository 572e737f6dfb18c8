import type { Actor } from '../domain/audit.ts'
import type { Propagation } from '../feed/nodes.ts'

/** What every change carries. */
export interface ChangeContext {
  readonly actor: Actor
  /** Edit tags: the change is made only to what still has one of them. Absent: whatever it is by now. */
  readonly onlyIf?: readonly string[]
  /** Absent when the client sent no Idempotency-Key. */
  readonly idempotency?: {
    readonly key: string
    /** Digest of method, path and body. */
    readonly fingerprint: string
    /** The answer to remember, made inside the change's transaction from what the use case returns. No secrets. */
    render(value: unknown): RememberedAnswer
  }
}

export interface RememberedAnswer {
  readonly status: number
  readonly body: unknown
}

/** A change that is durable, and where it is in force. */
export interface Changed<T> {
  readonly value: T
  readonly propagation: Propagation
}

export interface Page<T> {
  /** The total before paging. */
  readonly count: number
  readonly results: readonly T[]
}

export interface PageQuery {
  readonly limit: number
  readonly offset: number
}

export interface NamedPageQuery extends PageQuery {
  /** A substring of the name. */
  readonly search?: string
  readonly orderBy: {
    readonly field: 'created_at' | 'expire' | 'name'
    readonly descending: boolean
  }
}
