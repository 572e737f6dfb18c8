import {
  CounterSet,
  type MetricKey,
  type MetricPart,
  type Sample,
} from '../observability/metric-parts.ts'
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
  type RowFunction,
  STATUSES,
  VERDICTS,
} from './call-metrics.ts'

interface Total {
  readonly labels: readonly (string | number)[]
  readonly numbers: Float64Array
  /** When it was first seen that the function is gone. */
  goneSinceMs: number | undefined
}

/** The numbers of a function that is gone stay so long, for every scraper to have seen the last of them. */
export const GONE_MS = 10 * 60_000
/** So many functions are told at a time. */
const FUNCTIONS_A_PART = 250
const NO_FUNCTION = ['', '', '', ''] as const

/**
 * The calls of all threads since the process began. By label, not by id: a function that is deleted and
 * made again goes on counting where it was.
 */
export class CallTotals {
  readonly #totals = new Map<string, Total>([['', newTotal(NO_FUNCTION)]])
  readonly #early = new CounterSet('unparsed')

  add({ functions, rows, early }: CallBatch): void {
    addRow(this.#totals.get('')!.numbers, rows, 0)
    functions.forEach((fn, i) => {
      addRow(this.#find(fn).numbers, rows, (i + 1) * ROW_NUMBERS)
    })
    for (const [code, count] of early) this.#early.add([code], count)
  }

  /** Forgets functions that have been gone for a while. */
  prune(isThere: (label: string) => boolean, nowMs: number): void {
    for (const [label, total] of this.#totals) {
      if (label === '' || isThere(label)) total.goneSinceMs = undefined
      else if (total.goneSinceMs === undefined) total.goneSinceMs = nowMs
      else if (nowMs - total.goneSinceMs >= GONE_MS) this.#totals.delete(label)
    }
  }

  /** Only what is not zero, a part at a time so that the caller can let others work between them. */
  *parts(): Generator<MetricPart> {
    yield this.#early.part()
    const totals = [...this.#totals.values()]
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

  #find({ label, projectId, regionId, namespace, name }: RowFunction): Total {
    const kept = this.#totals.get(label)
    if (kept !== undefined) return kept
    const made = newTotal([projectId, regionId, namespace, name])
    this.#totals.set(label, made)
    return made
  }
}

function newTotal(labels: Total['labels']): Total {
  return { labels, numbers: new Float64Array(ROW_NUMBERS), goneSinceMs: undefined }
}

function addRow(numbers: Float64Array, rows: Float64Array, at: number): void {
  for (let i = 0; i < ROW_NUMBERS; i++) numbers[i] = numbers[i]! + rows[at + i]!
}

function requestSamples({ labels, numbers }: Total): Sample[] {
  const samples: Sample[] = []
  for (let i = 0; i < ROW_DURATION; i++) {
    const value = numbers[i]!
    if (value === 0) continue
    const verdict = VERDICTS[Math.floor(i / STATUSES.length)]!
    samples.push({ labels: [...labels, verdict, STATUSES[i % STATUSES.length]!], value })
  }
  return samples
}

function codeSamples({ labels, numbers }: Total): Sample[] {
  return CODES.flatMap((code, i) => {
    const value = numbers[ROW_CODES + i]!
    return value === 0 ? [] : [{ labels: [...labels, code], value }]
  })
}

function counters(totals: readonly Total[], at: number): Sample[] {
  return totals.flatMap(({ labels, numbers }) =>
    numbers[at] === 0 ? [] : [{ labels, value: numbers[at]! }],
  )
}

function histograms(totals: readonly Total[], metric: MetricKey, at: number): Sample[] {
  const end = at + METRICS[metric].bounds.length + 1
  return totals.flatMap(({ labels, numbers }) => {
    const buckets = numbers.slice(at, end)
    if (buckets.every((count) => count === 0)) return []
    return [{ labels, buckets, sum: numbers[end]! }]
  })
}
