import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { DialogForm } from './dialog-form.tsx'

export interface ConfirmProps {
  readonly opened: boolean
  readonly title: string
  /** What the button says: `Delete token`. */
  readonly action: string
  readonly isDangerous?: boolean
  readonly isPending: boolean
  readonly error?: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
  /** What will be the case afterwards. */
  readonly children: ReactNode
}

/** For what has an effect at once, and is no more than a click to take back or to repeat. */
export function Confirm(props: ConfirmProps) {
  const { opened, title, onConfirm, onClose, children, ...rest } = props
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <DialogForm {...rest} onSubmit={onConfirm} onCancel={onClose}>
        {children}
      </DialogForm>
    </Modal>
  )
}
