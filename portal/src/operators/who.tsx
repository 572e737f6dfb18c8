import { Stack, Text } from '@mantine/core'
import type { MemberSerializer, UserSerializer } from '../../../src/client/types.ts'
import { StatusBadge } from '../ui/status-badge.tsx'

export interface WhoProps {
  readonly user: Pick<UserSerializer | MemberSerializer, 'email' | 'name' | 'disabled'>
}

/** A person in a list. */
export function Who({ user: { email, name, disabled } }: WhoProps) {
  return (
    <Stack gap={0}>
      <Text component="div" size="sm" miw={{ base: 120, sm: 190 }}>
        {email}
        {disabled && (
          <>
            {' '}
            <StatusBadge status="Disabled" />
          </>
        )}
      </Text>
      {name !== '' && (
        <Text size="sm" c="dimmed">
          {name}
        </Text>
      )}
    </Stack>
  )
}
