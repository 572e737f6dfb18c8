export type IsolationLevel = 'namespaced' | 'process'

/** Whether something that is promised of functions holds on this machine. */
export interface Guarantee {
  readonly name: string
  /** A sentence. */
  readonly promise: string
  readonly holds: boolean
  /** How it is kept, or why it does not hold. */
  readonly reason: string
}

/** By what the numbers of a flavor are kept. */
export interface FlavorEnforcement {
  /** `watch`: what an instance holds is looked at, and one that holds too much is ended. */
  readonly memory: 'cgroup' | 'watch'
  readonly cpu: 'cgroup' | 'none'
}

/** How functions are kept apart on this machine. */
export interface Isolation {
  readonly level: IsolationLevel
  readonly guarantees: readonly Guarantee[]
  readonly enforcement: FlavorEnforcement
}

/** Where nothing was looked for. */
export const NO_ISOLATION: Isolation = {
  level: 'process',
  guarantees: [],
  enforcement: { memory: 'watch', cpu: 'none' },
}
