import { Text } from '@mantine/core'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useConfirmed } from '../ui/use-confirmed.ts'
import { triggersKey } from './trigger-queries.ts'

export interface DeleteTriggerProps {
  /** Undefined while nothing is asked. */
  readonly trigger: TriggerSerializer | undefined
  readonly onClose: () => void
}

export function DeleteTrigger({ trigger, onClose }: DeleteTriggerProps) {
  const scope = useScope()
  const fn = useFunctionName()
  const { shown, dialog } = useConfirmed({
    thing: trigger,
    change: ({ name }) => api.triggers.delete(scope, fn, name),
    changes: [triggersKey(scope, fn)],
    onClose,
  })
  return (
    <Confirm
      {...dialog}
      title={`Delete ${shown?.name ?? 'trigger'}?`}
      action="Delete trigger"
      isDangerous
    >
      <Text>It calls the function no more. Runs that have begun go on.</Text>
    </Confirm>
  )
}
