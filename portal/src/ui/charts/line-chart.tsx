import { ChartFrame, type ChartFrameProps } from './chart-frame.tsx'
import { Legend } from './legend.tsx'
import { Plot } from './plot.tsx'

export interface LineChartProps extends Omit<ChartFrameProps, 'children'> {
  readonly height?: number
  /** `step` holds a value from one step to the next: for what is counted at moments. */
  readonly shape?: 'straight' | 'step'
}

/** Lines through the values of each step, with gaps where there are none. */
export function LineChart({ shape = 'straight', ...props }: LineChartProps) {
  return (
    <ChartFrame {...props}>
      <Plot {...props} kind={shape} />
      {props.series.length > 1 && <Legend series={props.series} isLines />}
    </ChartFrame>
  )
}
