import { useId } from 'react'
import { ChartFrame, type ChartFrameProps } from './chart-frame.tsx'
import { Legend } from './legend.tsx'
import { fillOf, Patterns } from './patterns.tsx'
import { Plot, type PlotArea } from './plot.tsx'
import type { ChartPoint, Series } from './series.ts'

export interface BarChartProps extends Omit<ChartFrameProps, 'children'> {
  readonly height?: number
}

/** Bars of what is counted in each step, one kind on the other. */
export function BarChart({ height, ...props }: BarChartProps) {
  const { points, series, format } = props
  const chartId = useId()
  const highest = Math.max(0, ...points.map(totalOf))
  const totals = series.map((_, i) => points.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
  return (
    <ChartFrame {...props}>
      <Plot {...props} {...(height !== undefined && { height })} highest={highest} isLines={false}>
        {(area) => (
          <>
            <Patterns chartId={chartId} series={series} />
            {points.map((point) => (
              <Bar key={point.atMs} {...{ chartId, point, series, area }} />
            ))}
          </>
        )}
      </Plot>
      <Legend series={series} isLines={false} values={totals.map(format)} />
    </ChartFrame>
  )
}

interface BarProps {
  readonly chartId: string
  readonly point: ChartPoint
  readonly series: readonly Series[]
  readonly area: PlotArea
}

function Bar({ chartId, point, series, area }: BarProps) {
  const gap = area.stepWidth >= 4 ? 1 : 0
  let below = 0
  return series.map((one, i) => {
    const value = point.values[i] ?? 0
    if (value === 0) return null
    const bottom = area.y(below)
    below += value
    // Few among many can still be seen.
    const height = Math.max(1, bottom - area.y(below))
    return (
      <rect
        key={one.id}
        x={area.x(point.atMs) + gap / 2}
        y={bottom - height}
        width={Math.max(1, area.stepWidth - gap)}
        height={height}
        style={{ fill: fillOf(chartId, one) }}
      />
    )
  })
}

function totalOf({ values }: ChartPoint): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}
