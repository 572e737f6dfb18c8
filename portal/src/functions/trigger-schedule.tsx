import { Button, Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { NextRuns } from './next-runs.tsx'
import { MONOSPACE } from './request-line.tsx'
import { SCHEDULES, type TriggerDraft } from './trigger-draft.ts'
import { runsQuery } from './trigger-queries.ts'

const WAIT_MS = 250

export interface TriggerScheduleProps {
  readonly draft: TriggerDraft
  readonly onChange: (part: Partial<TriggerDraft>) => void
  /** What the server has refused, by field. */
  readonly placed: Readonly<Record<string, string>>
}

/** When a trigger runs: a schedule, the time zone that it is read in, and what comes of both. */
export function TriggerSchedule({ draft, onChange, placed }: TriggerScheduleProps) {
  const [schedule] = useDebouncedValue(draft.schedule.trim(), WAIT_MS)
  const runs = useQuery({
    ...runsQuery(schedule, draft.timezone),
    placeholderData: keepPreviousData,
  })
  const fault = runs.data?.fault
  return (
    <div>
      <TextInput
        label="Schedule"
        description="Minute, hour, day of month, month, day of week; or six fields, with seconds first."
        value={draft.schedule}
        error={placed.schedule ?? (fault && `The schedule ${fault}.`)}
        onChange={({ currentTarget }) => onChange({ schedule: currentTarget.value })}
        styles={MONOSPACE}
        autoComplete="off"
        spellCheck={false}
        {...(draft.name !== '' && { 'data-autofocus': true })}
      />
      <Beginnings onChoose={(one) => onChange({ schedule: one })} />
      <Select
        mt="sm"
        label="Time zone"
        data={zones(draft.timezone)}
        value={draft.timezone}
        error={placed.timezone}
        onChange={(zone) => zone !== null && onChange({ timezone: zone })}
        searchable
        allowDeselect={false}
        limit={50}
      />
      <Text component="div" size="sm" mt="sm" aria-live="polite">
        <NextRuns schedule={schedule} timezone={draft.timezone} times={runs.data?.times ?? []} />
      </Text>
    </div>
  )
}

function Beginnings({ onChoose }: { readonly onChoose: (schedule: string) => void }) {
  return (
    <Group gap="xs" mt="xs" role="group" aria-label="Schedules to begin with">
      {SCHEDULES.map(({ schedule, label }) => (
        <Button
          key={schedule}
          size="compact-xs"
          variant="default"
          onClick={() => onChoose(schedule)}
        >
          {label}
        </Button>
      ))}
    </Group>
  )
}

function zones(chosen: string): string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])]
}
