import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Fragment, type ReactNode, useRef } from 'react'
import { Link } from 'react-router'

export interface RowAction {
  readonly label: string
  readonly icon?: ReactNode
  readonly onClick?: () => void
  /** In place of `onClick`: the page that it leads to. */
  readonly to?: string
  /** Whether it has a line above that parts it from those before. */
  readonly isParted?: boolean
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
  readonly actions: readonly RowAction[]
}

/** The three dots at the end of a row. */
export function RowMenu({ name, label = `Actions for ${name}`, actions }: RowMenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" size="md" aria-label={label}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>
        {actions.map((action) => (
          <Fragment key={action.label}>
            {action.isParted === true && <Menu.Divider />}
            <Item
              {...action}
              onClick={() => {
                // A dialog gives the keyboard back to what has it now; the item itself goes with the menu.
                button.current?.focus()
                action.onClick?.()
              }}
            />
          </Fragment>
        ))}
        {reasonsOf(actions).map((reason) => (
          <Menu.Label key={reason}>{reason}</Menu.Label>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Item({ label, icon, onClick, to, isDangerous = false, isDisabled = false }: RowAction) {
  const drawn = {
    leftSection: icon,
    disabled: isDisabled,
    ...(isDangerous && { c: 'var(--mantine-color-error)' }),
  }
  if (to === undefined) {
    return (
      <Menu.Item {...drawn} {...(onClick && { onClick })}>
        {label}
      </Menu.Item>
    )
  }
  return (
    <Menu.Item {...drawn} component={Link} to={to}>
      {label}
    </Menu.Item>
  )
}

/** Each once: what a role does not allow is often all of it. */
function reasonsOf(actions: readonly RowAction[]): string[] {
  const disabled = actions.filter(({ isDisabled }) => isDisabled === true)
  return [...new Set(disabled.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))]
}
