import { Alert, Stack, Text } from '@mantine/core'
import { ApiError } from '../../../src/client/errors.ts'
import { ErrorNote } from '../ui/states.tsx'

/** What became of it is not known when no answer came: the same once more makes no second key. */
export function NewKeyFault({ error }: { readonly error: unknown }) {
  if (error instanceof ApiError && error.status < 500) return <ErrorNote error={error} />
  return (
    <Stack gap="xs">
      <ErrorNote error={error} />
      <Alert color="blue" title="Choose Create again">
        <Text size="sm">
          Perhaps the key was made, and only the answer was lost. As long as nothing on this page is
          changed, Create asks for the same key again: it is made once, however often you try.
        </Text>
      </Alert>
    </Stack>
  )
}
