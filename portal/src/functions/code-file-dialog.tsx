import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { pathError } from './code-names.ts'
import type { Source } from './code-source.ts'

export interface CodeFileDialogProps {
  readonly source: Source
  readonly runtime: string
  /** Of the file that is renamed; absent for a new one. */
  readonly path?: string
  readonly onNamed: (path: string) => void
  readonly onClose: () => void
}

/** Asks what a file shall be called, by the rules that the server has for it. */
export function CodeFileDialog({ source, runtime, path, onNamed, onClose }: CodeFileDialogProps) {
  const [typed, setTyped] = useState(path ?? '')
  const [isTold, setTold] = useState(false)
  const error = typed === path ? undefined : pathError(typed, source, runtime, path)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // The dialog may be shown inside of another form.
    event.stopPropagation()
    setTold(true)
    if (error === undefined) onNamed(typed)
  }
  return (
    <Modal opened onClose={onClose} title={path === undefined ? 'Add a file' : `Rename ${path}`}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Path"
            description="Relative to the function’s folder, such as lib/prices.js. Letters, digits and . _ - are safe; folders are made by /."
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={isTold || typed !== '' ? error : undefined}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit">{path === undefined ? 'Add' : 'Rename'}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
