import { Modal } from '@mantine/core'
import { useState } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import { ChangeConflict } from '../ui/change-conflict.tsx'
import { DescriptionField } from '../ui/description-field.tsx'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import type { ReadNamespace } from './namespace-queries.ts'
import { useSaveNamespace } from './use-save-namespace.ts'

export interface DescribeNamespaceProps {
  readonly scope: Scope
  readonly read: ReadNamespace
  readonly opened: boolean
  readonly onClose: () => void
}

export function DescribeNamespace({ scope, read, opened, onClose }: DescribeNamespaceProps) {
  // What it was typed over stays, though others may have saved since.
  const [typed, setTyped] = useState<{ readonly base: ReadNamespace; readonly text: string }>()
  const saving = useSaveNamespace(scope)
  const close = () => {
    setTyped(undefined)
    saving.reset()
    onClose()
  }
  const { conflict } = saving
  const base = typed?.base ?? read
  const before = base.namespace.description ?? ''
  const text = typed?.text ?? before
  const { placed, rest } = serverErrors(saving.error, ['description'])
  const save = (over: ReadNamespace) =>
    saving.save({
      base: over,
      body: { description: text },
      isUntouched: ({ description }) => (description ?? '') === (over.namespace.description ?? ''),
      onSaved: close,
    })
  return (
    <>
      <Modal opened={opened && conflict === undefined} onClose={close} title="Edit description">
        <DialogForm
          action="Save"
          isPending={saving.isPending}
          isDisabled={text === before}
          error={rest}
          onSubmit={() => save(base)}
          onCancel={close}
        >
          <DescriptionField
            value={text}
            onChange={(event) => setTyped({ base, text: event.currentTarget.value })}
            error={placed.description}
            data-autofocus
          />
        </DialogForm>
      </Modal>
      {conflict !== undefined && (
        <ChangeConflict
          name={base.namespace.name}
          who={conflict.who}
          fields={[
            {
              label: 'Description',
              theirs: [conflict.read.namespace.description || 'empty'],
              mine: [text || 'empty'],
            },
          ]}
          isPending={saving.isPending}
          onTakeTheirs={close}
          onSaveMine={() => {
            setTyped({ base: conflict.read, text })
            save(conflict.read)
          }}
          onClose={saving.reset}
        />
      )}
    </>
  )
}
