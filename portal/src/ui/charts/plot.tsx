import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { DrawnPlotProps } from './drawn-plot.tsx'

const DrawnPlot = lazy(async () => ({ default: (await import('./drawn-plot.tsx')).DrawnPlot }))
const HEIGHT = 200

export interface PlotProps extends Omit<DrawnPlotProps, 'height'> {
  readonly height?: number
}

/** What is drawn of a chart. What draws is fetched when the first one is shown; its place is kept. */
export function Plot({ height = HEIGHT, ...props }: PlotProps) {
  return (
    <Suspense fallback={<Skeleton height={height} />}>
      <DrawnPlot {...props} height={height} />
    </Suspense>
  )
}
