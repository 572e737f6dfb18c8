import { Button } from '@mantine/core'
import { copyText } from '../ui/copy-text.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { curlOf, sentFileOf } from './test-request.ts'
import type { TestRun } from './test-runs.ts'
import { durationText, statusText } from './test-words.ts'

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

export interface TestHistoryProps {
  readonly runs: readonly TestRun[]
  readonly endpoint: string
  readonly shownId: number
  readonly onShow: (run: TestRun) => void
  /** Fills the form with what was sent. */
  readonly onReuse: (run: TestRun) => void
}

/** What was tried since the page was opened. */
export function TestHistory({ runs, endpoint, shownId, onShow, onReuse }: TestHistoryProps) {
  const columns: Column<TestRun>[] = [
    {
      id: 'request',
      header: 'Request',
      cell: (run) => (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-pressed={run.id === shownId}
          onClick={() => onShow(run)}
          maw="100%"
        >
          {run.request.method} {run.request.path}
        </Button>
      ),
    },
    { id: 'at', header: 'At', from: 'sm', cell: ({ at }) => TIME.format(at) },
    { id: 'key', header: 'Key', cell: ({ request }) => request.key ?? '—' },
    {
      id: 'status',
      header: 'Answer',
      cell: ({ answer: { status } }) => (status === 0 ? 'None' : statusText(status)),
    },
    {
      id: 'duration',
      header: 'Took',
      align: 'right',
      cell: ({ answer }) => durationText(answer.duration_ms),
    },
    {
      id: 'start',
      header: 'Start',
      from: 'md',
      cell: ({ answer }) => (answer.instance === null ? '—' : answer.cold ? 'Cold' : 'Warm'),
    },
  ]
  return (
    <DataTable
      label="Tries since this page was opened"
      columns={columns}
      rows={runs}
      rowId={({ id }) => id}
      empty={null}
      rowActions={(run) => (
        <RowMenu
          label={`Actions for the try at ${TIME.format(run.at)}`}
          actions={[
            { label: 'Show the answer', onClick: () => onShow(run) },
            { label: 'Fill the form with it', onClick: () => onReuse(run) },
            {
              label: 'Copy as curl',
              onClick: () => void copyText(curlOf(endpoint, run.request, sentFileOf(run.draft))),
            },
          ]}
        />
      )}
    />
  )
}
