import { Badge } from '@mantine/core'
import type { FollowState } from './log-follow.ts'

export function LogState({
  state,
  isPaused,
}: {
  readonly state: FollowState
  readonly isPaused: boolean
}) {
  const [label, color] = stateWords(state, isPaused)
  return (
    <Badge variant="dot" color={color} tt="none" role="status">
      {label}
    </Badge>
  )
}

function stateWords(state: FollowState, isPaused: boolean): [label: string, color: string] {
  switch (state.kind) {
    case 'connecting':
      return ['Connecting', 'gray']
    case 'live':
      return isPaused ? ['Paused', 'yellow'] : ['Live', 'green']
    case 'lost':
      return ['Connection lost, trying again', 'yellow']
    case 'ended':
      return ['The function was deleted', 'gray']
    case 'refused':
      return ['Not followed', 'red']
  }
}
