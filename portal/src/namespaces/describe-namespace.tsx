import { Modal, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'

export interface DescribeNamespaceProps {
  readonly scope: Scope
  readonly name: string
  readonly description: string
  readonly opened: boolean
  readonly onClose: () => void
}

export function DescribeNamespace({ opened, onClose, ...rest }: DescribeNamespaceProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Edit description"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form {...rest} onClose={onClose} />
    </Modal>
  )
}

function Form({ scope, name, description, onClose }: Omit<DescribeNamespaceProps, 'opened'>) {
  const queryClient = useQueryClient()
  const [text, setText] = useState(description)
  const mutation = useMutation({
    mutationFn: () => api.namespaces.update(scope, name, { description: text }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['namespaces', scope] })
      onClose()
    },
  })
  const { placed, rest } = serverErrors(mutation.error, ['description'])
  return (
    <DialogForm
      action="Save"
      isPending={mutation.isPending}
      isDisabled={text === description}
      error={rest}
      onSubmit={() => mutation.mutate()}
      onCancel={onClose}
    >
      <Textarea
        label="Description"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={placed.description}
        maxLength={255}
        autosize
        minRows={2}
        data-autofocus
      />
    </DialogForm>
  )
}
