import { Anchor, Box, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import type { OpeningKey } from './keys-opening.ts'

/** A key that opens the function, and how it stands. */
export function KeyRow({
  opening,
  onRemove,
}: {
  readonly opening: OpeningKey
  readonly onRemove?: () => void
}) {
  const scope = useScope()
  const { name, key, error } = opening
  return (
    <Group gap="sm" wrap="nowrap" justify="space-between">
      <Group gap="sm" miw={0}>
        <Anchor
          component={Link}
          to={places.key(scope, name)}
          fw={600}
          miw={{ sm: 220 }}
          style={{ overflowWrap: 'anywhere' }}
        >
          {name}
        </Anchor>
        {key !== undefined && (
          <>
            <Box miw={{ sm: 110 }}>
              <StatusBadge status={key.status} />
            </Box>
            <Text size="sm" c="dimmed">
              {key.expire === null || key.expire === undefined ? (
                'Never expires'
              ) : (
                <>
                  Until <TimeText time={key.expire} />
                </>
              )}
            </Text>
          </>
        )}
        {error !== undefined && (
          <Text size="sm" c="dimmed">
            Its state could not be asked for.
          </Text>
        )}
      </Group>
      {onRemove !== undefined && (
        <RowMenu
          name={name}
          actions={[{ label: 'Remove', onClick: onRemove, isDangerous: true }]}
        />
      )}
    </Group>
  )
}
