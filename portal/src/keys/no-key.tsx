import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Empty } from '../ui/states.tsx'

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}

/** In the place of a key that is not there, whatever was to be seen or done. */
export function NoKey({ name }: { readonly name: string }) {
  const scope = useScope()
  return (
    <Empty
      title={`There is no API key named ${name}`}
      action={
        <Button component={Link} to={places.deletedKeys(scope)} variant="default">
          Deleted API keys
        </Button>
      }
    >
      It was renamed, or deleted: then it may be brought back.
    </Empty>
  )
}
