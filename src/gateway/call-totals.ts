import { ByFunction } from '../observability/by-function.ts'
import type { LabelValue, MetricKey, MetricPart, Sample } from '../observability/metric-parts.ts'
import { METRICS } from '../observability/metrics.ts'
import {
  type CallBatch,
  CODES,
  ROW_CODES,
  ROW_COLD,
  ROW_CUT,
  ROW_DURATION,
  ROW_NUMBERS,
  ROW_QUEUE,
  ROW_RECEIVED,
  ROW_SENT,
  STATUSES,
  VERDICTS,
} from './call-metrics.ts'

interface Total {
  readonly labels: readonly LabelValue[]
  /** A row, see `call-metrics.ts`. */
  readonly value: Float64Array
}

/** So many functions are told at a time: some milliseconds of work. */
const FUNCTIONS_A_PART = 100

/** The calls of all threads since the process began. */
export class CallTotals {
  readonly #ofNone: Total = { labels: ['', '', '', ''], value: newRow() }
  readonly #byFunction = new ByFunction(newRow)

  add({ functions, rows }: CallBatch): void {
    functions.forEach((fn, i) => {
      const numbers = fn === undefined ? this.#ofNone.value : this.#byFunction.find(fn)
      addRow(numbers, rows, i * ROW_NUMBERS)
    })
  }

  /** See `ByFunction`. */
  prune(there: ReadonlySet<string>, nowMs: number): void {
    this.#byFunction.prune(there, nowMs)
  }

  /** Only what is not zero, a part at a time so that the caller can let others work between them. */
  *parts(): Generator<MetricPart> {
    const totals = [this.#ofNone, ...this.#byFunction.all()]
    for (let i = 0; i < totals.length; i += FUNCTIONS_A_PART) {
      const some = totals.slice(i, i + FUNCTIONS_A_PART)
      yield { metric: 'requests', samples: some.flatMap(requestSamples) }
      yield { metric: 'refusals', samples: some.flatMap(codeSamples) }
      yield { metric: 'requestSeconds', samples: histograms(some, 'requestSeconds', ROW_DURATION) }
      yield { metric: 'queueSeconds', samples: histograms(some, 'queueSeconds', ROW_QUEUE) }
      yield { metric: 'coldRequests', samples: counters(some, ROW_COLD) }
      yield { metric: 'cutRequests', samples: counters(some, ROW_CUT) }
      yield { metric: 'receivedBytes', samples: counters(some, ROW_RECEIVED) }
      yield { metric: 'sentBytes', samples: counters(some, ROW_SENT) }
    }
  }
}

function newRow(): Float64Array {
  return new Float64Array(ROW_NUMBERS)
}

function addRow(numbers: Float64Array, rows: Float64Array, at: number): void {
  for (let i = 0; i < ROW_NUMBERS; i++) numbers[i] = numbers[i]! + rows[at + i]!
}

function requestSamples({ labels, value: numbers }: Total): Sample[] {
  const samples: Sample[] = []
  for (let i = 0; i < ROW_DURATION; i++) {
    const value = numbers[i]!
    if (value === 0) continue
    const verdict = VERDICTS[Math.floor(i / STATUSES.length)]!
    samples.push({ labels: [...labels, verdict, STATUSES[i % STATUSES.length]!], value })
  }
  return samples
}

function codeSamples({ labels, value: numbers }: Total): Sample[] {
  return CODES.flatMap((code, i) => {
    const value = numbers[ROW_CODES + i]!
    return value === 0 ? [] : [{ labels: [...labels, code], value }]
  })
}

function counters(totals: readonly Total[], at: number): Sample[] {
  return totals.flatMap(({ labels, value }) =>
    value[at] === 0 ? [] : [{ labels, value: value[at]! }],
  )
}

function histograms(totals: readonly Total[], metric: MetricKey, at: number): Sample[] {
  const end = at + METRICS[metric].bounds.length + 1
  return totals.flatMap(({ labels, value }) => {
    const buckets = value.slice(at, end)
    if (buckets.every((count) => count === 0)) return []
    return [{ labels, buckets, sum: value[end]! }]
  })
}
