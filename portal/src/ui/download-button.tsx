import { Button, type ButtonProps } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'

export interface DownloadButtonProps extends Pick<ButtonProps, 'variant' | 'size'> {
  readonly fileName: string
  /** Asked for when it is clicked, and kept nowhere. */
  readonly content: () => string | Blob
  /** `text/plain` unless said otherwise. */
  readonly type?: string
  readonly children: ReactNode
}

/** Saves text that the page has as a file. */
export function DownloadButton(props: DownloadButtonProps) {
  const { fileName, content, type = 'text/plain', children, variant = 'default', ...rest } = props
  return (
    <Button
      variant={variant}
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => download(fileName, content(), type)}
      {...rest}
    >
      {children}
    </Button>
  )
}

function download(fileName: string, content: string | Blob, type: string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}
