import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import type { KeyDialogProps } from './delete-key.tsx'
import { LastUse, LastUseWarning } from './key-last-use.tsx'
import { PropagationList, usePropagation } from './key-propagation.tsx'
import { keyQuery, keysChanged } from './key-queries.ts'
import { tellLagging } from './key-told.tsx'

/** Switches a key off, or on again; done when that is in force on every node. */
export function SwitchKey({ apiKey, onClose, isOn }: KeyDialogProps & { readonly isOn: boolean }) {
  const scope = useScope()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const fresh = useQuery({ ...keyQuery(scope, apiKey.name), staleTime: 0 })
  const key = fresh.data?.key ?? apiKey
  const change = useMutation({
    mutationFn: () => api.keys.switch(scope, key.name, isOn),
    onSuccess: ({ lagging }) => {
      const what = `${isOn ? 'Enabling' : 'Disabling'} ${key.name}`
      if (lagging.length > 0) void tellLagging({ scope, key, queryClient, navigate }, what)
      void keysChanged(queryClient, scope)
    },
  })
  const propagation = usePropagation(scope, key.id, {
    isAsked: change.isPending,
    isDone: () => false,
  })
  const shown = propagation.data?.state === 'applied' ? undefined : propagation.data
  return (
    <Modal opened onClose={onClose} title={`${isOn ? 'Enable' : 'Disable'} ${key.name}?`}>
      <Stack>
        {isOn ? (
          <Text>
            <LastUse used={key} />
          </Text>
        ) : (
          <LastUseWarning used={key} />
        )}
        <Text size="sm">
          {isOn
            ? 'It opens again what it opened before.'
            : 'It opens nothing until it is enabled again. Nothing else of it changes.'}
        </Text>
        {change.isPending && shown !== undefined && <PropagationList propagation={shown} />}
        {change.isError && <ErrorNote error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={change.isPending}
            onClick={() => change.mutate(undefined, { onSuccess: onClose })}
            data-autofocus
            {...(!isOn && { color: 'red' })}
          >
            {isOn ? 'Enable' : 'Disable'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
