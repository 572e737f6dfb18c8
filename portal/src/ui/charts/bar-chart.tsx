import { ChartFrame, type ChartFrameProps } from './chart-frame.tsx'
import { Legend } from './legend.tsx'
import { Plot } from './plot.tsx'

export interface BarChartProps extends Omit<ChartFrameProps, 'children'> {
  readonly height?: number
}

/** Bars of what is counted in each step, one kind on the other. */
export function BarChart(props: BarChartProps) {
  const { points, series, format } = props
  const totals = series.map((_, i) => points.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
  return (
    <ChartFrame {...props}>
      <Plot {...props} kind="bars" />
      <Legend series={series} isLines={false} values={totals.map(format)} />
    </ChartFrame>
  )
}
