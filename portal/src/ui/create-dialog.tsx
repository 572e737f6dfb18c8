import { Modal, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { DescriptionField } from './description-field.tsx'
import { DialogForm } from './dialog-form.tsx'
import { serverErrors } from './server-errors.ts'

export interface Named {
  readonly name: string
  readonly description: string
}

export interface CreateDialogProps {
  readonly opened: boolean
  /** Its title, and what the button says: `Create project`. */
  readonly action: string
  /** What a name is like, in a sentence. */
  readonly rule: string
  readonly isName: (name: string) => boolean
  /** Resolves to the address of where it is seen: gone to unless the dialog was closed meanwhile. */
  readonly create: (named: Named) => Promise<string>
  readonly onClose: () => void
}

/** Makes something that has a name and a description, and nothing else to begin with. */
export function CreateDialog({ opened, ...form }: CreateDialogProps) {
  return (
    <Modal opened={opened} onClose={form.onClose} title={form.action}>
      <Form {...form} />
    </Modal>
  )
}

function Form({ action, rule, isName, create, onClose }: Omit<CreateDialogProps, 'opened'>) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const mutation = useMutation({ mutationFn: () => create({ name, description }) })
  const made = (place: string) => {
    onClose()
    void navigate(place)
  }
  const { placed, rest } = serverErrors(mutation.error, ['name', 'description'])
  const isWrong = name !== '' && !isName(name)
  return (
    <DialogForm
      action={action}
      isPending={mutation.isPending}
      isDisabled={!isName(name)}
      error={rest}
      onSubmit={() => mutation.mutate(undefined, { onSuccess: made })}
      onCancel={onClose}
    >
      <TextInput
        label="Name"
        description={rule}
        value={name}
        onChange={(event) => {
          // What is said of another name; what becomes of one that is under way is told still.
          if (!mutation.isPending) mutation.reset()
          setName(event.currentTarget.value)
        }}
        error={placed.name ?? (isWrong && 'This is not such a name yet.')}
        autoComplete="off"
        spellCheck={false}
        required
        data-autofocus
      />
      <DescriptionField
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={placed.description}
      />
    </DialogForm>
  )
}
