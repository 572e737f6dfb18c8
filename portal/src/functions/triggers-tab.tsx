import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty, ErrorNote } from '../ui/states.tsx'
import { triggerColumns } from './trigger-columns.tsx'
import { TriggerDialog } from './trigger-dialog.tsx'
import { triggersQuery } from './trigger-queries.ts'
import { useTriggerChanges } from './use-trigger-changes.ts'

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
        <Alert
          color="green"
          icon={<IconPlayerPlay aria-hidden />}
          role="status"
          withCloseButton
          closeButtonLabel="Close"
          onClose={changes.run.reset}
          title={`${changes.run.variables} was started`}
        >
          <Anchor
            component={Link}
            to={place(changes.run.data.call_id)}
            underline="always"
            c="var(--mantine-color-text)"
          >
            See what becomes of it
          </Anchor>
        </Alert>
      )}
      {changes.run.isError && <ErrorNote error={changes.run.error} />}
      {changes.enable.isError && <ErrorNote error={changes.enable.error} />}
      <DataTable
        label="Triggers"
        columns={triggerColumns(place)}
        rows={triggers.data?.results}
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
            <RowMenu
              name={trigger.name}
              actions={[
                { label: 'Run now', onClick: () => changes.run.mutate(trigger.name) },
                { label: 'Edit', onClick: () => setDialog({ kind: 'form', trigger }) },
                {
                  label: trigger.enabled ? 'Disable' : 'Enable',
                  onClick: () => changes.enable.mutate(trigger),
                },
                {
                  label: 'Delete',
                  isDangerous: true,
                  onClick: () => setDialog({ kind: 'delete', trigger }),
                },
              ]}
            />
          ),
        })}
      />
      {dialog?.kind === 'form' && <TriggerDialog trigger={dialog.trigger} onClose={close} />}
      <Confirm
        opened={dialog?.kind === 'delete'}
        title={`Delete ${dialog?.trigger?.name ?? 'trigger'}?`}
        action="Delete trigger"
        isDangerous
        isPending={changes.remove.isPending}
        error={changes.remove.error}
        onConfirm={() => changes.remove.mutate(dialog!.trigger!.name, { onSuccess: close })}
        onClose={() => {
          changes.remove.reset()
          close()
        }}
      >
        <Text>It calls the function no more. Runs that have begun go on.</Text>
      </Confirm>
    </Stack>
  )
}
