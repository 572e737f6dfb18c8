import { Alert, Button, Center, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError, UnreachableError } from '../../../src/client/errors.ts'

/** What went wrong in the server's words, with a way on. */
export function ErrorNote({
  error,
  onRetry,
}: {
  readonly error: unknown
  readonly onRetry?: () => void
}) {
  const requestId = error instanceof ApiError ? error.requestId : undefined
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={messageOf(error)}
      role="alert"
    >
      {error instanceof UnreachableError && <Text size="sm">{error.next}</Text>}
      {requestId !== undefined && <Text size="sm">Request {requestId}</Text>}
      {onRetry !== undefined && (
        <Button mt="xs" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  )
}

export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return 'Something went wrong.'
}

/** A list that has nothing, and what to do about it. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <Center mih={220}>
      <Stack align="center" gap="xs" maw={460} ta="center">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children !== undefined && <Text c="dimmed">{children}</Text>}
        {action}
      </Stack>
    </Center>
  )
}

/** Lines where a list will be. */
export function LoadingRows({ rows = 6 }: { readonly rows?: number }) {
  return (
    <Stack gap="xs" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing tells them apart
        <Skeleton key={row} height={36} />
      ))}
    </Stack>
  )
}
