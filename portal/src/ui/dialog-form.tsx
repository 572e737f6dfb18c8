import { Button, Group, Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { ErrorNote } from './states.tsx'

export interface DialogFormProps {
  /** What the button says: `Create namespace`. */
  readonly action: string
  readonly isPending: boolean
  readonly isDisabled?: boolean
  readonly isDangerous?: boolean
  /** What is not said at a field already. */
  readonly error?: unknown
  readonly onSubmit: () => void
  readonly onCancel: () => void
  readonly children: ReactNode
}

/** What is within a dialog that asks for something. */
export function DialogForm(props: DialogFormProps) {
  const { action, isPending, isDisabled = false, isDangerous = false, error } = props
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A form in a portal is still within that of its React parents.
    event.stopPropagation()
    if (!isDisabled && !isPending) props.onSubmit()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {props.children}
        {error !== undefined && error !== null && <ErrorNote error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onCancel}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={isPending}
            disabled={isDisabled}
            {...(isDangerous && { color: 'red' })}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
