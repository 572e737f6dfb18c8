import { BarChart, type BarChartProps } from './bar-chart.tsx'
import { plainNumber } from './scale.ts'
import { type UsageReport, verdictChart } from './usage-series.ts'

export interface UsageChartProps extends Pick<BarChartProps, 'order' | 'height'> {
  /** `Requests` unless told. */
  readonly title?: string
  /** The usage of a key or of a function, by time. */
  readonly report: UsageReport
}

/** Requests over time, by the verdict on their key. */
export function UsageChart({ title = 'Requests', report, ...rest }: UsageChartProps) {
  return <BarChart title={title} {...rest} {...verdictChart(report)} format={plainNumber} />
}
