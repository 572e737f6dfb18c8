import { useId } from 'react'
import classes from './charts.module.css'
import { fillOf, Patterns } from './patterns.tsx'
import type { Series } from './series.ts'

/** What the colours and patterns, or the kinds of line, stand for. */
export function Legend({
  series,
  isLines,
  values,
}: {
  readonly series: readonly Series[]
  readonly isLines: boolean
  /** Beside each label; in the order of the series. */
  readonly values?: readonly string[]
}) {
  return (
    <ul className={classes.legend}>
      {series.map((one, i) => (
        <li key={one.id}>
          <Swatch series={one} isLine={isLines} />
          {one.label}
          {values !== undefined && <b>{values[i]}</b>}
        </li>
      ))}
    </ul>
  )
}

export function Swatch({ series, isLine }: { readonly series: Series; readonly isLine: boolean }) {
  const id = useId()
  if (isLine) {
    return (
      <svg width="22" height="8" aria-hidden="true">
        <line
          {...{ x1: 0, x2: 22, y1: 4, y2: 4 }}
          style={{ stroke: series.color, strokeWidth: 2, strokeDasharray: series.dash }}
        />
      </svg>
    )
  }
  return (
    <svg width="12" height="12" aria-hidden="true">
      <Patterns chartId={id} series={[series]} />
      <rect
        width="12"
        height="12"
        rx="2"
        style={{ fill: fillOf(id, series), stroke: series.color }}
      />
    </svg>
  )
}
