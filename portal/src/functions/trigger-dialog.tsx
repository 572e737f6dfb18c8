import { Checkbox, Modal, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { TriggerSerializer } from '../../../src/client/types.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { timeZone } from '../ui/times.ts'
import { HeaderRows } from './header-rows.tsx'
import { MONOSPACE, RequestLine } from './request-line.tsx'
import { takesBody } from './test-request.ts'
import { draftOf, headerFaults, TRIGGER_METHODS, type TriggerDraft } from './trigger-draft.ts'
import { TriggerSchedule } from './trigger-schedule.tsx'
import { useSaveTrigger } from './use-save-trigger.ts'

const FIELDS = ['name', 'schedule', 'timezone', 'method', 'path', 'body', 'headers']

export interface TriggerDialogProps {
  /** The one to change; undefined for a new one. */
  readonly trigger: TriggerSerializer | undefined
  readonly onClose: () => void
}

/** Makes a trigger, or changes one. */
export function TriggerDialog({ trigger, onClose }: TriggerDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(trigger, timeZone()))
  const save = useSaveTrigger(trigger)
  const change = (part: Partial<TriggerDraft>) => setDraft((before) => ({ ...before, ...part }))
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
    >
      <DialogForm
        action={trigger === undefined ? 'Create' : 'Save'}
        isPending={save.isPending}
        error={rest}
        onSubmit={() => save.mutate(draft, { onSuccess: onClose })}
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
        <TriggerSchedule draft={draft} onChange={change} placed={placed} />
        <RequestLine
          methods={TRIGGER_METHODS}
          method={draft.method}
          onMethod={(method) => change({ method })}
          path={draft.path}
          onPath={(path) => change({ path })}
          errors={placed}
        />
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
