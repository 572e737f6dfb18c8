import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { DataTable } from '../ui/data-table.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty, ErrorNote } from '../ui/states.tsx'
import { DeleteTrigger } from './delete-trigger.tsx'
import { triggerColumns } from './trigger-columns.tsx'
import { TriggerDialog } from './trigger-dialog.tsx'
import { triggersQuery } from './trigger-queries.ts'
import { type TriggerChanges, useSwitched, useTriggerChanges } from './use-trigger-changes.ts'

/** What calls the function by the clock. */
export function Component() {
  const mayRead = useMay('viewer')
  return mayRead ? <Triggers /> : <NeedsRole least="viewer" />
}

type Dialog =
  | { readonly kind: 'form'; readonly trigger: TriggerSerializer | undefined }
  | { readonly kind: 'delete'; readonly trigger: TriggerSerializer }

function Triggers() {
  const scope = useScope()
  const fn = useFunctionName()
  const mayChange = useMay('editor')
  const triggers = useQuery(triggersQuery(scope, fn))
  const shown = useSwitched(triggers.data?.results)
  const changes = useTriggerChanges()
  const [dialog, setDialog] = useState<Dialog>()
  const close = () => setDialog(undefined)
  const create = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: 'form', trigger: undefined })}
      disabled={!mayChange}
      {...(!mayChange && { title: roleNeededText('editor') })}
    >
      Create trigger
    </Button>
  )
  const place = (callId: string) => `${places.fn(scope, fn, 'calls')}?call=${callId}`
  const isEmpty = triggers.data?.results.length === 0
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw={640}>
          A trigger calls the function by the clock. Each run is a call that is tried again when it
          fails, and needs no key.
        </Text>
        {!isEmpty && create}
      </Group>
      {changes.run.isSuccess && (
        <Started
          name={changes.run.variables}
          place={place(changes.run.data.call_id)}
          onClose={changes.run.reset}
        />
      )}
      {changes.run.isError && <ErrorNote error={changes.run.error} />}
      <DataTable
        label="Triggers"
        columns={triggerColumns(place)}
        rows={shown}
        rowId={({ id }) => id}
        error={triggers.error}
        onRetry={() => void triggers.refetch()}
        empty={
          <Empty title="Nothing calls this function by the clock" action={create}>
            A trigger has a schedule such as “every day at 06:00” and what to call the function
            with.
          </Empty>
        }
        {...(mayChange && {
          rowActions: (trigger: TriggerSerializer) => (
            <TriggerMenu trigger={trigger} changes={changes} onDialog={setDialog} />
          ),
        })}
      />
      {dialog?.kind === 'form' && <TriggerDialog trigger={dialog.trigger} onClose={close} />}
      <DeleteTrigger
        trigger={dialog?.kind === 'delete' ? dialog.trigger : undefined}
        onClose={close}
      />
    </Stack>
  )
}

interface StartedProps {
  readonly name: string
  /** Where the call that it became is shown. */
  readonly place: string
  readonly onClose: () => void
}

function Started({ name, place, onClose }: StartedProps) {
  return (
    <Alert
      color="green"
      icon={<IconPlayerPlay aria-hidden />}
      role="status"
      withCloseButton
      closeButtonLabel="Close"
      onClose={onClose}
      title={`${name} was started`}
    >
      <Anchor component={Link} to={place} underline="always" c="var(--mantine-color-text)">
        See what becomes of it
      </Anchor>
    </Alert>
  )
}

interface TriggerMenuProps {
  readonly trigger: TriggerSerializer
  readonly changes: TriggerChanges
  readonly onDialog: (dialog: Dialog) => void
}

function TriggerMenu({ trigger, changes, onDialog }: TriggerMenuProps) {
  return (
    <RowMenu
      name={trigger.name}
      actions={[
        { label: 'Run now', onClick: () => changes.run.mutate(trigger.name) },
        { label: 'Edit', onClick: () => onDialog({ kind: 'form', trigger }) },
        {
          label: trigger.enabled ? 'Disable' : 'Enable',
          onClick: () => changes.enable(trigger),
        },
        {
          label: 'Delete',
          isDangerous: true,
          onClick: () => onDialog({ kind: 'delete', trigger }),
        },
      ]}
    />
  )
}
