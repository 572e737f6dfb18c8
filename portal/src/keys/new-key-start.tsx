import { Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { timeZone } from '../ui/times.ts'
import { fieldsOf, momentOf, timeText, utcText } from './expiration-time.ts'

const DAY_MS = 86_400_000

export interface StartFieldProps {
  /** RFC 3339; null for at once. */
  readonly value: string | null
  readonly onChange: (value: string | null) => void
  readonly error?: string | undefined
}

/** Most keys work at once; this one may be told to wait. */
export function StartField({ value, onChange, error }: StartFieldProps) {
  const local = value === null ? undefined : fieldsOf(value)
  return (
    <Stack gap="xs">
      <Checkbox
        label="Start later"
        description="Until then the key opens nothing."
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? tomorrow() : null)}
      />
      {value !== null && local !== undefined && (
        <>
          <TextInput
            type="datetime-local"
            label="Works from"
            description={`In your time zone, ${timeZone()}.`}
            maw={260}
            value={`${local.date}T${local.time}`}
            onChange={(event) => {
              const [date = '', time = ''] = event.currentTarget.value.split('T')
              const moment = momentOf(date, time.slice(0, 5))
              if (moment !== undefined) onChange(moment)
            }}
            error={error}
          />
          <Text size="sm" role="status">
            The key works from {timeText(value)}, that is {utcText(value)}.
          </Text>
        </>
      )}
    </Stack>
  )
}

/** The same time of day, without seconds. */
function tomorrow(): string {
  const local = fieldsOf(new Date(Date.now() + DAY_MS).toISOString())
  return momentOf(local.date, local.time)!
}
