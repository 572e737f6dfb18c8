import type { DeletedKey } from '../domain/deleted-key.ts'
import type { GrantLimits, Key, KeyStatus, Labels } from '../domain/key.ts'
import type { KeySettings } from '../domain/key-settings.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { ChangeContext, Changed, NamedPageQuery, Page, PageQuery } from './requests.ts'

/* The use cases of keys. */

export interface KeyQuery extends Omit<NamedPageQuery, 'orderBy'> {
  readonly orderBy: {
    readonly field: NamedPageQuery['orderBy']['field'] | 'last_used_at'
    readonly descending: boolean
  }
  /** Only keys that expire within so many days. */
  readonly expireInDays?: number
  readonly id?: string
  readonly status?: KeyStatus
  /** Every one of them; with any value where none is given. */
  readonly labels?: readonly { readonly name: string; readonly value?: string }[]
  /** Only keys that open this function, by name or with its namespace. */
  readonly opens?: FunctionName
  /** Only keys that open this namespace as such, with limits or without. */
  readonly namespace?: string
}

/** Absent limits: none. */
export type AskedFunction = FunctionName & Partial<GrantLimits>
export type AskedNamespace = { readonly namespace: string } & Partial<GrantLimits>

export interface NewKey {
  readonly name: string
  readonly description: string
  readonly labels?: Labels
  /** Null and absent: always. */
  readonly notBeforeMs?: number | null
  /** Null for never. */
  readonly expireMs: number | null
  readonly disabled?: boolean
  readonly functions: readonly AskedFunction[]
  readonly namespaces?: readonly AskedNamespace[]
}

/** Absent members stay as they are; labels, functions and namespaces are replaced as a whole. */
export type KeyPatch = Partial<NewKey>

export interface KeyUseCases {
  list(scope: Scope, query: KeyQuery): Promise<Page<Key>>
  get(scope: Scope, name: string): Promise<Key>
  /** The secret is in this answer only. */
  create(
    context: ChangeContext,
    scope: Scope,
    input: NewKey,
  ): Promise<Changed<{ key: Key; secret: string }>>
  update(context: ChangeContext, scope: Scope, name: string, patch: KeyPatch): Promise<Changed<Key>>
  /** Answers with the key as it was. One that leaked cannot be brought back. */
  delete(
    context: ChangeContext,
    scope: Scope,
    name: string,
    options?: { readonly leaked?: boolean },
  ): Promise<Changed<Key>>
}

/** A deleted key, and until when it can be brought back; null when it cannot. */
export interface DeletedKeyView {
  readonly key: DeletedKey
  readonly restorableUntilMs: number | null
}

export interface DeletedKeyUseCases {
  /** Newest deletion first. */
  list(scope: Scope, query: PageQuery & { readonly search?: string }): Promise<Page<DeletedKeyView>>
  /**
   * With its id, its secret and those of its grants that still have something to open. Another name, where
   * its own is taken; another expiry, where the project's policy has changed.
   */
  restore(
    context: ChangeContext,
    scope: Scope,
    id: string,
    input: { readonly name?: string; readonly expireMs?: number | null },
  ): Promise<Changed<Key>>
  /** Forgets it for good. */
  purge(context: ChangeContext, scope: Scope, id: string): Promise<void>
}

export interface KeySettingsUseCases {
  get(projectId: number): Promise<KeySettings>
  /** Absent members stay as they are. Keys that are there already stay as they are too. */
  update(
    context: ChangeContext,
    projectId: number,
    patch: Partial<KeySettings>,
  ): Promise<KeySettings>
}
