import { Alert, Button, Center, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError, UnreachableError } from '../../../src/client/errors.ts'
import { useSessionState } from '../app/session-state.ts'

/** What went wrong in the server's words, with a way on. */
export function ErrorNote({
  error,
  title,
  onRetry,
  children,
}: {
  readonly error: unknown
  /** In the place of the server's words. */
  readonly title?: string
  readonly onRetry?: () => void
  /** What it means for the page, in a sentence. */
  readonly children?: ReactNode
}) {
  const requestId = error instanceof ApiError ? error.requestId : undefined
  const hasEnded =
    useSessionState() !== 'lasts' && error instanceof ApiError && error.status === 401
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      // The server speaks to programs here; the dialog over the page asks people to log in.
      title={title ?? (hasEnded ? 'You are not logged in any more.' : messageOf(error))}
      role="alert"
    >
      {error instanceof UnreachableError && <Text size="sm">{error.next}</Text>}
      {children !== undefined && <Text size="sm">{children}</Text>}
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

/** Longer than this is said to be slow. */
const SLOW_AFTER_MS = 1_000

/** Lines where a list will be; says so when it takes its time. */
export function LoadingRows({ rows = 6 }: { readonly rows?: number }) {
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Stack gap="xs" aria-busy="true">
      <VisuallyHidden>Loading</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing tells them apart
        <Skeleton key={row} height={36} />
      ))}
      <Text size="sm" c="dimmed" mih={22} aria-live="polite">
        {isSlow && 'The server is slow to answer. It is still being asked.'}
      </Text>
    </Stack>
  )
}
