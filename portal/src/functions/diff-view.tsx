import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { CodeLanguage } from '../ui/code-languages.ts'

export interface DiffViewProps {
  /** What is compared, for those who do not see it: `handler.js`. */
  readonly label: string
  readonly language: CodeLanguage
  readonly before: string
  readonly after: string
  /** `Version 3`. */
  readonly beforeName: string
  readonly afterName: string
}

const DiffMerge = lazy(() => import('./diff-merge.tsx'))

/** Two texts and what differs: side by side where there is room, else one below the other. */
export function DiffView(props: DiffViewProps) {
  return (
    <Suspense fallback={<Skeleton height="8rem" aria-busy="true" />}>
      <DiffMerge {...props} />
    </Suspense>
  )
}
