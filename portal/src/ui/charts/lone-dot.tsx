import type { ChartPoint, Series } from './series.ts'

export interface LoneDotProps {
  readonly cx: number | undefined
  readonly cy: number | undefined
  readonly index: number
  readonly series: Series
  /** Of the series among the values. */
  readonly at: number
  readonly points: readonly ChartPoint[]
}

/** What has no neighbour is no line, and is shown as a dot. */
export function LoneDot({ cx, cy, index, series, at, points }: LoneDotProps) {
  const has = (i: number) => typeof points[i]?.values[at] === 'number'
  if (!has(index) || has(index - 1) || has(index + 1)) return null
  return <circle {...{ cx, cy }} r={3} style={{ fill: series.color }} />
}
