import classes from './charts.module.css'
import { Swatch } from './legend.tsx'
import { stepText } from './scale.ts'
import type { ChartData, ChartPoint } from './series.ts'

export interface ChartTipProps extends ChartData {
  /** None while none is pointed at. */
  readonly point: ChartPoint | undefined
  readonly rangeMs: number
  readonly isLines: boolean
}

/** The values of a step, also said aloud. */
export function ChartTip({ point, ...props }: ChartTipProps) {
  return (
    <div role="status" className={classes.tip}>
      {point !== undefined && <Values {...props} point={point} />}
    </div>
  )
}

function Values(props: ChartTipProps & { readonly point: ChartPoint }) {
  const { point, series, format, stepMs, rangeMs, isLines } = props
  const rows = series.flatMap((one, i) => {
    const value = point.values[i]
    const isShown = value !== null && value !== undefined && (isLines || value > 0)
    return isShown ? [{ one, value }] : []
  })
  return (
    <>
      <strong>{stepText(point.atMs, stepMs, rangeMs)}</strong>
      {rows.length === 0 && <div>Nothing</div>}
      {rows.map(({ one, value }) => (
        <div key={one.id} className={classes.tipRow}>
          <Swatch series={one} isLine={isLines} />
          {one.label}
          <span className={classes.tipValue}>{format(value)}</span>
        </div>
      ))}
    </>
  )
}
