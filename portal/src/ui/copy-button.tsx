import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

const SAID_MS = 2_000

export interface CopyButtonProps {
  /** Asked for when it is wanted, where it takes time to make. */
  readonly value: string | (() => string)
  /** What is copied, for those who do not see the icon: `Copy the secret`. */
  readonly label: string
  /** With the label written out. */
  readonly wide?: boolean
  /** Of a wide one: as the buttons beside it. */
  readonly size?: 'xs' | 'sm'
}

export function CopyButton({ value, label, wide = false, size = 'sm' }: CopyButtonProps) {
  const [done, setDone] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (done === undefined) return
    const timer = setTimeout(() => setDone(undefined), SAID_MS)
    return () => clearTimeout(timer)
  }, [done])
  const copy = async () => {
    const isCopied = await copyText(typeof value === 'string' ? value : value())
    setDone(isCopied ? 'copied' : 'failed')
  }
  const said = done === undefined ? label : done === 'copied' ? 'Copied' : 'Select and copy it'
  const Icon = done === undefined ? IconCopy : done === 'copied' ? IconCheck : IconX
  const icon = <Icon size={16} aria-hidden />
  if (wide) {
    return (
      <Button variant="default" size={size} leftSection={icon} onClick={() => void copy()}>
        {said}
      </Button>
    )
  }
  return (
    <Tooltip label={said}>
      <ActionIcon variant="subtle" color="gray" aria-label={said} onClick={() => void copy()}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
}
