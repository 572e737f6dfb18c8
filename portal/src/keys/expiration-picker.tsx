import { Chip, Group, Skeleton, Stack, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { FetchedPart } from '../app/fetched-part.tsx'
import { counted } from '../ui/counted.ts'
import {
  expirationFault,
  firstExpiration,
  inDays,
  type KeyPolicy,
  leftText,
  mayBeForever,
  presetOf,
  presetsUnder,
  timeText,
  utcText,
  zoneText,
} from './expiration-time.ts'

const MomentFields = lazy(() => import('./expiration-moment.tsx'))

export interface ExpirationPickerProps {
  /** RFC 3339; null for never. */
  readonly value: string | null
  readonly onChange: (value: string | null) => void
  /** What the project asks of its keys; undefined while that is not known. */
  readonly policy: KeyPolicy | undefined
  /** What the server said is wrong with it. */
  readonly error?: string | undefined
  /** When the key starts. */
  readonly notBefore?: string | null | undefined
}

/** What was chosen as 90 days is called so while the form is filled in. */
const SLACK_MS = 60_000
const NEVER = 'never'
const OTHER = 'other'

/** Until when a key works: in so many days, at a date and time, or for ever. */
export function ExpirationPicker(props: ExpirationPickerProps) {
  const { value, onChange, policy, error, notBefore } = props
  const [preset, setPreset] = useState(() => presetOf(value, Date.now()))
  const [first] = useState(value)
  const nowMs = Date.now()
  // What a key has may stay, whatever is asked of keys by now; a change is judged.
  const own = value === first ? ([undefined, 0] as const) : ([policy, nowMs] as const)
  const fault = error ?? expirationFault(value, own[0], notBefore, own[1])
  const chosen = value === null ? NEVER : preset?.value === value ? String(preset.days) : OTHER
  const choose = (choice: string) => {
    setPreset(undefined)
    if (choice === NEVER) return onChange(null)
    if (choice === OTHER) return onChange(value ?? firstExpiration(policy, nowMs))
    const next = { days: Number(choice), value: inDays(Number(choice), nowMs) }
    setPreset(next)
    onChange(next.value)
  }
  const most = policy?.key_life_days_max ?? null
  return (
    <Stack gap="sm">
      <Chip.Group multiple={false} value={chosen} onChange={choose}>
        <Group gap="xs" role="radiogroup" aria-label="The key works for">
          {presetsUnder(policy).map(({ days, label }) => (
            <Chip
              variant="outline"
              key={days}
              value={String(days)}
              disabled={most !== null && days > most}
            >
              {label}
            </Chip>
          ))}
          <Chip variant="outline" value={OTHER}>
            Date and time
          </Chip>
          <Chip variant="outline" value={NEVER} disabled={!mayBeForever(policy)}>
            Never expire
          </Chip>
        </Group>
      </Chip.Group>
      {value !== null && (
        <FetchedPart what="The choice of a date and time">
          <Suspense fallback={<Skeleton height={60} maw={312} />}>
            <MomentFields
              of="The key works until"
              value={value}
              onChange={onChange}
              hasError={fault !== undefined}
            />
          </Suspense>
        </FetchedPart>
      )}
      <Text size="sm" role="status">
        {sentence(value, nowMs)}
      </Text>
      <PolicyNote policy={policy} />
      {fault !== undefined && (
        <Text size="sm" c="red" role="alert">
          {fault}
        </Text>
      )}
    </Stack>
  )
}

function sentence(value: string | null, nowMs: number): string {
  if (value === null) return 'The key never expires. It works until it is disabled or deleted.'
  const zone = zoneText(new Date(value))
  const utc = zone === 'UTC' ? '' : `, that is ${utcText(value)}`
  const works = Date.parse(value) > nowMs ? 'works' : 'worked'
  return `The key ${works} until ${timeText(value)} (${zone})${utc}: ${leftText(value, nowMs - SLACK_MS)}.`
}

function PolicyNote({ policy }: { readonly policy: KeyPolicy | undefined }) {
  if (policy === undefined || mayBeForever(policy)) return null
  const most = policy.key_life_days_max
  return (
    <Text size="sm" c="dimmed">
      {most === null
        ? 'Keys of this project must expire.'
        : `Keys of this project must expire, and last ${counted(most, 'day')} at most.`}
    </Text>
  )
}
