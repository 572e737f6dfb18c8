import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ReactNode } from 'react'

export interface RowAction {
  readonly label: string
  readonly onClick: () => void
  readonly isDangerous?: boolean
  readonly isDisabled?: boolean
  /** Why it is disabled, in a sentence. */
  readonly reason?: string
}

export interface RowMenuProps {
  /** What the row is of, `reports-reader`: the button is called after it. */
  readonly name?: string
  /** In place of `Actions for …`. */
  readonly label?: string
  readonly actions?: readonly RowAction[]
  /** `Menu.Item`s, before the actions. */
  readonly children?: ReactNode
}

/** The three dots at the end of a row. */
export function RowMenu({ name, label = `Actions for ${name}`, actions, children }: RowMenuProps) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={label}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>
        {children}
        {actions?.map(({ label, onClick, isDangerous = false, isDisabled = false }) => (
          <Menu.Item
            key={label}
            onClick={onClick}
            disabled={isDisabled}
            {...(isDangerous && { c: 'var(--mantine-color-error)' })}
          >
            {label}
          </Menu.Item>
        ))}
        {reasonsOf(actions ?? []).map((reason) => (
          <Menu.Label key={reason}>{reason}</Menu.Label>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Each once: what a role does not allow is often all of it. */
function reasonsOf(actions: readonly RowAction[]): string[] {
  const disabled = actions.filter(({ isDisabled }) => isDisabled === true)
  return [...new Set(disabled.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))]
}
