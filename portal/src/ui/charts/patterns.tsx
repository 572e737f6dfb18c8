import type { ChartPattern, Series } from './series.ts'

const SIZE = 6
/** What a pattern is drawn with, over its own colour made pale. */
const LINES: Readonly<Record<Exclude<ChartPattern, 'solid'>, string>> = {
  stripes: 'M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2',
  'back-stripes': 'M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2',
  grid: 'M0,3 h6 M3,0 v6',
  dots: 'M3,3 h0.01',
}

/** What areas are filled with, for the `fill` of the same chart; see `fillOf`. */
export function Patterns({
  chartId,
  series,
}: {
  readonly chartId: string
  readonly series: readonly Series[]
}) {
  return (
    <defs>
      {series.map(({ id, color, pattern = 'solid' }) =>
        pattern === 'solid' ? null : (
          <pattern
            key={id}
            id={patternId(chartId, id)}
            width={SIZE}
            height={SIZE}
            patternUnits="userSpaceOnUse"
          >
            <rect width={SIZE} height={SIZE} style={{ fill: color, fillOpacity: 0.3 }} />
            <path
              d={LINES[pattern]}
              style={{ stroke: color, strokeWidth: pattern === 'dots' ? 3 : 1.6 }}
              strokeLinecap={pattern === 'dots' ? 'round' : 'butt'}
            />
          </pattern>
        ),
      )}
    </defs>
  )
}

export function fillOf(chartId: string, { id, color, pattern = 'solid' }: Series): string {
  return pattern === 'solid' ? color : `url(#${patternId(chartId, id)})`
}

function patternId(chartId: string, seriesId: string): string {
  return `${chartId}-${seriesId}`
}
