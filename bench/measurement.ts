import type { GoalName } from './goals.ts'
import type { Plan } from './plan.ts'
import type { Scratch } from './tools/scratch.ts'

/** What a measurement works with. */
export interface Bench {
  /** Its own: whatever it starts or writes there is gone when it has ended. */
  readonly scratch: Scratch
  readonly plan: Plan
  /** One line for whoever waits. */
  say(line: string): void
}

/** One line of the page's first table. */
export interface SummaryRow {
  readonly what: string
  readonly result: string
  /** What is held against a goal, a value for each round. */
  readonly goal?: { readonly name: GoalName; readonly values: readonly number[] }
}

/** What the page says of one measurement. */
export interface Section {
  readonly name: string
  readonly title: string
  readonly outcome:
    | { readonly kind: 'measured'; readonly text: string; readonly rows: readonly SummaryRow[] }
    | { readonly kind: 'skipped'; readonly reason: string }
    | { readonly kind: 'failed'; readonly error: string }
}

export interface Measurement {
  /** As in `npm run bench -- --only <name>`. */
  readonly name: string
  readonly title: string
  /** One sentence that says why this machine cannot make it; undefined when it can. */
  lacks(plan: Plan): string | undefined
  make(bench: Bench): Promise<{ readonly text: string; readonly rows: readonly SummaryRow[] }>
}

/** Ties a measurement to what the page says of it. */
export function measurement<T>(parts: {
  readonly name: string
  readonly title: string
  readonly lacks?: (plan: Plan) => string | undefined
  readonly measure: (bench: Bench) => Promise<T>
  readonly text: (value: T) => string
  readonly rows: (value: T) => readonly SummaryRow[]
}): Measurement {
  const { name, title, measure, text, rows } = parts
  return {
    name,
    title,
    lacks: parts.lacks ?? (() => undefined),
    async make(bench) {
      const value = await measure(bench)
      return { text: text(value), rows: rows(value) }
    },
  }
}
