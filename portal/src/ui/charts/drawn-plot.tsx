import { useElementSize } from '@mantine/hooks'
import { useId, useMemo } from 'react'
import { Bar, BarChart, CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts'
import { ChartTip } from './chart-tip.tsx'
import classes from './charts.module.css'
import { LoneDot } from './lone-dot.tsx'
import { fillOf, Patterns } from './patterns.tsx'
import { shortNumber, tickText, timeTicks, valueTicks } from './scale.ts'
import type { ChartData, ChartPoint } from './series.ts'

export interface DrawnPlotProps extends ChartData {
  readonly title: string
  readonly kind: 'bars' | 'straight' | 'step'
  readonly height: number
}

/** A point as it is drawn: in the middle of its step. */
export interface PlotRow extends ChartPoint {
  readonly middleMs: number
}

const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 }
const VALUES_WIDTH = 48
const TIMES_HEIGHT = 22
/** Bars that are narrower have no gap between them. */
const NARROW = 4
const UNBROKEN = '\u00a0'
const AXIS = { axisLine: false, tickLine: false, tick: { className: classes.axis } } as const

/** Axes, bars or lines, and the values of the step that is pointed at or gone to with the arrow keys. */
export function DrawnPlot(props: DrawnPlotProps) {
  const { title, kind, points, stepMs, height } = props
  const { ref, width } = useElementSize<HTMLDivElement>()
  const rows = useMemo(
    (): PlotRow[] => points.map((point) => ({ ...point, middleMs: point.atMs + stepMs / 2 })),
    [points, stepMs],
  )
  const isLines = kind !== 'bars'
  const Chart = isLines ? LineChart : BarChart
  return (
    <div ref={ref} className={classes.plot} style={{ height }}>
      {width > 0 && points.length > 0 && (
        <Chart
          {...{ width, height, data: rows, margin: MARGIN }}
          barSize={barWidth((width - VALUES_WIDTH - MARGIN.right) / points.length)}
          aria-label={`${title}, chart; the arrow keys go from step to step`}
        >
          <Axes {...props} width={width} />
          <Tooltip
            content={({ active, payload }) => (
              <ChartTip
                {...{ ...props, isLines, rangeMs: points.length * stepMs }}
                point={active ? (payload[0]?.payload as PlotRow | undefined) : undefined}
              />
            )}
            cursor={{ className: isLines ? classes.cursorLine! : classes.cursor! }}
            filterNull={false}
            isAnimationActive={false}
          />
          {isLines ? <Lines {...props} /> : <Bars {...props} />}
        </Chart>
      )}
    </div>
  )
}

/** A bar as wide as its step is taken for one that does not fit, and made narrower. */
function barWidth(stepWidth: number): number {
  return stepWidth < NARROW ? stepWidth - 0.01 : stepWidth - 1
}

function Axes(props: DrawnPlotProps & { readonly width: number }) {
  const { points, stepMs, width, isWhole = true, axisFormat = shortNumber } = props
  const fromMs = points[0]!.atMs
  const toMs = points.at(-1)!.atMs + stepMs
  const values = valueTicks(highestOf(props), isWhole)
  return (
    <>
      <CartesianGrid vertical={false} className={classes.grid} />
      <XAxis
        {...AXIS}
        type="number"
        dataKey="middleMs"
        domain={[fromMs, toMs]}
        ticks={timeTicks(fromMs, toMs, width - VALUES_WIDTH - MARGIN.right, stepMs)}
        tickFormatter={(atMs: number) => tickText(atMs, stepMs)}
        interval="preserveStart"
        height={TIMES_HEIGHT}
      />
      <YAxis
        {...AXIS}
        domain={[0, values.at(-1)!]}
        ticks={values}
        tickFormatter={(value: number) => axisFormat(value).replaceAll(' ', UNBROKEN)}
        interval={0}
        width={VALUES_WIDTH}
      />
    </>
  )
}

function Bars({ series }: DrawnPlotProps) {
  const chartId = useId()
  return (
    <>
      <Patterns chartId={chartId} series={series} />
      {series.map((one, i) => (
        <Bar
          key={one.id}
          dataKey={`values[${i}]`}
          name={one.label}
          stackId="all"
          style={{ fill: fillOf(chartId, one) }}
          // Few among many can still be seen.
          minPointSize={(value) => (value ? 1 : 0)}
          isAnimationActive={false}
        />
      ))}
    </>
  )
}

function Lines({ points, series, kind }: DrawnPlotProps) {
  return series.map((one, i) => (
    <Line
      key={one.id}
      dataKey={`values[${i}]`}
      name={one.label}
      type={kind === 'step' ? 'step' : 'linear'}
      style={{ stroke: one.color, strokeWidth: 2, strokeDasharray: one.dash }}
      dot={({ cx, cy, index }) => (
        <LoneDot key={index} {...{ cx, cy, index, points }} series={one} at={i} />
      )}
      activeDot={{ r: 4, style: { fill: one.color, stroke: 'none' } }}
      isAnimationActive={false}
    />
  ))
}

function highestOf({ points, kind }: DrawnPlotProps): number {
  const all = points.map(({ values }) => values.map((value) => value ?? 0))
  const each =
    kind === 'bars' ? all.map((row) => row.reduce((sum, one) => sum + one, 0)) : all.flat()
  return Math.max(0, ...each)
}
