import { Anchor, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CallSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useDocumentTitle } from '../app/document-title.ts'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { CallDialog } from './call-dialog.tsx'
import { callsKey, callsQuery } from './call-queries.ts'
import { CALL_STATES, callStateText, reasonText } from './call-words.ts'
import { statusText } from './test-words.ts'

const STATES = [
  { value: '', label: 'All states' },
  ...CALL_STATES.map((state) => ({ value: state, label: callStateText(state) })),
]

/** Calls whose callers do not wait. */
export function Component() {
  const mayRead = useMay('viewer')
  const { name } = useFunctionName()
  useDocumentTitle(`Calls of ${name}`)
  return mayRead ? <Calls /> : <NeedsRole least="viewer" />
}

function Calls() {
  const scope = useScope()
  const fn = useFunctionName()
  const mayChange = useMay('editor')
  const params = useListParams()
  const state = CALL_STATES.find((one) => one === params.get('state'))
  const calls = useQuery(callsQuery(scope, fn, { state, limit: PAGE_SIZE, offset: params.offset }))
  const { retry, remove } = useCallChanges()
  const [deleted, setDeleted] = useState<CallSerializer>()
  const openedId = params.get('call')
  const keepPage = { page: params.page }
  const open = (id: string | undefined) => {
    retry.reset()
    params.set({ call: id, ...keepPage })
  }
  const closeDelete = () => {
    remove.reset()
    setDeleted(undefined)
  }
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw={640}>
          Calls whose callers do not wait: sent with <code>Prefer: respond-async</code>, or made by
          triggers. They are kept, and tried again when they fail.
        </Text>
        <NativeSelect
          aria-label="State"
          data={STATES}
          value={state ?? ''}
          onChange={({ currentTarget }) => params.set({ state: currentTarget.value })}
        />
      </Group>
      <DataTable
        label="Calls"
        columns={columnsOf(open)}
        rows={calls.data?.results}
        rowId={({ id }) => id}
        error={calls.error}
        onRetry={() => void calls.refetch()}
        {...(calls.data && { total: calls.data.count })}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        empty={
          state === undefined ? (
            <Empty title="No call is kept">
              A caller that does not want to wait sends <code>Prefer: respond-async</code> and gets
              an id to ask with. What has ended is kept for a while.
            </Empty>
          ) : (
            <Empty title={`No call is ${state}`} />
          )
        }
        rowActions={(call) => (
          <RowMenu
            label={`Actions for the call ${call.id}`}
            actions={[
              { label: 'Open', onClick: () => open(call.id) },
              ...(mayChange && call.state === 'dead'
                ? [{ label: 'Try again', onClick: () => retry.mutate(call.id) }]
                : []),
              ...(mayChange
                ? [{ label: 'Delete', isDangerous: true, onClick: () => setDeleted(call) }]
                : []),
            ]}
          />
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
      <Confirm
        opened={deleted !== undefined}
        title="Delete the call?"
        action="Delete call"
        isDangerous
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(deleted!.id, {
            onSuccess: () => {
              open(undefined)
              closeDelete()
            },
          })
        }
        onClose={closeDelete}
      >
        <Text>
          It is tried no more, and its answer is gone: whoever made it is told that there is no such
          call.
        </Text>
      </Confirm>
    </Stack>
  )
}

function useCallChanges() {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  const onSuccess = () => queries.invalidateQueries({ queryKey: [...callsKey(scope, fn), 'list'] })
  return {
    retry: useMutation({
      mutationFn: (id: string) => api.functions.retryCall(scope, fn, id),
      onSuccess: () => queries.invalidateQueries({ queryKey: callsKey(scope, fn) }),
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.functions.deleteCall(scope, fn, id),
      onSuccess,
    }),
  }
}

function columnsOf(open: (id: string) => void): Column<CallSerializer>[] {
  return [
    {
      id: 'request',
      header: 'Request',
      cell: ({ id, method, path }) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="left"
          style={{ overflowWrap: 'anywhere' }}
          aria-label={`${method} ${path}, call ${id}`}
          onClick={() => open(id)}
        >
          {method} {path}
        </Anchor>
      ),
    },
    {
      id: 'state',
      header: 'State',
      cell: ({ state }) => <StatusBadge status={callStateText(state)} />,
    },
    {
      id: 'answer',
      header: 'Last answer',
      cell: ({ status, code }) =>
        status === null || status === 0
          ? code === null
            ? '—'
            : reasonText(code)
          : statusText(status),
    },
    { id: 'tries', header: 'Tries', align: 'right', cell: ({ attempts }) => attempts },
    {
      id: 'by',
      header: 'Made by',
      from: 'md',
      cell: ({ trigger, key_id: keyId }) =>
        trigger === null ? (keyId === null ? 'No key' : 'A key') : `Trigger ${trigger}`,
    },
    {
      id: 'accepted',
      header: 'Accepted',
      from: 'sm',
      cell: ({ accepted_at: at }) => <TimeText time={at} />,
    },
  ]
}
