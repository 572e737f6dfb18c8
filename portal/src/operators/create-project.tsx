import { Modal, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { PROJECT_NAME_PATTERN } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useCurrentScope } from '../app/current-scope.ts'
import { places } from '../app/places.ts'
import { scopesQuery } from '../app/scopes.ts'
import { DialogForm } from '../ui/dialog-form.tsx'
import { serverErrors } from '../ui/server-errors.ts'

export interface CreateProjectProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** For owners of all projects. */
export function CreateProject({ opened, onClose }: CreateProjectProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Create project"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} />
    </Modal>
  )
}

const NAME = new RegExp(PROJECT_NAME_PATTERN)
const RULE = '3 to 63 letters, digits, spaces, dots, hyphens and underscores.'

function Form({ onClose }: { readonly onClose: () => void }) {
  const { regionId } = useCurrentScope()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const mutation = useMutation({
    mutationFn: () => api.projects.create({ name, description }),
    async onSuccess({ id }) {
      await queryClient.invalidateQueries({ queryKey: scopesQuery.queryKey })
      onClose()
      navigate(places.members({ projectId: id, regionId }))
    },
  })
  const { placed: refused, rest } = serverErrors(mutation.error, ['name', 'description'])
  return (
    <DialogForm
      action="Create project"
      isPending={mutation.isPending}
      isDisabled={!NAME.test(name)}
      error={rest}
      onSubmit={() => mutation.mutate()}
      onCancel={onClose}
    >
      <TextInput
        label="Name"
        description={RULE}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused.name}
        autoComplete="off"
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
