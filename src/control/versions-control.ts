import type { BuildStatus } from '../domain/function.ts'
import type { FunctionVersion, FunctionVersionSummary } from '../domain/function-version.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { Task } from '../domain/task.ts'
import type { ChangeContext, Changed, Page, PageQuery } from './requests.ts'

/** How the newest build of a function stands. */
export interface BuildView {
  readonly status: BuildStatus
  readonly message: string
  /** Null before it is begun. */
  readonly startedAtMs: number | null
  /** Null before it has ended. */
  readonly finishedAtMs: number | null
}

export type BuildNews =
  | { readonly kind: 'status'; readonly status: BuildStatus }
  | { readonly kind: 'line'; readonly id: string; readonly text: string }
  | { readonly kind: 'end'; readonly status: 'succeeded' | 'failed' | 'deleted' }

export interface BuildUseCases {
  get(scope: Scope, name: FunctionName): Promise<BuildView>
  /**
   * The lines of the newest build, those that came before too, until it ends or the signal is given.
   * @param after - The id of the last line that is known already.
   */
  follow(
    scope: Scope,
    name: FunctionName,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<BuildNews>>
}

export type VersionSummaryView = FunctionVersionSummary & { readonly isCurrent: boolean }

export type VersionView = FunctionVersion & { readonly isCurrent: boolean }

export interface PartDiff {
  /** `code_text`, `dependencies` or `files/<path>`. */
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Unified; null when there is too much of it. */
  readonly diff: string | null
}

export interface VersionDiff {
  readonly number: number
  /** The number of the version that it is compared with. */
  readonly with: number
  readonly parts: readonly PartDiff[]
  readonly settings: readonly {
    readonly name: 'runtime' | 'main_method' | 'flavor'
    readonly before: string
    readonly after: string
  }[]
  readonly envNames: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly changed: readonly string[]
  }
}

export interface VersionUseCases {
  /** Newest first. */
  list(scope: Scope, name: FunctionName, query: PageQuery): Promise<Page<VersionSummaryView>>
  get(scope: Scope, name: FunctionName, number: number): Promise<VersionView>
  /** @param withNumber - The version to compare with; the one before when absent. */
  diff(
    scope: Scope,
    name: FunctionName,
    number: number,
    withNumber: number | undefined,
  ): Promise<VersionDiff>
  /** Puts the version to work again, without building it when what was built is still there. */
  rollback(
    context: ChangeContext,
    scope: Scope,
    name: FunctionName,
    number: number,
  ): Promise<Changed<Task>>
}
