import { Button, Group, Stack, Text } from '@mantine/core'
import type { FaasApiKeySerializer, KeyRotationSerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { Fact, Facts } from '../ui/facts.tsx'
import { TimeText, useNowMs } from '../ui/time-text.tsx'
import { relativeTime } from '../ui/times.ts'
import type { KeyActions } from './key-actions.tsx'
import { lengthText } from './key-time.ts'

export interface RotateStateProps {
  readonly apiKey: FaasApiKeySerializer
  readonly actions: KeyActions
}

/** How a rotation stands, and its two ends. */
export function RotateState({ apiKey, actions: { start, ahead } }: RotateStateProps) {
  const may = useMay('editor')
  const nowMs = useNowMs()
  const { rotation } = apiKey
  if (rotation === null) {
    return <Text size="sm">One secret works ({apiKey.hint}). No rotation is under way.</Text>
  }
  return (
    <Stack gap="sm">
      <Text size="sm">{stateText(rotation, nowMs)}</Text>
      <Facts layout="fixed" aria-label="Secrets" withRowBorders={false}>
        <Fact name="New secret">
          {apiKey.hint}
          {rotation.new_used_at === null ? (
            ', not used yet'
          ) : (
            <>
              , first used <TimeText time={rotation.new_used_at} />
            </>
          )}
        </Fact>
        <Fact name="Old secret">
          {rotation.old_hint}, ends <TimeText time={rotation.old_ends_at} /> (
          {relativeTime(rotation.old_ends_at, nowMs)})
        </Fact>
        <Fact name="Grace">
          {lengthText(rotation.grace_seconds)}
          {rotation.grace_seconds > 0 && ' after the first use of the new one'}
        </Fact>
        <Fact name="Rotated">
          <TimeText time={rotation.started_at} />
        </Fact>
      </Facts>
      <Group gap="xs" {...ahead}>
        <Button size="xs" disabled={!may} onClick={() => start('finish', apiKey)}>
          Finish now
        </Button>
        <Button size="xs" variant="default" disabled={!may} onClick={() => start('cancel', apiKey)}>
          Cancel the rotation
        </Button>
        {!may && (
          <Text size="sm" c="dimmed">
            {roleNeededText('editor')}
          </Text>
        )}
      </Group>
    </Stack>
  )
}

function stateText(
  { new_used_at: used, old_ends_at: end }: KeyRotationSerializer,
  nowMs: number,
): string {
  const ends = `the old one ends ${relativeTime(end, nowMs)}`
  return used === null
    ? `Both secrets work. Nobody has used the new one yet; ${ends} even if nobody does.`
    : `Both secrets work. The new one is in use, and ${ends}.`
}
