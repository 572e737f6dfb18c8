import { Modal, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { isName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'

export interface CreateNamespaceProps {
  readonly opened: boolean
  readonly onClose: () => void
}

export function CreateNamespace({ opened, onClose }: CreateNamespaceProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Create namespace"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} />
    </Modal>
  )
}

const RULE =
  '2 to 26 lower-case letters, digits and hyphens; the first is a letter, the last no hyphen.'

function Form({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const mutation = useMutation({
    mutationFn: () => api.namespaces.create(scope, { name, description }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['namespaces', scope] })
      onClose()
      navigate(places.namespace(scope, name))
    },
  })
  const { placed: refused, rest } = serverErrors(mutation.error, ['name', 'description'])
  const isWrong = name !== '' && !isName(name)
  return (
    <DialogForm
      action="Create namespace"
      isPending={mutation.isPending}
      isDisabled={!isName(name)}
      error={rest}
      onSubmit={() => mutation.mutate()}
      onCancel={onClose}
    >
      <TextInput
        label="Name"
        description={RULE}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused.name ?? (isWrong ? 'This is not such a name yet.' : undefined)}
        autoComplete="off"
        spellCheck={false}
        required
        data-autofocus
      />
      <Textarea
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={refused.description}
        maxLength={255}
        autosize
        minRows={2}
      />
    </DialogForm>
  )
}
