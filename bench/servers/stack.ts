import type { Target } from '../tools/wrk.ts'

/** A part of a stack: `proxy` takes the caller's request and checks the key, `function` answers. */
export type Part = 'proxy' | 'function'

/** Servers that together do one job: let a caller with the key through to a hello function. */
export interface Stack {
  readonly name: string
  readonly url: string
  /** What the caller sends in X-API-Key. */
  readonly secret: string
  /** Called in turn instead of `url` with `secret`, when there are any. */
  readonly tour?: readonly Target[]
  /** Every server process by its pid. Looked up when asked: processes may be replaced. */
  processes(): ReadonlyMap<number, Part>
  stop(): Promise<void>
}
