import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { ErrorNote } from './states.tsx'

export interface ConfirmByNameProps {
  readonly opened: boolean
  readonly title: string
  /** What must be typed. */
  readonly name: string
  /** What the button says: `Delete the key`. */
  readonly action: string
  readonly isPending: boolean
  readonly error?: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** For what cannot be taken back with a click: the name must be typed. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { opened, title, name, action, isPending, error, onConfirm, onClose, children } = props
  const [typed, setTyped] = useState('')
  useEffect(() => {
    if (opened) setTyped('')
  }, [opened])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A form in a dialog is still within that of the page for React.
    event.stopPropagation()
    if (typed === name && !isPending) onConfirm()
  }
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <TextInput
            label={`Type ${name} to confirm`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            data-autofocus
          />
          {error !== undefined && error !== null && <ErrorNote error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" disabled={typed !== name} loading={isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
