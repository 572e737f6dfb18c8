import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import { TimeText } from '../ui/time-text.tsx'
import { DescribeNamespace } from './describe-namespace.tsx'
import type { ReadNamespace } from './namespace-queries.ts'

export interface NamespaceDescriptionProps {
  readonly scope: Scope
  readonly read: ReadNamespace
  readonly mayChange: boolean
}

/** What it is for and since when it is there. */
export function NamespaceDescription({ scope, read, mayChange }: NamespaceDescriptionProps) {
  const [isEditing, setEditing] = useState(false)
  const { description, created_at: at } = read.namespace
  return (
    <Stack gap="xs">
      <Group gap="sm">
        {description && <Text style={{ overflowWrap: 'anywhere' }}>{description}</Text>}
        {mayChange && (
          <Button variant="default" size="xs" onClick={() => setEditing(true)}>
            {description ? 'Edit description' : 'Add a description'}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        Created <TimeText time={at} />
      </Text>
      <DescribeNamespace
        scope={scope}
        read={read}
        opened={isEditing}
        onClose={() => setEditing(false)}
      />
    </Stack>
  )
}
