import { Code, Group, Modal, Stack, Text, Title } from '@mantine/core'
import type { DeliveryAttemptSerializer, DeliverySerializer } from '../../../src/client/types.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Fact, Facts } from '../ui/facts.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { outcomeText, STATE_WORDS } from './delivery-words.ts'

export interface DeliveryDetailsProps {
  /** Undefined for none. */
  readonly delivery: DeliverySerializer | undefined
  readonly onClose: () => void
}

/** Each attempt, what the receiver answered, and what was sent. */
export function DeliveryDetails({ delivery, onClose }: DeliveryDetailsProps) {
  return (
    <Modal opened={delivery !== undefined} onClose={onClose} title={delivery?.type ?? ''} size="xl">
      {delivery !== undefined && <Details delivery={delivery} />}
    </Modal>
  )
}

function Details({ delivery }: { readonly delivery: DeliverySerializer }) {
  const { id, state, attempts, body, next_attempt_at: next } = delivery
  return (
    <Stack>
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{id}</Code>
        <CopyButton value={id} label="Copy the id of the delivery" />
      </Group>
      <Text>
        {STATE_WORDS[state]}. {outcomeText(delivery)}
        {next !== null && (
          <>
            {' '}
            Next attempt: <TimeText time={next} />.
          </>
        )}
      </Text>
      <Title order={3} size="h5">
        Attempts
      </Title>
      {attempts.length === 0 ? (
        <Text c="dimmed">There was none.</Text>
      ) : (
        attempts.map((attempt) => <Attempt key={attempt.number} attempt={attempt} />)
      )}
      <Title order={3} size="h5">
        What is sent
      </Title>
      <Code
        block
        aria-label="What is sent"
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {JSON.stringify(body, null, 2)}
      </Code>
    </Stack>
  )
}

function Attempt({ attempt }: { readonly attempt: DeliveryAttemptSerializer }) {
  const { number, at, status, error, duration_ms: took, answer } = attempt
  return (
    <Facts withTableBorder aria-label={`Attempt ${number}`}>
      <Fact name={`Attempt ${number}`}>
        <TimeText time={at} />
      </Fact>
      <Fact name="Status">{status ?? 'No answer'}</Fact>
      <Fact name="Took">{took === null ? 'Its end was not seen' : `${took} ms`}</Fact>
      {error !== null && <Fact name="Error">{error}</Fact>}
      {answer !== '' && (
        <Fact name="Answer">
          <Code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{answer}</Code>
        </Fact>
      )}
    </Facts>
  )
}
