import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { firstKept, type LogLines, type LogRow } from './log-lines.ts'

export interface PausedView {
  readonly rows: readonly LogRow[]
  readonly isPaused: boolean
  /** That came since it was paused. */
  readonly waiting: number
  readonly follows: boolean
  readonly setFollows: (follows: boolean) => void
  readonly setPaused: (isPaused: boolean) => void
  readonly toNewest: () => void
}

/** While it is paused nothing moves, and what comes is counted. */
export function usePausedView(all: readonly LogRow[], lines: LogLines): PausedView {
  const [pausedAt, setPausedAt] = useState<number>()
  const [follows, setFollows] = useState(true)
  // Other lines are asked for: what is paused is not there any more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => setPausedAt(undefined), [lines])
  const isPaused = pausedAt !== undefined
  const rows = useMemo(
    () => (pausedAt === undefined ? all : all.slice(0, firstKept(all, pausedAt + 1))),
    [all, pausedAt],
  )
  return {
    rows,
    isPaused,
    waiting: all.length - rows.length,
    follows,
    setFollows,
    setPaused: (wanted) => setPausedAt(wanted ? (all.at(-1)?.id ?? 0) : undefined),
    toNewest: () => {
      setPausedAt(undefined)
      setFollows(true)
    },
  }
}

export function PauseButton({ view }: { readonly view: PausedView }) {
  const { isPaused, waiting, setPaused } = view
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <Button
      size="xs"
      variant={isPaused ? 'filled' : 'default'}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => setPaused(!isPaused)}
    >
      {isPaused ? `Go on (${waiting.toLocaleString()} new)` : 'Pause'}
    </Button>
  )
}
