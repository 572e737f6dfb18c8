import { Select, Stack, TextInput } from '@mantine/core'

/** A number of days, `never`, or `date` with a time as the browser's own field writes it. */
export interface ExpiryChoiceValue {
  readonly way: string
  readonly date: string
}

const DAY_MS = 86_400_000
const WAYS = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a date' },
  { value: 'never', label: 'Never' },
]

export const EXPIRES_IN_90_DAYS: ExpiryChoiceValue = { way: '90', date: '' }

/** RFC 3339, null for never; undefined when no moment is chosen. */
export function expiryOf(
  { way, date }: ExpiryChoiceValue,
  nowMs: number,
): string | null | undefined {
  if (way === 'never') return null
  if (way !== 'date') return inSeconds(nowMs + Number(way) * DAY_MS)
  const atMs = new Date(date).getTime()
  return Number.isNaN(atMs) ? undefined : inSeconds(atMs)
}

function inSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

export function ExpiryChoice({
  value,
  onChange,
  error,
}: {
  readonly value: ExpiryChoiceValue
  readonly onChange: (value: ExpiryChoiceValue) => void
  readonly error?: string | undefined
}) {
  return (
    <Stack gap="sm">
      <Select
        label="Expires"
        data={WAYS}
        value={value.way}
        onChange={(way) => onChange({ ...value, way: way ?? '90' })}
        allowDeselect={false}
        error={error}
        comboboxProps={{ withinPortal: true }}
      />
      {value.way === 'date' && (
        <TextInput
          type="datetime-local"
          label="On"
          description={Intl.DateTimeFormat().resolvedOptions().timeZone}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={value.date}
          onChange={(event) => onChange({ ...value, date: event.currentTarget.value })}
          required
        />
      )}
    </Stack>
  )
}
