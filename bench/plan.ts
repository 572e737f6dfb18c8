/** How much of everything is measured. */
export interface Plan {
  readonly startUpRuns: number
  readonly coldStart: { readonly functions: number; readonly batches: number }
  readonly warmLatency: { readonly rounds: number; readonly requests: number }
  readonly idleSeconds: number
  readonly cpu: {
    readonly rounds: number
    readonly seconds: number
    readonly warmUpSeconds: number
  }
  readonly verdictRounds: number
  readonly verdictKeys: readonly number[]
}

export const FULL: Plan = {
  startUpRuns: 10,
  coldStart: { functions: 10, batches: 3 },
  warmLatency: { rounds: 5, requests: 5_000 },
  idleSeconds: 10,
  cpu: { rounds: 5, seconds: 5, warmUpSeconds: 3 },
  verdictRounds: 5,
  verdictKeys: [1_000, 1_000_000, 10_000_000],
}

/** One short round of each: whether everything works, not how fast it is. */
export const QUICK: Plan = {
  startUpRuns: 1,
  coldStart: { functions: 3, batches: 1 },
  warmLatency: { rounds: 1, requests: 200 },
  idleSeconds: 1,
  cpu: { rounds: 1, seconds: 1, warmUpSeconds: 1 },
  verdictRounds: 1,
  verdictKeys: [1_000, 10_000],
}
