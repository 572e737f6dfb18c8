import { ActionIcon, Button, CopyButton as Copying, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

export interface CopyButtonProps {
  readonly value: string
  /** What is copied, for those who do not see the icon: `Copy the secret`. */
  readonly label: string
  /** With the label written out. */
  readonly wide?: boolean
}

export function CopyButton({ value, label, wide = false }: CopyButtonProps) {
  return (
    <Copying value={value} timeout={2000}>
      {({ copied, copy }) => {
        const icon = copied ? (
          <IconCheck size={16} aria-hidden />
        ) : (
          <IconCopy size={16} aria-hidden />
        )
        const said = copied ? 'Copied' : label
        if (wide) {
          return (
            <Button variant="default" leftSection={icon} onClick={copy}>
              {said}
            </Button>
          )
        }
        return (
          <Tooltip label={said}>
            <ActionIcon variant="subtle" color="gray" aria-label={said} onClick={copy}>
              {icon}
            </ActionIcon>
          </Tooltip>
        )
      }}
    </Copying>
  )
}
