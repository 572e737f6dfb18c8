import { Alert, Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import { GoneError } from './edit-save.ts'
import { PropagationList, usePropagation } from './key-propagation.tsx'
import type { ReadKey } from './key-queries.ts'

export function SaveFault({ error }: { readonly error: unknown }) {
  const scope = useScope()
  if (!(error instanceof GoneError)) return <ErrorNote error={error} />
  return (
    <Alert color="red" title={error.message} role="alert">
      <Text size="sm">
        See{' '}
        <Anchor component={Link} to={places.deletedKeys(scope)} size="sm" underline="always">
          Deleted API keys
        </Anchor>
        , where it can be brought back.
      </Text>
    </Alert>
  )
}

/** That it is saved, and where it is in force. */
export function Saved({
  base,
  isShown,
  lagging,
}: {
  readonly base: ReadKey
  readonly isShown: boolean
  readonly lagging: readonly string[]
}) {
  const scope = useScope()
  const isLagging = isShown && lagging.length > 0
  const propagation = usePropagation(scope, base.key.id, { isAsked: isLagging })
  const isApplied = !isLagging || propagation.data?.state === 'applied'
  return (
    <div role="status">
      {isShown && isApplied && (
        <Text size="sm">
          Saved. It is in force on every node.{' '}
          <Anchor
            component={Link}
            to={places.key(scope, base.key.name)}
            size="sm"
            underline="always"
          >
            See the key
          </Anchor>
        </Text>
      )}
      {isShown && !isApplied && propagation.data !== undefined && (
        <Alert color="yellow" title="Saved, but not in force everywhere yet">
          <PropagationList propagation={propagation.data} />
        </Alert>
      )}
    </div>
  )
}
