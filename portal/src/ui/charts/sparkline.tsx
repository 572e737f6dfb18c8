import classes from './charts.module.css'
import { type ChartColor, COLORS } from './series.ts'

export interface SparklineProps {
  /** Null where there is nothing to say. */
  readonly values: readonly (number | null)[]
  /** Drawn over the bars, in red: how many of each failed. */
  readonly errors?: readonly number[]
  /** What it says, for those who do not see it. */
  readonly label: string
  readonly shape?: 'bars' | 'line'
  readonly color?: ChartColor
}

const WIDTH = 84
const HEIGHT = 22

/** A few numbers in a row, drawn as small as a word. */
export function Sparkline(props: SparklineProps) {
  const { values, errors = [], label, shape = 'bars', color = COLORS.cyan } = props
  const top = Math.max(...values.map((value) => value ?? 0), 1e-9)
  const step = WIDTH / Math.max(1, values.length)
  const y = (value: number) => HEIGHT - 1 - (value / top) * (HEIGHT - 3)
  const bar = (value: number, at: number, fill: ChartColor, key: string) => (
    <rect
      key={key}
      x={at * step + 0.5}
      width={step - 1}
      y={Math.min(y(value), HEIGHT - 2)}
      height={HEIGHT - Math.min(y(value), HEIGHT - 2)}
      style={{ fill }}
    />
  )
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      style={{ width: WIDTH, height: HEIGHT }}
      role="img"
      aria-label={label}
    >
      <line className={classes.grid} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {shape === 'bars' &&
        values.map((value, i) =>
          value === null || value === 0 ? null : bar(value, i, color, `v${i}`),
        )}
      {errors.map((count, i) => (count === 0 ? null : bar(count, i, COLORS.red, `e${i}`)))}
      {shape === 'line' && (
        <path
          d={linePath(values, (i) => (i + 0.5) * step, y)}
          fill="none"
          strokeLinecap="round"
          style={{ stroke: color, strokeWidth: 1.5 }}
        />
      )}
    </svg>
  )
}

/** One that stands alone is a short line. */
function linePath(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  return values
    .map((value, i) => {
      if (value === null) return ''
      const before = values[i - 1] ?? null
      const isAlone = before === null && (values[i + 1] ?? null) === null
      return `${before === null ? 'M' : 'L'}${x(i)} ${y(value)}${isAlone ? ' h2' : ''}`
    })
    .join(' ')
}
