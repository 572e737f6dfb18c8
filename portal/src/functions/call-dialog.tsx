import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { CallSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { KeyValue } from '../ui/key-value.tsx'
import { Mono } from '../ui/mono.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { callQuery } from './call-queries.ts'
import { callStateText, meaningOf, reasonText } from './call-words.ts'
import { sizeText, statusText } from './test-words.ts'

export interface CallDialogProps {
  readonly id: string
  readonly mayChange: boolean
  readonly isRetrying: boolean
  readonly error: unknown
  readonly onRetry: (call: CallSerializer) => void
  readonly onDelete: (call: CallSerializer) => void
  readonly onClose: () => void
}

/** One asynchronous call: what is known of it and its tries. */
export function CallDialog(props: CallDialogProps) {
  const { id, mayChange, isRetrying, error, onRetry, onDelete, onClose } = props
  const call = useQuery(callQuery(useScope(), useFunctionName(), id))
  return (
    <Modal opened onClose={onClose} size="lg" title="Call">
      <Stack>
        {call.isError && <ErrorNote error={call.error} onRetry={() => void call.refetch()} />}
        {call.isPending && <LoadingRows />}
        {call.data !== undefined && <CallFacts call={call.data} />}
        {error !== null && error !== undefined && <ErrorNote error={error} />}
        {mayChange && call.data !== undefined && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => onDelete(call.data)}>
              Delete
            </Button>
            {call.data.state === 'dead' && (
              <Button loading={isRetrying} onClick={() => onRetry(call.data)}>
                Try again
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Modal>
  )
}

function CallFacts({ call }: { readonly call: CallSerializer }) {
  const { state, status, code, attempts } = call
  return (
    <>
      <Group gap="sm">
        <StatusBadge status={callStateText(state)} />
        <Text size="sm">{meaningOf(state)}</Text>
      </Group>
      <KeyValue
        items={[
          [
            'Id',
            <Group key="id" gap={4} wrap="nowrap">
              <Mono>{call.id}</Mono>
              <CopyButton value={call.id} label="Copy the id" />
            </Group>,
          ],
          [
            'Request',
            <Mono key="request">
              {call.method} {call.path}
            </Mono>,
          ],
          ['Body', call.body_bytes === 0 ? 'None' : sizeText(call.body_bytes)],
          ['Made by', <Maker key="maker" call={call} />],
          ['Tries', attempts === 0 ? 'None yet' : String(attempts)],
          ['Last answer', status === null ? 'None' : statusText(status)],
          ['Reason', code === null ? null : `${reasonText(code)} (${code})`],
          ['Accepted', <TimeText key="accepted" time={call.accepted_at} />],
          ['Last try', <TimeText key="try" time={call.started_at} never="None yet" />],
          ['Next try', call.next_attempt_at && <TimeText key="next" time={call.next_attempt_at} />],
          ['Ended', call.ended_at && <TimeText key="ended" time={call.ended_at} />],
          ['Forgotten', call.expires_at && <TimeText key="expires" time={call.expires_at} />],
        ]}
      />
      <Text size="sm" c="dimmed">
        Operators see neither headers nor bodies of calls.{' '}
        {call.trigger === null &&
          'Who made it gets the answer at its status URL, with the same key.'}
      </Text>
    </>
  )
}

function Maker({ call: { trigger, key_id: keyId } }: { readonly call: CallSerializer }) {
  const scope = useScope()
  const fn = useFunctionName()
  const keys = useQuery({
    queryKey: ['keys', scope, 'by-id', keyId],
    queryFn: () => api.keys.list(scope, { id: keyId! }),
    enabled: keyId !== null,
  })
  if (trigger !== null) {
    return (
      <>
        The trigger{' '}
        <Anchor component={Link} underline="always" to={places.fn(scope, fn, 'triggers')}>
          {trigger}
        </Anchor>
      </>
    )
  }
  if (keyId === null) return 'A caller without a key'
  const name = keys.data?.results[0]?.name
  if (name === undefined) return keys.isPending ? 'A key' : 'A key that was deleted'
  return (
    <>
      The key{' '}
      <Anchor component={Link} underline="always" to={places.key(scope, name)}>
        {name}
      </Anchor>
    </>
  )
}
