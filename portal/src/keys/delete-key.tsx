import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { useIsHere } from '../ui/use-is-here.ts'
import { LastUseWarning } from './key-last-use.tsx'
import { PropagationList, usePropagation } from './key-propagation.tsx'
import { keyQuery, keysChanged } from './key-queries.ts'
import { tellDeleted, tellLagging } from './key-told.tsx'

const ANOTHER = new Error('This key was deleted meanwhile, and another one has its name now.')

export interface KeyDialogProps {
  readonly apiKey: FaasApiKeySerializer
  readonly onClose: () => void
}

/**
 * Deletes a key: its name is typed, its last use is told, and it is gone when no node lets it through
 * any more. `onGone` is called then.
 */
export function DeleteKey({
  apiKey,
  onClose,
  onGone,
}: KeyDialogProps & { readonly onGone?: (() => void) | undefined }) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const isHere = useIsHere()
  const [leaked, setLeaked] = useState(false)
  // What was used a moment ago must be known, and that it is the same key still.
  const fresh = useQuery({ ...keyQuery(scope, apiKey.name), staleTime: 0 })
  const isAnother = fresh.data !== undefined && fresh.data.key.id !== apiKey.id
  const key = isAnother ? apiKey : (fresh.data?.key ?? apiKey)
  const told = { scope, key, queryClient, navigate }

  const tell = () => {
    tellDeleted(told, leaked)
    void keysChanged(queryClient, scope, key)
  }
  const waitInBackground = () => {
    void tellLagging(told, `The deletion of ${key.name}`)
    void keysChanged(queryClient, scope, key)
  }
  const leave = () => {
    onGone?.()
    onClose()
  }
  const deletion = useMutation({
    mutationFn: () => api.keys.delete(scope, key.name, { leaked }, { ifMatch: fresh.data?.tag }),
    onSuccess: ({ lagging }) => {
      if (lagging.length === 0) tell()
      else if (!isHere()) waitInBackground()
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'changed_meanwhile') void fresh.refetch()
    },
  })
  const lags = deletion.isSuccess && deletion.data.lagging.length > 0
  const propagation = usePropagation(scope, key.id, {
    isAsked: deletion.isPending || lags,
    isDone: ({ deleted, state }) => deleted && state === 'applied',
  })
  // Before the deletion is made, the standing is that of an earlier change.
  const shown = propagation.data?.deleted === true ? propagation.data : undefined

  const isApplied = lags && shown?.state === 'applied'
  const finish = useEffectEvent(() => {
    leave()
    tell()
  })
  useEffect(() => {
    if (isApplied) finish()
  }, [isApplied])

  if (lags) {
    const leaveEarly = () => {
      leave()
      waitInBackground()
    }
    return (
      <Modal
        opened
        onClose={leaveEarly}
        title={`${key.name} is deleted, but not in force everywhere`}
      >
        <Stack>
          {shown !== undefined && <PropagationList propagation={shown} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={leaveEarly} data-autofocus>
              Wait in the background
            </Button>
          </Group>
        </Stack>
      </Modal>
    )
  }
  return (
    <ConfirmByName
      opened
      title={`Delete ${key.name}?`}
      name={key.name}
      action={leaked ? 'Delete for good' : 'Delete'}
      isPending={deletion.isPending || fresh.isPending}
      error={isAnother ? ANOTHER : deletion.error}
      onConfirm={() => {
        if (isAnother) return
        deletion.mutate(undefined, {
          // Not when the dialog was closed meanwhile: another may be open by then, or another page.
          onSuccess: ({ lagging }) => {
            if (lagging.length === 0) leave()
          },
        })
      }}
      onClose={onClose}
    >
      <LastUseWarning used={key} />
      <Text size="sm">
        {leaked
          ? 'It can never be brought back, and not even a trace of its secret is kept.'
          : 'It can be brought back, with the secret that it has: for 30 days, or as long as this server is told to keep it.'}
      </Text>
      <Checkbox
        label="The secret leaked: delete for good"
        checked={leaked}
        onChange={(event) => setLeaked(event.currentTarget.checked)}
        disabled={deletion.isPending}
      />
      {shown !== undefined && <PropagationList propagation={shown} />}
    </ConfirmByName>
  )
}
