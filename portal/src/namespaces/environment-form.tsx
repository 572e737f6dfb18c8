import { Button, Group, Stack, Text } from '@mantine/core'
import type { Scope } from '../../../src/domain/names.ts'
import { ChangeConflict } from '../ui/change-conflict.tsx'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { DeployState } from './deploy-state.tsx'
import { EnvironmentFields } from './environment-fields.tsx'
import type { ReadNamespace } from './namespace-queries.ts'
import { useEnvironment } from './use-environment.ts'
import { useFaults } from './use-faults.ts'

export interface EnvironmentFormProps {
  readonly scope: Scope
  /** As it is now. */
  readonly read: ReadNamespace
  /** How many functions are deployed again when it changes. */
  readonly functions: number
}

/** What all functions of a namespace find in their environment; their own values come before these. */
export function EnvironmentForm({ scope, read, functions }: EnvironmentFormProps) {
  const form = useEnvironment(scope, read)
  const { environment, isDirty, conflict } = form
  const { shown, areFine, rest, tell } = useFaults(environment, form.error)
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isDirty || form.isPending) return
        tell(!areFine)
        if (areFine) form.save()
      }}
    >
      <LeaveGuard isDirty={isDirty} />
      <EnvironmentFields
        environment={environment}
        faults={shown}
        reached="the functions"
        onChange={form.set}
      />
      {rest !== null && <ErrorNote error={rest} />}
      <Group justify="flex-end" gap="sm">
        {isDirty && functions > 0 && (
          <Text size="sm" c="dimmed">
            The functions of the namespace are deployed again with it.
          </Text>
        )}
        <Button variant="default" disabled={!isDirty || form.isPending} onClick={form.discard}>
          Discard changes
        </Button>
        <Button type="submit" loading={form.isPending} disabled={!isDirty}>
          Save environment
        </Button>
      </Group>
      <DeployState taskId={isDirty ? undefined : form.taskId} />
      {conflict !== undefined && <ChangeConflict {...conflict} />}
    </Stack>
  )
}
