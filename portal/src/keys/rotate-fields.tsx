import { Checkbox, Select, Stack, Text, TextInput } from '@mantine/core'
import type { FaasApiKeySerializer, KeyRotationSerializer } from '../../../src/client/types.ts'
import { localDateTime, OWN_DATE } from './rotate-times.ts'
import type { Rotation } from './use-rotation.ts'

const GRACES = [
  { value: '0', label: 'None: it ends with the first use' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '172800', label: '2 days' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
]
const HARD_ENDS = [
  { value: '7', label: 'in 7 days' },
  { value: '30', label: 'in 30 days' },
  { value: '60', label: 'in 60 days' },
  { value: '90', label: 'in 90 days' },
  { value: OWN_DATE, label: 'at another time' },
]

export interface RotateFieldsProps {
  readonly apiKey: FaasApiKeySerializer
  readonly rotation: Pick<Rotation, 'draft' | 'change'>
  /** By the names of the API. */
  readonly errors: Readonly<Record<string, string>>
}

/** Until when the old secret works on. */
export function RotateFields({ apiKey, rotation: { draft, change }, errors }: RotateFieldsProps) {
  const { grace, hardEnd, ownEnd, replaces } = draft
  return (
    <>
      <Select
        label="The old secret works on for"
        description="Counted from the first use of the new one."
        data={GRACES}
        value={grace}
        onChange={(value) => change({ grace: value ?? grace })}
        error={errors.grace_seconds}
        allowDeselect={false}
        data-autofocus
      />
      <Select
        label="And ends at the latest"
        description="Even if nobody uses the new one."
        data={HARD_ENDS}
        value={hardEnd}
        onChange={(value) => change({ hardEnd: value ?? hardEnd })}
        error={hardEnd === OWN_DATE ? undefined : errors.hard_end}
        allowDeselect={false}
      />
      {hardEnd === OWN_DATE && (
        <TextInput
          type="datetime-local"
          label="Date and time"
          description="In your time zone; within 90 days."
          min={localDateTime(Date.now())}
          value={ownEnd}
          onChange={(event) => change({ ownEnd: event.currentTarget.value })}
          error={errors.hard_end}
        />
      )}
      {apiKey.rotation !== null && (
        <Stack gap="xs">
          <Text size="sm">{underWayText(apiKey.hint, apiKey.rotation)}</Text>
          <Checkbox
            label="Replace that rotation"
            checked={replaces}
            onChange={(event) => change({ replaces: event.currentTarget.checked })}
          />
        </Stack>
      )}
    </>
  )
}

function underWayText(
  hint: string,
  { old_hint: old, new_used_at: used }: KeyRotationSerializer,
): string {
  const ends =
    used === null
      ? `the one that was never used (${hint}) ends, and the old one (${old}) stays the old one`
      : `the old one (${old}) ends now, and the present one (${hint}) becomes the old one`
  return `A rotation is under way already. There are never more than two secrets: ${ends}.`
}
