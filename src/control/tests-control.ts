import type { FunctionName, Scope } from '../domain/names.ts'
import type { TestAnswer, TestHeader } from '../domain/test-call.ts'
import type { ChangeContext } from './requests.ts'

/** What an operator tries a function with. */
export interface TestInput {
  readonly method: string
  /** Path and query, as the function shall see them. */
  readonly path: string
  readonly headers: readonly TestHeader[]
  /** Null for none. */
  readonly body: Uint8Array | null
  /** The name of the key to call with; null for none. */
  readonly key: string | null
}

export interface TestView extends TestAnswer {
  /** Of the version that served it; null when none did, or it is not known any more. */
  readonly versionNumber: number | null
}

export interface TestUseCases {
  /**
   * Calls the function through the gateway of a data node, as a caller with the key's secret would. The signal
   * breaks it off.
   */
  run(
    context: ChangeContext,
    scope: Scope,
    name: FunctionName,
    input: TestInput,
    signal: AbortSignal,
  ): Promise<TestView>
}
