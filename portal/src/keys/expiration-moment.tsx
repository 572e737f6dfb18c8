import { Group, TextInput } from '@mantine/core'
import { DateInput } from '@mantine/dates'
import '@mantine/dates/styles.css'
import { useState } from 'react'
import { fieldsOf, momentOf } from './expiration-time.ts'

export interface MomentFieldsProps {
  /** RFC 3339. */
  readonly value: string
  readonly onChange: (value: string) => void
  /** What they are the date and the time of: `The key works until`. */
  readonly of: string
  readonly hasError?: boolean
}

/** A date and a time in the reader's zone. A module of its own: calendars are fetched when they are needed. */
export default function MomentFields({ value, onChange, of, hasError = false }: MomentFieldsProps) {
  const { date, time } = fieldsOf(value)
  const [typed, setTyped] = useState<string>()
  const change = (nextDate: string, nextTime: string) => {
    const moment = momentOf(nextDate, nextTime)
    if (moment !== undefined) onChange(moment)
  }
  return (
    <Group align="flex-start" gap="sm">
      <DateInput
        label="Date"
        aria-label={`${of}: date`}
        w={152}
        valueFormat="MMM D, YYYY"
        minDate={fieldsOf(new Date().toISOString()).date}
        value={date}
        onChange={(next) => next !== null && change(next, time)}
        error={hasError}
        popoverProps={{ withinPortal: true }}
      />
      <TextInput
        type="time"
        label="Time"
        aria-label={`${of}: time`}
        w={130}
        value={typed ?? time}
        onChange={(event) => {
          const next = event.currentTarget.value
          setTyped(next)
          if (next !== '') change(date, next)
        }}
        // A time that is half typed is none: what was chosen before stays.
        onBlur={() => setTyped(undefined)}
        error={hasError}
      />
    </Group>
  )
}
