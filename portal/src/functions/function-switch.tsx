import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FunctionName, formatFunctionName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'

export interface SwitchFunctionProps {
  readonly name: FunctionName
  /** As it is now. */
  readonly disabled: boolean
  readonly opened: boolean
  readonly onClose: () => void
}

/** Disables a function, or enables it again. */
export function SwitchFunction({ name, disabled, opened, onClose }: SwitchFunctionProps) {
  const scope = useScope()
  const changed = useFunctionsChanged()
  const change = useMutation({
    mutationFn: async () =>
      waitForTasks(await api.functions.update(scope, name, { disabled: !disabled })),
    onSuccess: onClose,
    onSettled: changed,
  })
  const action = disabled ? 'Enable' : 'Disable'
  return (
    <Modal opened={opened} onClose={onClose} title={`${action} ${formatFunctionName(name)}?`}>
      <Stack>
        <Text>
          {disabled
            ? 'The function takes calls again, with the version that served before.'
            : 'Every call is answered 503 from then on, with or without a key. Nothing is lost: code, versions and keys stay, and it can be enabled at any time.'}
        </Text>
        {change.isError && <ErrorNote error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color={disabled ? 'cyan' : 'red'}
            loading={change.isPending}
            onClick={() => change.mutate()}
            data-autofocus
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
