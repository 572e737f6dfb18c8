import { Box, Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useDocumentTitle } from '../app/document-title.ts'

export interface PageProps {
  readonly title: string
  /** Which of several pages under this title: the browser's tab and its history say it too. */
  readonly part?: string | undefined
  /** Beside the title: a badge, a copy button. */
  readonly beside?: ReactNode
  /** At the other end of the title's line. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page's frame: one `h1`, the actions, the content. */
export function Page({ title, part, beside, actions, children }: PageProps) {
  useDocumentTitle(part === undefined ? title : `${part}: ${title}`)
  return (
    <Box component="article">
      <Group justify="space-between" mb="lg" gap="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Title order={1} size="h2" tabIndex={-1}>
            {title}
          </Title>
          {beside}
        </Group>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  )
}
