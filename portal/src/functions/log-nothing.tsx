import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ListParams } from '../ui/list-params.ts'
import { Empty, LoadingRows } from '../ui/states.tsx'
import type { FollowState } from './log-follow.ts'
import { FILTERS } from './log-query.ts'

/** What was written before comes at once when the way to it is open; later than this there is nothing. */
const SURE_AFTER_MS = 1_000

export interface NoLinesProps {
  readonly state: FollowState
  readonly isFiltered: boolean
  readonly params: ListParams
}

/** In the place of lines: none has come yet, none is there, or none is like that. */
export function NoLines({ state, isFiltered, params }: NoLinesProps) {
  const isLive = state.kind === 'live'
  const [isSure, setSure] = useState(false)
  useEffect(() => {
    if (!isLive) return
    const timer = setTimeout(() => setSure(true), SURE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [isLive])
  if (state.kind === 'connecting' || (isLive && !isSure)) return <LoadingRows />
  if (isFiltered) {
    const nothing = Object.fromEntries(FILTERS.map((name) => [name, undefined]))
    return (
      <Empty
        title="No line is like that"
        action={
          <Button variant="default" onClick={() => params.set(nothing)}>
            Show all lines
          </Button>
        }
      >
        What comes and fits is shown here at once.
      </Empty>
    )
  }
  return (
    <Empty title="The function has written nothing yet">
      What it writes to its standard output and error stands here at once, and what Latchkey tells
      of its instances.
    </Empty>
  )
}
