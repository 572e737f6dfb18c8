import { useElementSize } from '@mantine/hooks'
import { type PointerEvent, type ReactNode, useState } from 'react'
import classes from './charts.module.css'
import { Swatch } from './legend.tsx'
import { shortNumber, stepText, tickText, timeTicks, valueTicks } from './scale.ts'
import type { ChartPoint, Series } from './series.ts'

/** What every chart is told. */
export interface ChartData {
  /** By time, one for each step of the range. */
  readonly points: readonly ChartPoint[]
  readonly series: readonly Series[]
  readonly stepMs: number
  /** Of a value, in tables and where it is pointed at. */
  readonly format: (value: number) => string
  /** Of a value on the axis; short numbers unless told. */
  readonly axisFormat?: (value: number) => string
  /** Whether the values count things. */
  readonly isWhole?: boolean
}

export interface PlotArea {
  readonly width: number
  readonly height: number
  /** Of a step's beginning. */
  x(atMs: number): number
  y(value: number): number
  readonly stepWidth: number
}

export interface PlotProps extends ChartData {
  readonly height?: number
  /** The highest value that is drawn. */
  readonly highest: number
  readonly isLines: boolean
  readonly children: (area: PlotArea) => ReactNode
}

const MARGIN = { top: 8, right: 8, bottom: 22, left: 44 }

/** The axes around what is drawn, and the values of the step that is pointed at. For the eye alone. */
export function Plot(props: PlotProps) {
  const { points, stepMs, highest, isWhole = true, height = 200, children } = props
  const { axisFormat = shortNumber } = props
  const { ref, width } = useElementSize<HTMLDivElement>()
  const [pointed, setPointed] = useState<number>()
  const fromMs = points[0]?.atMs ?? 0
  const toMs = (points.at(-1)?.atMs ?? 0) + stepMs
  const inner = {
    width: Math.max(0, width - MARGIN.left - MARGIN.right),
    height: height - MARGIN.top - MARGIN.bottom,
  }
  const ticks = valueTicks(highest, isWhole)
  const top = ticks.at(-1)!
  const area: PlotArea = {
    ...inner,
    x: (atMs) => ((atMs - fromMs) / (toMs - fromMs)) * inner.width,
    y: (value) => inner.height - (value / top) * inner.height,
    stepWidth: inner.width / Math.max(1, points.length),
  }
  const point = (event: PointerEvent<SVGRectElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left
    const at = Math.floor((left / inner.width) * points.length)
    setPointed(Math.min(points.length - 1, Math.max(0, at)))
  }
  return (
    <div ref={ref} className={classes.plot} style={{ height }}>
      {inner.width > 0 && points.length > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
            {ticks.map((value) => (
              <g key={value} transform={`translate(0 ${area.y(value)})`}>
                <line className={classes.grid} x2={inner.width} />
                <text className={classes.axis} x={-8} dy="0.32em" textAnchor="end">
                  {axisFormat(value)}
                </text>
              </g>
            ))}
            {timesOf(area, fromMs, toMs, stepMs).map((atMs) => (
              <text
                key={atMs}
                className={classes.axis}
                x={area.x(atMs)}
                y={inner.height + 16}
                textAnchor="middle"
              >
                {tickText(atMs, stepMs)}
              </text>
            ))}
            {pointed !== undefined && (
              <rect
                className={classes.cursor}
                x={pointed * area.stepWidth}
                width={area.stepWidth}
                height={inner.height}
              />
            )}
            {children(area)}
            <rect
              width={inner.width}
              height={inner.height}
              fill="transparent"
              onPointerMove={point}
              onPointerDown={point}
              onPointerLeave={() => setPointed(undefined)}
            />
          </g>
        </svg>
      )}
      {pointed !== undefined && points[pointed] !== undefined && (
        <Tip
          {...props}
          point={points[pointed]}
          rangeMs={toMs - fromMs}
          x={MARGIN.left + (pointed + 0.5) * area.stepWidth}
          width={width}
        />
      )}
    </div>
  )
}

/** What would be cut off at the end is left out. */
function timesOf(area: PlotArea, fromMs: number, toMs: number, stepMs: number): number[] {
  const all = timeTicks(fromMs, toMs, area.width, stepMs)
  return all.filter((atMs) => area.x(atMs) < area.width - 18)
}

interface TipProps extends PlotProps {
  readonly point: ChartPoint
  readonly rangeMs: number
  readonly x: number
  readonly width: number
}

/** Beside the step, on the side that has room. */
function Tip({ point, series, format, stepMs, rangeMs, isLines, x, width }: TipProps) {
  const rows = series.flatMap((one, i) => {
    const value = point.values[i]
    const isShown = value !== null && value !== undefined && (isLines || value > 0)
    return isShown ? [{ one, value }] : []
  })
  const side = x < width / 2 ? { left: x + 12 } : { right: width - x + 12 }
  return (
    <div className={classes.tip} style={side} aria-hidden="true">
      <strong>{stepText(point.atMs, stepMs, rangeMs)}</strong>
      {rows.length === 0 && <div>Nothing</div>}
      {rows.map(({ one, value }) => (
        <div key={one.id} className={classes.tipRow}>
          <Swatch series={one} isLine={isLines} />
          {one.label}
          <span className={classes.tipValue}>{format(value)}</span>
        </div>
      ))}
    </div>
  )
}
