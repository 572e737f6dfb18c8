import { Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CallSerializer, CallStateChoices } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { type RowAction, RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { CallDialog } from './call-dialog.tsx'
import { callsQuery } from './call-queries.ts'
import { CALL_STATES, callStateText } from './call-words.ts'
import { callColumns } from './calls-columns.tsx'
import { DeleteCall } from './delete-call.tsx'
import { useCallChanges } from './use-call-changes.ts'

const STATES = [
  { value: '', label: 'All states' },
  ...CALL_STATES.map((state) => ({ value: state, label: callStateText(state) })),
]

/** Calls whose callers do not wait. */
export function Component() {
  const mayRead = useMay('viewer')
  return mayRead ? <Calls /> : <NeedsRole least="viewer" />
}

function Calls() {
  const mayChange = useMay('editor')
  const params = useListParams()
  const state = CALL_STATES.find((one) => one === params.get('state'))
  const query = { state, limit: PAGE_SIZE, offset: params.offset }
  const calls = useQuery(callsQuery(useScope(), useFunctionName(), query))
  const { retry, remove } = useCallChanges()
  const [deleted, setDeleted] = useState<CallSerializer>()
  const openedId = params.get('call')
  const open = (id: string | undefined) => {
    retry.reset()
    params.set({ call: id, page: params.page })
  }
  const actionsOf = (call: CallSerializer): RowAction[] => [
    { label: 'Open', onClick: () => open(call.id) },
    ...(mayChange && call.state === 'dead'
      ? [{ label: 'Try again', onClick: () => retry.mutate(call.id) }]
      : []),
    ...(mayChange ? [{ label: 'Delete', isDangerous: true, onClick: () => setDeleted(call) }] : []),
  ]
  return (
    <Stack gap="md">
      <Head state={state} onState={(chosen) => params.set({ state: chosen })} />
      <DataTable
        label="Calls"
        columns={callColumns(open)}
        rows={calls.data?.results}
        rowId={({ id }) => id}
        error={calls.error}
        onRetry={() => void calls.refetch()}
        {...(calls.data && { total: calls.data.count })}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        empty={<NoCalls state={state} />}
        rowActions={(call) => (
          <RowMenu label={`Actions for the call ${call.id}`} actions={actionsOf(call)} />
        )}
      />
      {openedId !== '' && deleted === undefined && (
        <CallDialog
          id={openedId}
          mayChange={mayChange}
          isRetrying={retry.isPending}
          error={retry.error}
          onRetry={(call) => retry.mutate(call.id)}
          onDelete={setDeleted}
          onClose={() => open(undefined)}
        />
      )}
      <DeleteCall
        call={deleted}
        remove={remove}
        onDeleted={() => open(undefined)}
        onClose={() => setDeleted(undefined)}
      />
    </Stack>
  )
}

function Head({
  state,
  onState,
}: {
  readonly state: CallStateChoices | undefined
  readonly onState: (state: string) => void
}) {
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" maw={640}>
        Calls whose callers do not wait: sent with <code>Prefer: respond-async</code>, or made by
        triggers. They are kept, and tried again when they fail.
      </Text>
      <NativeSelect
        aria-label="State"
        data={STATES}
        value={state ?? ''}
        onChange={({ currentTarget }) => onState(currentTarget.value)}
      />
    </Group>
  )
}

function NoCalls({ state }: { readonly state: CallStateChoices | undefined }) {
  if (state !== undefined) return <Empty title={`No call is ${state}`} />
  return (
    <Empty title="No call is kept">
      A caller that does not want to wait sends <code>Prefer: respond-async</code> and gets an id to
      ask with. What has ended is kept for a while.
    </Empty>
  )
}
