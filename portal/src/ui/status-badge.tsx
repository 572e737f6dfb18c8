import { Badge } from '@mantine/core'
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconHourglass,
  IconMoon,
  type IconProps,
  IconRefresh,
  IconX,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

type Look = readonly [color: string, icon: ComponentType<IconProps>]

/** What each state looks like, by its word in lower case. */
const LOOKS: Readonly<Record<string, Look>> = {
  active: ['green', IconCircleCheck],
  enabled: ['green', IconCircleCheck],
  rotating: ['blue', IconRefresh],
  expired: ['yellow', IconAlertTriangle],
  disabled: ['gray', IconBan],
  scheduled: ['blue', IconClock],
  // Functions and what is built and called
  running: ['green', IconCircleCheck],
  ready: ['green', IconCircleCheck],
  succeeded: ['green', IconCircleCheck],
  finished: ['green', IconCircleCheck],
  delivered: ['green', IconCircleCheck],
  connected: ['green', IconCircleCheck],
  idle: ['gray', IconMoon],
  'scaled to zero': ['gray', IconMoon],
  pending: ['blue', IconHourglass],
  queued: ['blue', IconHourglass],
  waiting: ['blue', IconHourglass],
  building: ['blue', IconHourglass],
  deploying: ['blue', IconHourglass],
  starting: ['blue', IconHourglass],
  failed: ['red', IconX],
  error: ['red', IconX],
  dead: ['red', IconX],
  lagging: ['yellow', IconAlertTriangle],
  lost: ['red', IconX],
  // Nodes, and what they keep apart
  'up to date': ['green', IconCircleCheck],
  holds: ['green', IconCircleCheck],
  'does not hold': ['red', IconX],
  'cut off': ['red', IconX],
  silent: ['red', IconX],
}
const UNKNOWN: Look = ['gray', IconClock]

export interface StatusBadgeProps {
  /** `Active`, as the API says it; shown as it is. */
  readonly status: string
  /** In place of the colour that belongs to the word. */
  readonly color?: string
}

/** A state in colour, sign and word. */
export function StatusBadge({ status, color }: StatusBadgeProps) {
  const [known, Icon] = LOOKS[status.toLowerCase()] ?? UNKNOWN
  return (
    <Badge
      variant="light"
      color={color ?? known}
      tt="none"
      fw={600}
      leftSection={<Icon size={13} aria-hidden />}
      style={{ flexShrink: 0 }}
    >
      {status}
    </Badge>
  )
}
