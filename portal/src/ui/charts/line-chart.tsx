import { ChartFrame, type ChartFrameProps } from './chart-frame.tsx'
import { Legend } from './legend.tsx'
import { Plot, type PlotArea } from './plot.tsx'
import type { ChartPoint } from './series.ts'

export interface LineChartProps extends Omit<ChartFrameProps, 'children'> {
  readonly height?: number
  /** `step` holds a value for the whole of its step: for what is counted at moments. */
  readonly shape?: 'straight' | 'step'
}

/** Lines through the values of each step, with gaps where there are none. */
export function LineChart({ height, shape = 'straight', ...props }: LineChartProps) {
  const { points, series } = props
  const highest = Math.max(0, ...points.flatMap(({ values }) => values.map((value) => value ?? 0)))
  return (
    <ChartFrame {...props}>
      <Plot {...props} {...(height !== undefined && { height })} highest={highest} isLines>
        {(area) =>
          series.map((one, i) => {
            const runs = runsOf(points, i)
            return (
              <g key={one.id}>
                <path
                  d={runs.map((run) => pathOf(run, area, shape)).join(' ')}
                  fill="none"
                  strokeLinejoin="round"
                  style={{ stroke: one.color, strokeWidth: 2, strokeDasharray: one.dash }}
                />
                {shape === 'straight' &&
                  runs
                    .filter((run) => run.length === 1)
                    .map(([alone]) => (
                      <circle
                        key={alone!.atMs}
                        cx={middle(alone!.atMs, area)}
                        cy={area.y(alone!.value)}
                        r={3}
                        style={{ fill: one.color }}
                      />
                    ))}
              </g>
            )
          })
        }
      </Plot>
      {series.length > 1 && <Legend series={series} isLines />}
    </ChartFrame>
  )
}

interface Value {
  readonly atMs: number
  readonly value: number
}

/** The stretches in which every step has a value. */
function runsOf(points: readonly ChartPoint[], series: number): Value[][] {
  const runs: Value[][] = []
  let run: Value[] = []
  for (const { atMs, values } of points) {
    const value = values[series] ?? null
    if (value === null) {
      if (run.length > 0) runs.push(run)
      run = []
    } else run.push({ atMs, value })
  }
  if (run.length > 0) runs.push(run)
  return runs
}

function pathOf(run: readonly Value[], area: PlotArea, shape: 'straight' | 'step'): string {
  const parts = run.map(({ atMs, value }, i) => {
    const y = area.y(value)
    if (shape === 'step') {
      const x = area.x(atMs)
      return `${i === 0 ? `M${x} ${y}` : `V${y}`} H${x + area.stepWidth}`
    }
    return `${i === 0 ? 'M' : 'L'}${middle(atMs, area)} ${y}`
  })
  return parts.join(' ')
}

function middle(atMs: number, area: PlotArea): number {
  return area.x(atMs) + area.stepWidth / 2
}
