import type { Section } from './measurement.ts'
import type { Machine } from './tools/machine.ts'

/** Everything that `docs/benchmarks.md` is made from. */
export interface Results {
  readonly machine: Machine
  /** The day, in UTC: 2026-01-31. */
  readonly day: string
  readonly tookSeconds: number
  /** How to make them again. */
  readonly command: string
  readonly sections: readonly Section[]
}
