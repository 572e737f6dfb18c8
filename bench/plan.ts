/** How much of everything is measured. */
export interface Plan {
  readonly startUpRuns: number
  readonly coldStart: { readonly functions: number; readonly batches: number }
  readonly burst: { readonly requests: number; readonly rounds: number }
  readonly warmLatency: { readonly rounds: number; readonly requests: number }
  readonly idleSeconds: number
  readonly full: { readonly keys: number; readonly functions: number; readonly starts: number }
  readonly cpu: CpuPlan
  readonly steady: {
    readonly rounds: number
    readonly saturationSeconds: number
    readonly seconds: number
  }
  readonly wrongKeys: {
    readonly rounds: number
    readonly ratePerSecond: number
    readonly aloneSeconds: number
    readonly seconds: number
  }
  readonly manyFunctions: CpuPlan & { readonly functions: number }
  readonly tableSize: CpuPlan & { readonly functions: number; readonly keys: number }
  readonly verdictRounds: number
  readonly verdictKeys: readonly number[]
  readonly growth: {
    readonly rounds: number
    readonly seconds: number
    readonly keysAtOnce: number
  }
  readonly revocations: number
  readonly languages: LanguagesPlan
}

export interface LanguagesPlan {
  readonly functions: number
  readonly batches: number
  readonly builds: number
  readonly rounds: number
  readonly seconds: number
}

export interface CpuPlan {
  readonly rounds: number
  readonly seconds: number
  readonly warmUpSeconds: number
}

export const FULL: Plan = {
  startUpRuns: 10,
  coldStart: { functions: 10, batches: 3 },
  burst: { requests: 1_000, rounds: 5 },
  warmLatency: { rounds: 5, requests: 5_000 },
  idleSeconds: 10,
  full: { keys: 100_000, functions: 100, starts: 5 },
  cpu: { rounds: 5, seconds: 3, warmUpSeconds: 2 },
  steady: { rounds: 5, saturationSeconds: 1, seconds: 2 },
  wrongKeys: { rounds: 5, ratePerSecond: 20_000, aloneSeconds: 2, seconds: 10 },
  manyFunctions: { functions: 100, rounds: 5, seconds: 2, warmUpSeconds: 2 },
  // As long as usage is gathered, so that each round has its share of writing it down.
  tableSize: { functions: 10_000, keys: 1_000_000, rounds: 5, seconds: 5, warmUpSeconds: 2 },
  verdictRounds: 5,
  verdictKeys: [1_000, 1_000_000, 10_000_000],
  growth: { rounds: 5, seconds: 1, keysAtOnce: 20_000 },
  revocations: 300,
  languages: { functions: 5, batches: 2, builds: 2, rounds: 5, seconds: 1 },
}

/** One short round of each: whether everything works, not how fast it is. */
export const QUICK: Plan = {
  startUpRuns: 1,
  coldStart: { functions: 3, batches: 1 },
  burst: { requests: 200, rounds: 1 },
  warmLatency: { rounds: 1, requests: 200 },
  idleSeconds: 1,
  full: { keys: 1_000, functions: 10, starts: 1 },
  cpu: { rounds: 1, seconds: 1, warmUpSeconds: 1 },
  steady: { rounds: 1, saturationSeconds: 1, seconds: 1 },
  wrongKeys: { rounds: 1, ratePerSecond: 2_000, aloneSeconds: 1, seconds: 1 },
  manyFunctions: { functions: 5, rounds: 1, seconds: 1, warmUpSeconds: 1 },
  tableSize: { functions: 100, keys: 10_000, rounds: 1, seconds: 1, warmUpSeconds: 1 },
  verdictRounds: 1,
  verdictKeys: [1_000, 10_000],
  growth: { rounds: 1, seconds: 1, keysAtOnce: 1_000 },
  revocations: 5,
  languages: { functions: 2, batches: 1, builds: 1, rounds: 1, seconds: 1 },
}
