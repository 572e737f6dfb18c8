import { Button, Stack, Text } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { type ListParams, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { LogBar } from './log-bar.tsx'
import { LogFilters } from './log-filters.tsx'
import { useFollowedLines } from './log-follow.ts'
import { ROWS_MAX } from './log-lines.ts'
import { NoLines } from './log-nothing.tsx'
import { usePausedView } from './log-pause.tsx'
import { FILTERS, logQueryOf } from './log-query.ts'
import { LogRows } from './log-rows.tsx'

const HISTORY_LINES = 5_000

/** The lines of a function, from the past and as they come. */
export function Component() {
  const mayRead = useMay('viewer')
  return mayRead ? <Logs /> : <NeedsRole least="viewer" />
}

function Logs() {
  const params = useListParams()
  const { lines, state, retry, fetchMore } = useLines(params)
  const view = usePausedView(useSyncExternalStore(lines.subscribe, lines.shown), lines)
  const [wraps, setWraps] = useLocalStorage({ key: 'latchkey-logs-wrap', defaultValue: true })
  const isFiltered = FILTERS.some((name) => params.get(name) !== '')
  return (
    <Stack gap="sm">
      <LogFilters params={params} versions={lines.versions} instances={lines.instances} />
      <LogBar {...{ view, lines, state, isFiltered, wraps }} onWraps={setWraps} />
      {state.kind === 'refused' && <ErrorNote error={state.error} onRetry={retry} />}
      {fetchMore !== undefined && (
        <Text size="sm">
          Older lines than the newest {HISTORY_LINES.toLocaleString()} are not fetched.{' '}
          <Button variant="subtle" size="compact-sm" onClick={fetchMore}>
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

/** The lines that the address asks for; `fetchMore` when there may be older ones. */
function useLines(params: ListParams) {
  const [limit, setLimit] = useState(HISTORY_LINES)
  const followed = useFollowedLines(useScope(), useFunctionName(), logQueryOf(params, limit))
  const { lines } = followed
  const [search, version] = [params.get('search'), params.get('version')]
  useEffect(() => lines.setFilter({ search, version }), [lines, search, version])
  const hasMore = lines.count >= HISTORY_LINES && limit === HISTORY_LINES
  return { ...followed, fetchMore: hasMore ? () => setLimit(ROWS_MAX) : undefined }
}
