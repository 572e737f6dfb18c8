import {
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  Select,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { timeZone } from '../ui/times.ts'
import { HeaderRows } from './header-rows.tsx'
import { NextRuns } from './next-runs.tsx'
import { takesBody } from './test-request.ts'
import {
  bodyOf,
  draftOf,
  headerFaults,
  SCHEDULES,
  TRIGGER_METHODS,
  type TriggerDraft,
} from './trigger-draft.ts'
import { runsQuery, triggersKey } from './trigger-queries.ts'

const FIELDS = ['name', 'schedule', 'timezone', 'method', 'path', 'body', 'headers']
const MONOSPACE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }
const WAIT_MS = 250

export interface TriggerDialogProps {
  /** The one to change; undefined for a new one. */
  readonly trigger: TriggerSerializer | undefined
  readonly onClose: () => void
}

/** Makes a trigger, or changes one. */
export function TriggerDialog({ trigger, onClose }: TriggerDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(trigger, timeZone()))
  const save = useSave(trigger, onClose)
  const change = (part: Partial<TriggerDraft>) => setDraft({ ...draft, ...part })
  const ofHeaders =
    save.error instanceof ApiError ? save.error.fields.map(({ field }) => field) : []
  const known = ofHeaders.filter((field) => field.startsWith('headers.'))
  const { placed, rest } = serverErrors(save.error, [...FIELDS, ...known])
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={trigger === undefined ? 'Create trigger' : `Change ${trigger.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <DialogForm
        action={trigger === undefined ? 'Create' : 'Save'}
        isPending={save.isPending}
        error={rest}
        onSubmit={() => save.mutate(draft)}
        onCancel={onClose}
      >
        {trigger === undefined && (
          <TextInput
            label="Name"
            withAsterisk
            description="Lower-case letters, digits and hyphens."
            value={draft.name}
            error={placed.name}
            onChange={({ currentTarget }) => change({ name: currentTarget.value })}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        <Schedule draft={draft} onChange={change} placed={placed} />
        <Group align="flex-start" gap="sm">
          <NativeSelect
            label="Method"
            data={TRIGGER_METHODS}
            value={draft.method}
            error={placed.method}
            onChange={({ currentTarget }) => change({ method: currentTarget.value })}
          />
          <TextInput
            flex={1}
            miw={160}
            label="Path and query"
            value={draft.path}
            error={placed.path}
            onChange={({ currentTarget }) => change({ path: currentTarget.value })}
            styles={MONOSPACE}
            autoComplete="off"
            spellCheck={false}
          />
        </Group>
        <HeaderRows
          rows={draft.headers}
          onChange={(headers) => change({ headers })}
          faults={headerFaults(draft, placed)}
          hint="They and the body are shown to operators: no secrets."
        />
        {takesBody(draft.method) && (
          <Textarea
            label="Body"
            value={draft.body}
            error={placed.body}
            onChange={({ currentTarget }) => change({ body: currentTarget.value })}
            autosize
            minRows={2}
            maxRows={10}
            styles={MONOSPACE}
            spellCheck={false}
          />
        )}
        <Checkbox
          label="Enabled"
          checked={draft.enabled}
          onChange={({ currentTarget }) => change({ enabled: currentTarget.checked })}
        />
      </DialogForm>
    </Modal>
  )
}

function Schedule({
  draft,
  onChange,
  placed,
}: {
  readonly draft: TriggerDraft
  readonly onChange: (part: Partial<TriggerDraft>) => void
  readonly placed: Readonly<Record<string, string>>
}) {
  const [schedule] = useDebouncedValue(draft.schedule.trim(), WAIT_MS)
  const runs = useQuery({
    ...runsQuery(schedule, draft.timezone),
    placeholderData: keepPreviousData,
  })
  const fault = runs.data?.fault
  return (
    <div>
      <TextInput
        label="Schedule"
        description="Minute, hour, day of month, month, day of week; or six fields, with seconds first."
        value={draft.schedule}
        error={placed.schedule ?? (fault && `The schedule ${fault}.`)}
        onChange={({ currentTarget }) => onChange({ schedule: currentTarget.value })}
        styles={MONOSPACE}
        autoComplete="off"
        spellCheck={false}
        {...(draft.name !== '' && { 'data-autofocus': true })}
      />
      <Group gap="xs" mt="xs" role="group" aria-label="Schedules to begin with">
        {SCHEDULES.map((one) => (
          <Button
            key={one.schedule}
            size="compact-xs"
            variant="default"
            onClick={() => onChange({ schedule: one.schedule })}
          >
            {one.label}
          </Button>
        ))}
      </Group>
      <Select
        mt="sm"
        label="Time zone"
        data={zones(draft.timezone)}
        value={draft.timezone}
        error={placed.timezone}
        onChange={(zone) => zone !== null && onChange({ timezone: zone })}
        searchable
        allowDeselect={false}
        limit={50}
      />
      <Text component="div" size="sm" mt="sm" aria-live="polite">
        <NextRuns schedule={schedule} timezone={draft.timezone} times={runs.data?.times ?? []} />
      </Text>
    </div>
  )
}

function zones(chosen: string): string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])]
}

function useSave(trigger: TriggerSerializer | undefined, onSaved: () => void) {
  const scope = useScope()
  const fn = useFunctionName()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (draft: TriggerDraft) => {
      const { name, ...rest } = bodyOf(draft)
      if (trigger !== undefined) return api.triggers.update(scope, fn, trigger.name, rest)
      return api.triggers.create(scope, fn, { name, ...rest })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: triggersKey(scope, fn) })
      onSaved()
    },
  })
}
