import { Button, Group, Switch, Text } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { CopyButton } from '../ui/copy-button.tsx'
import { DownloadButton } from '../ui/download-button.tsx'
import type { FollowState } from './log-follow.ts'
import { type LogLines, type LogRow, textOf } from './log-lines.ts'
import { PauseButton, type PausedView } from './log-pause.tsx'
import { LogState } from './log-state.tsx'

export interface LogBarProps {
  readonly view: PausedView
  readonly lines: LogLines
  readonly state: FollowState
  readonly isFiltered: boolean
  readonly wraps: boolean
  readonly onWraps: (wraps: boolean) => void
}

/** How many lines are shown and whether more come; how they are drawn, copied and saved. */
export function LogBar({ view, lines, state, isFiltered, wraps, onWraps }: LogBarProps) {
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="sm">
        <LogState state={state} isPaused={view.isPaused} />
        <Text size="sm" c="dimmed">
          {countText(view.rows, lines, isFiltered)}
        </Text>
      </Group>
      <Group gap="xs">
        <Switch
          label="Wrap"
          checked={wraps}
          onChange={({ currentTarget }) => onWraps(currentTarget.checked)}
        />
        <PauseButton view={view} />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowDown size={16} aria-hidden />}
          disabled={view.follows && !view.isPaused}
          onClick={view.toNewest}
        >
          To the newest
        </Button>
        <CopyButton value={() => textOf(view.rows)} label="Copy" wide size="xs" />
        <DownloadButton size="xs" fileName="lines.log" content={() => textOf(view.rows)}>
          Download
        </DownloadButton>
      </Group>
    </Group>
  )
}

function countText(rows: readonly LogRow[], lines: LogLines, isFiltered: boolean): string {
  const shown = rows.length.toLocaleString()
  const count = isFiltered
    ? `${shown} lines of ${lines.count.toLocaleString()} that were fetched`
    : `${shown} ${rows.length === 1 ? 'line' : 'lines'}`
  if (lines.dropped === 0) return count
  return `${count}; the oldest ${lines.dropped.toLocaleString()} were dropped here to save memory`
}
