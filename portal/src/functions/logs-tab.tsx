import { Button, Group, Stack, Switch, Text } from '@mantine/core'
import { useClipboard, useLocalStorage } from '@mantine/hooks'
import { IconArrowDown, IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { LogQuery } from '../../../src/client/functions.ts'
import { useDocumentTitle } from '../app/document-title.ts'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { DownloadButton } from '../ui/download-button.tsx'
import { type ListParams, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import { LogFilters } from './log-filters.tsx'
import { type FollowState, useFollowedLines } from './log-follow.ts'
import { type LogLines, type LogRow, ROWS_MAX, textOf } from './log-lines.ts'
import { PauseButton, usePausedView } from './log-pause.tsx'
import { LogRows } from './log-rows.tsx'
import { LogState } from './log-state.tsx'

const HISTORY_LINES = 5_000
/** What was written before comes at once when the way to it is open; later than this there is nothing. */
const SURE_AFTER_MS = 1_000

/** The lines of a function, from the past and as they come. */
export function Component() {
  const mayRead = useMay('viewer')
  const { name } = useFunctionName()
  useDocumentTitle(`Logs of ${name}`)
  return mayRead ? <Logs /> : <NeedsRole least="viewer" />
}

function Logs() {
  const params = useListParams()
  const [limit, setLimit] = useState(HISTORY_LINES)
  const { lines, state, retry } = useFollowedLines(
    useScope(),
    useFunctionName(),
    queryOf(params, limit),
  )
  const [search, version] = [params.get('search'), params.get('version')]
  useEffect(() => lines.setFilter({ search, version }), [lines, search, version])
  const all = useSyncExternalStore(lines.subscribe, lines.shown)
  const view = usePausedView(all, lines)
  const [wraps, setWraps] = useLocalStorage({ key: 'latchkey-logs-wrap', defaultValue: true })
  const isFiltered = FILTERS.some((name) => params.get(name) !== '')
  return (
    <Stack gap="sm">
      <LogFilters params={params} versions={lines.versions} instances={lines.instances} />
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
            onChange={({ currentTarget }) => setWraps(currentTarget.checked)}
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
          <CopyLines rows={view.rows} />
          <DownloadButton size="xs" fileName="lines.log" content={() => textOf(view.rows)}>
            Download
          </DownloadButton>
        </Group>
      </Group>
      {state.kind === 'refused' && <ErrorNote error={state.error} onRetry={retry} />}
      {lines.count >= HISTORY_LINES && limit === HISTORY_LINES && (
        <Text size="sm">
          Older lines than the newest {HISTORY_LINES.toLocaleString()} are not fetched.{' '}
          <Button variant="subtle" size="compact-sm" onClick={() => setLimit(ROWS_MAX)}>
            Fetch up to {ROWS_MAX.toLocaleString()}
          </Button>
        </Text>
      )}
      {view.rows.length > 0 && (
        <LogRows
          rows={view.rows}
          wraps={wraps}
          follows={view.follows && !view.isPaused}
          onFollows={view.setFollows}
          onRequest={(requestId) => params.set({ request_id: requestId })}
        />
      )}
      {view.rows.length === 0 && state.kind !== 'refused' && (
        <NoLines state={state} isFiltered={isFiltered} params={params} />
      )}
    </Stack>
  )
}

const FILTERS = ['search', 'stream', 'since', 'instance', 'version', 'request_id'] as const

/** What the server looks for; the text and the version are looked for here. */
function queryOf(params: ListParams, limit: number): LogQuery {
  const stream = (['stdout', 'stderr', 'system'] as const).find(
    (one) => one === params.get('stream'),
  )
  return {
    limit,
    since: params.get('since') || undefined,
    request_id: params.get('request_id') || undefined,
    instance: params.get('instance') || undefined,
    stream,
  }
}

/** Their text is long, and made only when it is wanted. */
function CopyLines({ rows }: { readonly rows: readonly LogRow[] }) {
  const { copy, copied } = useClipboard({ timeout: 2_000 })
  const Icon = copied ? IconCheck : IconCopy
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => copy(textOf(rows))}
    >
      {copied ? 'Copied' : 'Copy'}
    </Button>
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

function NoLines({
  state,
  isFiltered,
  params,
}: {
  readonly state: FollowState
  readonly isFiltered: boolean
  readonly params: ListParams
}) {
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
