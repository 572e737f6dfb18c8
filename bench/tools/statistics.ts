/** A median with the range that it stands for. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** @throws RangeError when there is nothing to describe. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = ascending(values)
  return { median: medianOf(sorted), least: sorted[0]!, most: sorted.at(-1)! }
}

/** The smallest value that at least `percent` % of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = ascending(values)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('nothing was measured')
  return values.toSorted((a, b) => a - b)
}

function medianOf(sorted: readonly number[]): number {
  const upper = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2
}
