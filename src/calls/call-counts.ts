import type { NextStep } from '../domain/call-retry.ts'
import type { AcceptOutcome, CallState, NewCall, RunOutcome } from '../domain/calls.ts'
import { CounterSet, labelled, type MetricPart, single } from '../observability/metric-parts.ts'
import type { Tally } from './tally.ts'

/** What has happened to calls since the process began. */
export class CallCounts {
  readonly #accepted = new CounterSet('callsAccepted', [['caller'], ['trigger']])
  readonly #refused = new CounterSet('callsRefused')
  readonly #tries = new CounterSet('callAttempts', [
    ['ended'],
    ['retried'],
    ['dead'],
    ['interrupted'],
  ])
  readonly #ended = new CounterSet('callsEnded', [['succeeded'], ['failed'], ['dead']])

  accepted({ trigger }: NewCall, outcome: AcceptOutcome): void {
    if (outcome.kind === 'refused') this.#refused.add([outcome.code])
    else this.#accepted.add([trigger === null ? 'caller' : 'trigger'])
  }

  tried(outcome: RunOutcome, step: NextStep): void {
    const result =
      outcome.kind === 'interrupted' || step.kind === 'again'
        ? 'interrupted'
        : step.kind === 'retry'
          ? 'retried'
          : step.kind === 'dead'
            ? 'dead'
            : 'ended'
    this.#tries.add([result])
  }

  ended(state: CallState): void {
    this.#ended.add([state])
  }

  *parts(tally: Tally): Generator<MetricPart> {
    yield this.#accepted.part()
    yield this.#refused.part()
    yield this.#tries.part()
    yield this.#ended.part()
    yield labelled(
      'calls',
      Array.from(tally.states(), ([state, count]) => [[state], count] as const),
    )
    yield single('callBytes', tally.bytes)
  }
}
