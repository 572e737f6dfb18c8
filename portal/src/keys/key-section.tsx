import { Group, Paper, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'

/** A part of a key's page, under a heading. */
export function KeySection({
  title,
  beside,
  children,
}: {
  readonly title: string
  readonly beside?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id} miw={0}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title id={id} order={2} size="h4">
          {title}
        </Title>
        {beside}
      </Group>
      {children}
    </Paper>
  )
}
