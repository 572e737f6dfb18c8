import { Button, type ButtonProps } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { Ref } from 'react'

export interface AddButtonProps extends ButtonProps {
  /** What is added: `Add a label`. */
  readonly label: string
  readonly onClick: () => void
  readonly ref?: Ref<HTMLButtonElement>
}

/** Adds a row at the end of a list within a form. */
export function AddButton({ label, ...button }: AddButtonProps) {
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconPlus size={14} aria-hidden />}
      // As wide as it must be, in columns too.
      style={{ alignSelf: 'flex-start' }}
      {...button}
    >
      {label}
    </Button>
  )
}
