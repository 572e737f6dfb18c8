import { BarChart, type BarChartProps } from './bar-chart.tsx'
import { plainNumber } from './scale.ts'
import { type UsageReport, verdictChart } from './usage-series.ts'

export interface UsageChartProps extends Pick<BarChartProps, 'order' | 'height'> {
  /** `Requests` unless told. */
  readonly title?: string
  /** The usage of a key or of a function, by time. */
  readonly report: UsageReport
  /** False for a function that anybody may call: there it is no fault to bring no key. */
  readonly wantsKey?: boolean
}

/** Requests over time, by the verdict on their key. */
export function UsageChart({ title = 'Requests', report, wantsKey, ...rest }: UsageChartProps) {
  return (
    <BarChart title={title} {...rest} {...verdictChart(report, wantsKey)} format={plainNumber} />
  )
}
